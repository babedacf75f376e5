"""A prepared folder, uploads of it as real processes, and what the server then holds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from pipeline.engine.journal import write_records
from pipeline.records import Record
from pipeline.sandbox import Running
from pipeline.service import Ledger, State
from pipeline.service.listing import parse_list
from pipeline.service.marker import find_marker
from pipeline.service.replies import Reply
from tests.service.helpers import record

LONG = bool(os.environ.get("VOICEPREP_LONG"))
"""Whether the long forms were asked for: all seeds, all positions, whole durations."""

ROOT = Path(__file__).parents[2]
KEY = "key-that-must-stay-in-one-header"
QUICK = ("--settle-s", "0.6", "--timeout-s", "0.6")


def prepare(out: Path, count: int, duration_s: float = 2.5) -> list[Record]:
    """Write clips (of two pieces each, as they are sent) and their records, as a run would have."""
    made = [record(out, f"take{number:02}.wav", seed=number, duration_s=duration_s) for number in range(1, count + 1)]
    write_records(out, made)
    return made


@dataclass
class Ended:
    """How an upload ended, and what it said."""

    code: int
    said: str


@dataclass
class Desk:
    """A folder, a sandbox, and uploads of the one to the other by the real command in a process of its own."""

    out: Path
    sandbox: Running

    def start(self, *options: str, crash_at: str = "") -> subprocess.Popen[str]:
        environ = {**os.environ, "CAMB_API_URL": self.sandbox.base_url, "CAMB_API_KEY": KEY}
        environ |= {"VOICEPREP_CRASH_AT": crash_at, "PYTHONUNBUFFERED": "1"}
        said = ("--gender", "female", "--consent", "She agreed in writing")
        command = [sys.executable, "-m", "pipeline", "upload", str(self.out), *said, *(options or QUICK)]
        assert KEY not in " ".join(command)
        return subprocess.Popen(
            command, env=environ, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def end(self, process: subprocess.Popen[str]) -> Ended:
        said = process.communicate(timeout=120)[0]
        self.expect_no_leak(said)
        return Ended(process.returncode, said)

    def upload(self, *options: str, crash_at: str = "") -> Ended:
        return self.end(self.start(*options, crash_at=crash_at))

    def kill_after(self, wait_s: float) -> Ended:
        process = self.start()
        time.sleep(wait_s)
        process.send_signal(signal.SIGKILL)
        return self.end(process)

    def expect_no_leak(self, said: str) -> None:
        """The key, and the signed addresses of recordings, are in nothing that was said or written (S2)."""
        assert KEY not in said
        assert "Traceback" not in said, said
        for path in self.out.rglob("*"):
            content = path.read_bytes() if path.is_file() else b""
            assert KEY.encode() not in content, path
            assert b"signature-that-nobody-keeps" not in content, path

    def states(self) -> list[State]:
        with Ledger.look(self.out / "ledger.sqlite3") as ledger:
            return [item.state for item in ledger.items()]

    def killed_calls(self) -> int:
        """Return how many create calls were under way when their process was killed."""
        with Ledger.look(self.out / "ledger.sqlite3") as ledger:
            notes = [
                item.sent_at for item in ledger.items() if item.attempt > 1 or "answer was lost" in (item.error or "")
            ]
        return len(notes)

    def expect_each_once(self, count: int) -> None:
        """Counted at the server: as many voices, each of another sample; and the ledger knows each by its id."""
        voices = self.sandbox.state.voices
        markers = {find_marker(voice.listed["description"]) for voice in voices.values()}
        assert (len(voices), len(markers), None in markers) == (count, count, False)
        assert len({voice.file_sha256 for voice in voices.values()}) == count
        with Ledger.look(self.out / "ledger.sqlite3") as ledger:
            items = ledger.items()
        assert [item.state for item in items] == [State.DONE] * count
        assert {item.voice_id for item in items} == set(voices)


def list_of(text: str) -> object:
    """Return a list as it would be read from the service."""
    return parse_list(Reply(200, {}, text.encode()))
