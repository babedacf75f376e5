"""Make the recordings in this folder: espeak-ng speaks, `_damage` spoils, libsndfile and ffmpeg encode.

    python samples/make_samples.py              # all of them, byte for byte the same with the same tools
    python samples/make_samples.py mia/hello.wav damaged/clipped.flac
    python samples/make_samples.py --table      # only write README.md's table again from expected.csv

Needs the project's own dependencies and the program `espeak-ng` (Debian, Ubuntu: `apt install espeak-ng`).
"""

import argparse
import csv
import io
import shutil
import subprocess
import tomllib
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import _damage as damage
import imageio_ffmpeg
import numpy as np
import soundfile
from _damage import Array, Take, gain, rms
from scipy import signal

HERE = Path(__file__).resolve().parent
RATE = 22050  # what espeak-ng gives: nothing here has sound above 11 kHz, whatever rate a file is kept at
TABLE = ("<!-- table: written by make_samples.py from expected.csv -->", "<!-- end of table -->")
HEADINGS = ("file", "how it was made", "`check` says", "after `run`", "main findings")

# An espeak-ng voice and its variant, and words a minute. (`en-gb+f2` would silently drop the variant.)
VOICES = {
    "mia": ("en-gb-x-rp+f2", 158),
    "isla": ("en-gb-scotland+f3", 152),
    "jonas": ("de+m3", 150),
    "lucia": ("es+f4", 155),
    "sam": ("en-us+m7", 162),
}
CODECS = {
    ".mp3": ["-c:a", "libmp3lame"],
    ".m4a": ["-c:a", "aac"],
    ".aac": ["-c:a", "aac", "-f", "adts"],
    ".ogg": ["-c:a", "libvorbis"],
    "opus": ["-c:a", "libopus", "-f", "ogg"],
}


@dataclass(frozen=True)
class Recipe:
    """One file: who says what, how it is paced, what is wrong with it, how it is kept."""

    file: str
    speaker: str
    text: str
    spoil: Callable[[Take], Array] | None = None
    level_dbfs: float = -24.0
    room_db: float = -60.0  # the room's own noise, relative to the active speech level
    pauses_s: tuple[float, float] = (0.4, 0.8)
    lead_s: float = 0.6
    rate: int = RATE
    kind: str = ""  # a key of CODECS, or a libsndfile subtype, where the suffix does not say enough


def street(take: Take) -> Array:
    """Stand among six people who talk all the time, and traffic."""
    talk = (("market", "isla"), ("garage", "sam"), ("mercado", "lucia"),
            ("werkstatt", "jonas"), ("lighthouse", "mia"), ("harbour", "sam"))  # fmt: skip
    crowd = np.zeros(len(take.voice))
    for text, speaker in talk:
        words = np.concatenate([speak(speaker, sentence, 0) for sentence in texts()[text]])
        words = np.roll(words, int(take.rng.integers(len(words))))
        crowd += np.resize(words, len(crowd)) / rms(words)
    return damage.street(take, crowd, snr_db=5)


RECIPES = (
    Recipe("mia/harbour.flac", "mia", "harbour"),
    Recipe("mia/market.m4a", "mia", "market", room_db=-57, level_dbfs=-22, rate=44100),
    Recipe("mia/greeting.ogg", "mia", "greeting"),
    Recipe("mia/hello.wav", "mia", "hello", lead_s=0.3),
    Recipe("jonas/werkstatt.mp3", "jonas", "werkstatt", room_db=-58, level_dbfs=-23, rate=44100),
    Recipe("jonas/FOLGE-2.WAV", "jonas", "folge", room_db=-62, pauses_s=(0.4, 0.6), rate=16000),
    Recipe("isla/lighthouse.aac", "isla", "lighthouse", room_db=-56, level_dbfs=-25, rate=24000),
    Recipe("lucia/mercado.ogg", "lucia", "mercado", room_db=-62, rate=48000, kind="opus"),
    Recipe("damaged/fan-noise.mp3", "sam", "garage", partial(damage.fan, snr_db=20)),
    Recipe("damaged/street-noise.mp3", "mia", "harbour", street, level_dbfs=-26),
    Recipe("damaged/mains-hum.aac", "jonas", "werkstatt", partial(damage.hum, below_db=15)),
    Recipe("damaged/clipped.flac", "sam", "garage", partial(damage.clip, ratio=0.025, then_db=-6),
           rate=16000),
    Recipe("damaged/echoing-hall.ogg", "isla", "lighthouse",
           partial(damage.echo, rt60_s=1.2, direct_to_reverberant_db=0), lead_s=1.5),
    Recipe("damaged/telephone.mp3", "lucia", "mercado", damage.telephone, rate=44100),
    Recipe("damaged/quiet.flac", "isla", "lighthouse", partial(damage.quiet, lufs=-45), rate=16000,
           kind="PCM_24"),
    Recipe("damaged/dead-right-channel.m4a", "sam", "garage", damage.dead_right, rate=44100),
    Recipe("damaged/opposite-phase.mp3", "lucia", "mercado", damage.opposite),
    Recipe("damaged/long-pauses.ogg", "mia", "market", pauses_s=(4.0, 6.0), lead_s=6.0,
           rate=48000, kind="opus"),
    Recipe("damaged/dc-offset.mp3", "jonas", "werkstatt", partial(damage.offset, ratio=0.05)),
)  # fmt: skip


@cache
def texts() -> dict[str, list[str]]:
    """Everything that is said here, by name."""
    return tomllib.loads((HERE / "texts.toml").read_text("utf-8"))


