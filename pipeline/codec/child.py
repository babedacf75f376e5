"""A child process that cannot outlive, outgrow or outrun its limits."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import UnreadError

_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "TEMP", "TMPDIR")
"""All that a decoder gets to see: no key of ours, and no FFREPORT, which would write files."""

_LOG_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What a decoder may use. Half an hour of AAC takes 2 s of CPU and 40 MB."""

    wall_s: float = 60.0
    cpu_s: int = 30
    memory_bytes: int = 1 << 30


def run(command: Sequence[str], log: Path, limits: Limits, output_bytes: int) -> tuple[int, str]:
    """Run a program to its end or to a limit.

    Parameters
    ----------
    command : sequence of str
        The program and its arguments; no shell reads them.
    log : Path
        Where standard error goes: a file, so that a flood of messages fills no memory.
    limits : Limits
    output_bytes : int
        No file it writes grows beyond.

    Returns
    -------
    code, text
        Exit code (negative: the signal that ended it), and the start of its messages.

    Raises
    ------
    UnreadError
        If it cannot be started or ran out of time.
    """
    environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    with log.open("wb") as messages:
        try:
            child = subprocess.Popen(  # noqa: S603 - no shell; the program is ours or the machine's ffmpeg
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=messages,
                env=environment,
                cwd=log.parent,
                start_new_session=True,
            )
        except OSError as error:
            raise UnreadError(f"The decoder ffmpeg could not be started ({error.strerror}): reinstall it.") from error
        try:
            _bound(child.pid, limits, output_bytes)
            code = child.wait(limits.wall_s)
        except subprocess.TimeoutExpired as error:
            raise UnreadError(
                f"Decoding took longer than {limits.wall_s:g} s and was stopped: export the file again as WAV."
            ) from error
        finally:
            _end(child)
    with log.open("rb") as written:
        return code, written.read(_LOG_BYTES).decode("utf-8", "replace")


def _bound(pid: int, limits: Limits, output_bytes: int) -> None:
    """Set the kernel's limits from outside: a function run between fork and exec is not safe with threads."""
    if sys.platform != "linux":
        return
    import resource

    wanted = {
        resource.RLIMIT_CPU: limits.cpu_s,
        resource.RLIMIT_AS: limits.memory_bytes,
        resource.RLIMIT_FSIZE: output_bytes,
        resource.RLIMIT_CORE: 0,
    }
    for kind, value in wanted.items():
        with contextlib.suppress(OSError, ValueError):  # it may have ended, or live under a lower limit already
            resource.prlimit(pid, kind, (value, value))


def _end(child: subprocess.Popen[bytes]) -> None:
    """End the child and all that it started. A group whose leader is gone may still hold others."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
    else:
        child.kill()
    child.wait()
