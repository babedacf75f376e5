"""What others do with the same file, and the least that anybody must do."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import soundfile

from pipeline.analysis import Analysis
from pipeline.audio import Audio
from pipeline.codec.ffmpeg import find_program
from pipeline.dsp.filtering import filtered
from pipeline.dsp.loudness import integrated_loudness_lufs, step_powers
from pipeline.dsp.spectra import power_spectrogram

CHAIN = "silenceremove=start_periods=1:start_threshold=-50dB,afftdn,loudnorm=I=-20:TP=-3"


def floor(source: Path, out: Path) -> None:
    """Decode, one spectrogram, one inverse, one loudness, write: no decision is taken."""
    wave, rate = soundfile.read(source, dtype="float32")
    power = power_spectrogram(wave, rate)
    same = filtered(wave, rate, (np.ones_like(power[start : start + 100]) for start in range(0, len(power), 100)))
    integrated_loudness_lufs(step_powers(same, rate))
    soundfile.write(out / "floor.wav", same, rate, "PCM_16")


def ffmpeg_chain(source: Path, out: Path) -> None:
    """One ffmpeg, whole process: trim, denoise, normalise. It grades nothing."""
    command = [find_program(), "-y", "-threads", "1", "-i", source, "-af", CHAIN, "-ar", "44100", out / "ffmpeg.wav"]
    subprocess.run(command, check=True, capture_output=True)


def ffmpeg_normalize(source: Path, out: Path) -> None:
    """The best known normaliser, whole process: two passes of loudnorm, linear."""
    command = [
        sys.executable,
        "-m",
        "ffmpeg_normalize",
        source,
        "-f",
        "-t",
        "-20",
        "-tp",
        "-3",
        "-o",
        out / "normal.wav",
    ]
    environment = os.environ | {"FFMPEG_PATH": find_program()}
    subprocess.run(command, check=True, capture_output=True, env=environment)


def stock_noisereduce(audio: Audio) -> None:
    """noisereduce as it comes."""
    import noisereduce

    noisereduce.reduce_noise(y=audio.wave[0], sr=audio.sample_rate_hz)


def own_denoising(audio: Audio) -> None:
    """What our stage does to a wave, its spectra and voice activity included, without the proof that it helped."""
    from pipeline.stages import Denoise

    Denoise().apply(audio, Analysis(audio))


def plain_script(source: Path, out: Path) -> None:
    """What people write first: librosa, noisereduce, pyloudnorm and pydub in a row. It grades nothing either."""
    import librosa
    import noisereduce
    import pyloudnorm
    from pydub import AudioSegment

    wave, rate = librosa.load(source, sr=None)
    wave, _ = librosa.effects.trim(wave, top_db=40)
    wave = noisereduce.reduce_noise(y=wave, sr=rate)
    gain_db = -20.0 - pyloudnorm.Meter(rate).integrated_loudness(wave)
    whole = (np.clip(wave * 10.0 ** (gain_db / 20.0), -1.0, 1.0) * 32767.0).astype(np.int16)
    AudioSegment(whole.tobytes(), frame_rate=int(rate), sample_width=2, channels=1).export(out / "plain.wav", "wav")