@cache
def speak(speaker: str, sentence: str, livelier: int) -> Array:
    """Let espeak-ng say one sentence, without the zeros around it."""
    voice, speed = VOICES[speaker]
    program = shutil.which("espeak-ng")
    if program is None:
        raise SystemExit("espeak-ng is not installed: apt install espeak-ng")
    how = ["-v", voice, "-s", str(speed + livelier), "-p", str(50 + livelier), "-z", "--stdout", sentence]
    said = subprocess.run([program, *how], capture_output=True, check=True).stdout
    wave, rate = soundfile.read(io.BytesIO(said))
    if rate != RATE:
        raise SystemExit(f"espeak-ng gave {rate} Hz where {RATE} Hz were expected")
    sounding = np.flatnonzero(np.abs(wave) > 1e-3)
    return wave[sounding[0] : sounding[-1] + 1]


def record(recipe: Recipe) -> Take:
    """Say the text as a person would: pauses of uneven length, a little louder here and quieter there."""
    rng = np.random.default_rng(zlib.crc32(recipe.file.encode()))
    parts = [np.zeros(int(recipe.lead_s * RATE))]
    for sentence in texts()[recipe.text]:
        parts.append(speak(recipe.speaker, sentence, int(rng.integers(-4, 5))) * gain(rng.uniform(-1.2, 1.2)))
        parts.append(np.zeros(int(rng.uniform(*recipe.pauses_s) * RATE)))
    parts[-1] = np.zeros(int(recipe.lead_s * RATE))
    voice = signal.resample_poly(np.concatenate(parts), recipe.rate, RATE)
    seconds = np.arange(len(voice)) / recipe.rate
    voice *= gain(1) ** np.sin(2 * np.pi * seconds / rng.uniform(12, 20))  # the head moves: ±1 dB
    voice *= gain(recipe.level_dbfs) / rms(voice[damage.active_samples(voice, recipe.rate)])
    room = damage.coloured_noise(len(voice), recipe.rate, 1.0, rng) * gain(recipe.level_dbfs + recipe.room_db)
    return Take(voice, room, recipe.rate, rng)


def write(path: Path, wave: Array, rate: int, kind: str) -> None:
    """Encode by the suffix; refuse to clip what was not meant to be clipped."""
    peak = float(np.max(np.abs(wave)))
    if peak > 0.99:
        raise SystemExit(f"{path.name} would clip: peak {peak:.2f}")
    path.parent.mkdir(parents=True, exist_ok=True)
    codec = CODECS.get(kind or path.suffix.lower())
    if codec is None:
        if kind == "PCM_24":  # good converters give 20 bits; zeros below them let FLAC stay small
            wave = np.round(wave * 2**19) / 2**19
        soundfile.write(path, wave, rate, subtype=kind or "PCM_16")
        return
    channels = 1 if wave.ndim == 1 else 2
    kbits = 64 if path.suffix == ".mp3" else 40 if channels == 1 else 28  # per channel; a smaller MP3 is a damage
    raw = ["-f", "f32le", "-ar", str(rate), "-ac", str(channels), "-i", "pipe:0"]
    exact = ["-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact"]
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(),
        "-v",
        "error",
        "-y",
        *raw,
        *codec,
        "-b:a",
        f"{kbits * channels}k",
        *exact,
    ]
    subprocess.run([*command, str(path)], input=wave.astype("<f4").tobytes(), check=True)


def make(recipe: Recipe) -> None:
    """Record, spoil, encode."""
    take = record(recipe)
    write(HERE / recipe.file, recipe.spoil(take) if recipe.spoil else take.wave, recipe.rate, recipe.kind)


def make_silence() -> None:
    """Ten seconds of nothing but zeros: the microphone was muted."""
    write(HERE / "damaged/silence.flac", np.zeros(10 * RATE), RATE, "")


def make_text() -> None:
    """Make a text that somebody saved as an MP3."""
    text = "This is a shopping list, not a recording: oranges, batteries, a longer microphone cable.\n"
    (HERE / "damaged/not-audio.mp3").write_text(text * 3, "utf-8")


def write_table() -> None:
    """Put expected.csv into README.md as a table."""
    with (HERE / "expected.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    lines = [f"| {' | '.join(HEADINGS)} |", "|---" * len(HEADINGS) + "|"]
    for row in rows:
        codes = ", ".join(f"`{code}`" for code in row["codes"].split()) or "none"
        status = f"{row['check_status']} | **{row['run_status']}**"
        lines.append(f"| `{row['file']}` | {row['made']} | {status} | {codes} |")
    readme = HERE / "README.md"
    before, _, rest = readme.read_text("utf-8").partition(TABLE[0])
    after = rest.partition(TABLE[1])[2]
    readme.write_text(f"{before}{TABLE[0]}\n{chr(10).join(lines)}\n{TABLE[1]}{after}", "utf-8")


def main() -> None:
    """Make what was asked for, or everything."""
    parser = argparse.ArgumentParser(description="Make the sample recordings again.")
    parser.add_argument("files", nargs="*", help="only these, as named in expected.csv")
    parser.add_argument("--table", action="store_true", help="only write README.md's table from expected.csv")
    options = parser.parse_args()
    jobs: dict[str, Callable[[], None]] = {recipe.file: partial(make, recipe) for recipe in RECIPES}
    jobs |= {"damaged/silence.flac": make_silence, "damaged/not-audio.mp3": make_text}
    if unknown := set(options.files) - set(jobs):
        parser.error(f"no such sample: {', '.join(sorted(unknown))}")
    for file in () if options.table else options.files or jobs:
        jobs[file]()
        print(f"{(HERE / file).stat().st_size:>9,} bytes  {file}")
    write_table()


if __name__ == "__main__":
    main()
