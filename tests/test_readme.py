"""Every code block of the README, run in its order by one reader: in a folder with takes, a podcast and clips."""

from __future__ import annotations

import logging
import os
import re
import shutil
import socket
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import soundfile
import yaml
from markdown_it import MarkdownIt

from pipeline import read

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = [token for token in MarkdownIt().parse(README) if token.type == "fence"]
SCRIPTS = Path(sysconfig.get_path("scripts"))
PATIENCE_S = 120.0


@dataclass
class Reader:
    """Somebody who does what the README says, in a folder of their own."""

    folder: Path
    environment: dict[str, str]
    running: list[subprocess.Popen[str]] = field(default_factory=list)
    done: dict[int, str] = field(default_factory=dict)

    def upto(self, number: int) -> str:
        """Do every block up to this one; return what this one said."""
        for earlier in range(number + 1):
            if earlier not in self.done:
                self.done[earlier] = do(self, BLOCKS[earlier].info, BLOCKS[earlier].content)
        return self.done[number]

    def shell(self, text: str, expected: int = 0) -> str:
        """Run commands as `sh` runs them, stopping at the first that fails; exported variables stay."""
        script = f"set -e\n{text}\nenv -0 > .environment\n"
        ended = subprocess.run(
            ["bash", "-c", script],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        assert ended.returncode == expected, f"{text}\n{ended.stdout}\n{ended.stderr}"
        assert "Traceback" not in ended.stderr
        if expected == 0:
            pairs = (self.folder / ".environment").read_text().split("\0")
            self.environment = dict(pair.split("=", 1) for pair in pairs if "=" in pair)
        return ended.stdout

    def write(self, name: str, text: str) -> str:
        """Write a file that the README shows."""
        (self.folder / name).write_text(text, encoding="utf-8")
        return text


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    folder = tmp_path_factory.mktemp("reader")
    shutil.copytree(ROOT / "samples", folder / "samples")
    shutil.copytree(ROOT / "samples/mia", folder / "takes", ignore=shutil.ignore_patterns("hello*", "greeting*"))
    make_podcast(folder / "podcast.mp3")
    make_clips(folder / "clips")
    environment = {name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR") if name in os.environ}
    somebody = Reader(folder, environment | {"PATH": f"{SCRIPTS}:{os.environ['PATH']}", "COLUMNS": "100"})
    yield somebody
    for process in somebody.running:
        process.terminate()
        process.wait(10.0)


def make_podcast(file: Path) -> None:
    """Four minutes of one speaker, take after take."""
    audio = read(ROOT / "samples/mia/harbour.flac").audio
    wave = np.tile(audio.wave[0], 1 + int(240.0 / audio.duration_s))
    soundfile.write(file, wave, audio.sample_rate_hz, format="MP3")


def make_clips(folder: Path) -> None:
    """Eight clips of five seconds, all of one speaker; a manifest says so."""
    audio = read(ROOT / "samples/mia/harbour.flac").audio
    step = round(5.0 * audio.sample_rate_hz)
    folder.mkdir()
    for number in range(8):
        piece = audio.wave[0, number * step : (number + 1) * step]
        soundfile.write(folder / f"clip{number}.wav", piece, audio.sample_rate_hz)


MANIFEST_OF_CLIPS = "file,voice_name,gender,voice,consent\n" + "".join(
    f'clip{number}.wav,Mia,female,Mia,"Mia Berg, signed 2026-03-02"\n' for number in range(8)
)


def do(reader: Reader, info: str, text: str) -> str:
    """Do one block, by its language and what it is about."""
    for kind, about, action in ACTIONS:
        if info == kind and about in text:
            return action(reader, text)
    raise AssertionError(f"Nobody knows how to do this block:\n```{info}\n{text}```")


def installed(reader: Reader, text: str) -> str:
    """The installing is this very environment; what comes after it is run. One sample is no recording: exit code 1."""
    venv_bin = reader.folder / ".venv/bin"
    if not venv_bin.exists():
        venv_bin.parent.mkdir()
        venv_bin.symlink_to(SCRIPTS, target_is_directory=True)
    install, _, command = text.strip().rpartition(" && ")
    assert install.startswith("python3 -m venv .venv && .venv/bin/pip install -q ")
    return reader.shell(command, expected=1)


def own_tests(reader: Reader, text: str) -> str:
    """These are the tests."""
    assert text.strip().endswith(".venv/bin/pytest")
    assert ".[test]" in text
    return reader.shell(".venv/bin/pytest --version")


def transcript(reader: Reader, text: str) -> str:
    """What is shown is what the first command said."""
    said = {re.sub(r"\s+", " ", line).strip() for line in reader.done[0].splitlines()}
    shown = [re.sub(r"\s+", " ", line).strip() for line in text.splitlines()]
    for line in shown:
        assert line in said or any(one.startswith(line) for one in said), line
    return text


def clips(reader: Reader, text: str) -> str:
    """The manifest of this block is of clips; the one that the README shows comes later."""
    reader.write("voices.csv", MANIFEST_OF_CLIPS)
    return reader.shell(text)


def job(reader: Reader, text: str) -> str:
    """A CI job: every command that it runs, but for the installing."""
    steps = next(iter(yaml.safe_load(text).values()))["steps"]
    commands = [step["run"] for step in steps if "run" in step]
    assert commands[0].startswith("pip install")
    said = reader.shell("\n".join(commands[1:]))
    assert "<testsuites" in (reader.folder / "verdicts.xml").read_text()
    return said


def hook(reader: Reader, text: str) -> str:
    """A good take is committed; with one that is too short the commit is refused."""
    repository = reader.folder / "recordings"
    repository.mkdir()
    (repository / ".pre-commit-config.yaml").write_text(text)
    shutil.copy(reader.folder / "samples/mia/harbour.flac", repository / "good.flac")
    git = "git -c user.name=Mia -c user.email=mia@example.org"
    begin = f"cd recordings\n{git} init -q\npre-commit install\n{git} add .\n{git} commit -qm takes\n"
    reader.shell(f"{begin}cd ..")
    shutil.copy(reader.folder / "samples/mia/hello.wav", repository / "SHORT.WAV")
    reader.shell(f"cd recordings\n{git} add .\n{git} commit -qm more\n", expected=1)
    return ""


def rehearsal(reader: Reader, text: str) -> str:
    """The sandbox runs beside the rest; the port is free on this machine."""
    first, rest = text.split("\n", 1)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = first.split("#")[0].replace("8750", str(port)).split()
    process = subprocess.Popen(command, cwd=reader.folder, env=reader.environment, stdout=subprocess.DEVNULL, text=True)
    reader.running.append(process)
    deadline_s = time.monotonic() + 20.0
    while not is_open(port):
        assert time.monotonic() < deadline_s
        time.sleep(0.05)
    return reader.shell(rest.replace("8750", str(port)))


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def voices(reader: Reader, text: str) -> str:
    """Line by line: the voices of this rehearsal have other numbers, and none is unsettled."""
    said = reader.shell("voiceprep voices")
    number = re.search(r"\b9\d{3}\b", said)
    assert number
    for line in text.strip().splitlines():
        command = line.split("#")[0].strip()
        if "delete" in command:
            reader.shell(f"yes | {command.replace('9002', number[0])}")
        elif "settle" in command:
            reader.shell(command, expected=2)  # nothing is open: a sentence, no change
        else:
            said += reader.shell(command)
    return said


def script(reader: Reader, text: str) -> str:
    """A script of its own, in an interpreter of its own."""
    reader.write("script.py", text)
    return reader.shell(f"{sys.executable} script.py")


def named(reader: Reader, text: str) -> str:
    """A file that is shown with its name in the first line; those of the package lie together."""
    name = text.split("\n", 1)[0].removeprefix("# ").strip()
    folder = reader.folder if name == "podcast.toml" else reader.folder / "plosives"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return text


def own_step(reader: Reader, text: str) -> str:
    """The package is installed, beside this environment rather than into it, and the profile finds its step."""
    options = "--quiet --no-index --no-deps --no-build-isolation --disable-pip-version-check"
    reader.shell(f"{sys.executable} -m pip install {options} --target installed ./plosives")
    reader.environment["PYTHONPATH"] = str(reader.folder / "installed")
    said = reader.shell(text)
    del reader.environment["PYTHONPATH"]
    assert '"plosive_count": ' in (reader.folder / "grades.json").read_text()
    return said


def spread(reader: Reader, text: str) -> str:
    """A bucket of this machine and a cluster of this machine stand for the ones that are meant."""
    if any(find_spec(module) is None for module in ("moto", "s3fs", "ray")):
        return text
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    store = {"AWS_ENDPOINT_URL": f"http://{host}:{port}", "AWS_ACCESS_KEY_ID": "nobody"}
    store |= {"AWS_SECRET_ACCESS_KEY": "nothing", "AWS_DEFAULT_REGION": "us-east-1"}
    install, rest = text.split("\n", 1)
    assert install.startswith("pip install 'voiceprep[")
    fill = "from pipeline.places import place\nbucket = place('s3://recordings')\nbucket.mkdir()\n"
    fill += "(bucket / 'takes/harbour.flac').write_bytes(open('samples/mia/harbour.flac', 'rb').read())\n"
    reader.write("fill.py", fill)
    reader.environment |= store
    reader.shell(f"{sys.executable} fill.py")
    said = reader.shell(rest.replace(" --ray-address auto", ""))
    for name in store:
        del reader.environment[name]
    server.stop()
    return said


def developed(reader: Reader, text: str) -> str:
    """Each tool of the evaluation answers; what it measures needs recordings that are not here."""
    for module in re.findall(r"python -m (tests\.evaluation\.\w+)", text):
        assert reader.shell(f"cd {ROOT} && {sys.executable} -m {module} --help && cd {reader.folder}")
    for module in re.findall(r"python -m (tests\.benchmarks\.\w+)", text):
        assert (ROOT / f"{module.replace('.', '/')}.py").is_file()
    assert (ROOT / ".ci/run").is_file()
    return text


def shell(reader: Reader, text: str) -> str:
    return reader.shell(text)


def manifest(reader: Reader, text: str) -> str:
    return reader.write("voices.csv", text)


Action = Callable[[Reader, str], str]
ACTIONS: tuple[tuple[str, str, Action], ...] = (
    ("sh", ".venv/bin/voiceprep", installed),
    ("sh", ".venv/bin/pytest", own_tests),
    ("sh", "--manifest voices.csv       #", clips),
    ("sh", "voiceprep sandbox", rehearsal),
    ("sh", "voices delete", voices),
    ("sh", "podcast.toml", own_step),
    ("sh", ".ci/run", developed),
    ("sh", "s3://", spread),
    ("sh", "voiceprep ", shell),
    ("text", "samples:", transcript),
    ("yaml", "runs-on", job),
    ("yaml", "repos:", hook),
    ("csv", "voice_name", manifest),
    ("python", "# voiceprep_", named),
    ("python", "from pipeline", script),
    ("toml", "# p", named),
)


@pytest.mark.skipif(os.name == "nt", reason="the README's shell is that of Linux and macOS")
@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_a_block_does_what_it_says(reader: Reader, number: int) -> None:
    reader.upto(number)
