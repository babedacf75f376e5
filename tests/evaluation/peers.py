"""Other people's denoisers, to be measured beside ours."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from pipeline.codec import read
from pipeline.codec.ffmpeg import find_program
from tests.evaluation.corpus import Float
from tests.evaluation.damages import resampled

Denoiser = Callable[[Float, int], Float]


def untouched(wave: Float, rate: int) -> Float:
    """Nothing."""
    return wave


def noisereduce_stationary(wave: Float, rate: int) -> Float:
    """noisereduce as its README shows it, ``stationary=True``."""
    from noisereduce import reduce_noise

    return np.asarray(reduce_noise(y=wave, sr=rate, stationary=True), dtype=np.float32)


def noisereduce_default(wave: Float, rate: int) -> Float:
    """noisereduce with its defaults (non-stationary)."""
    from noisereduce import reduce_noise

    return np.asarray(reduce_noise(y=wave, sr=rate), dtype=np.float32)


def noisereduce_gentle(wave: Float, rate: int) -> Float:
    """noisereduce with the noise from the quietest 15 % of 50 ms frames, ``prop_decrease`` 0.75, one deviation."""
    from noisereduce import reduce_noise

    size = round(0.05 * rate)
    frames = wave[: wave.size // size * size].reshape(-1, size)
    quiet = np.argsort((frames**2).sum(axis=1))[: max(4, round(0.15 * len(frames)))]
    gentle = reduce_noise(
        y=wave, sr=rate, y_noise=frames[np.sort(quiet)].ravel(), stationary=True, prop_decrease=0.75,
        n_std_thresh_stationary=1.0,
    )  # fmt: skip
    return np.asarray(gentle, dtype=np.float32)


def afftdn(wave: Float, rate: int) -> Float:
    """ffmpeg's afftdn, 12 dB."""
    import soundfile

    with tempfile.TemporaryDirectory() as folder:
        noisy, clean = Path(folder, "noisy.wav"), Path(folder, "clean.wav")
        soundfile.write(noisy, wave, rate, subtype="FLOAT")
        command = [
            find_program(),
            "-v",
            "error",
            "-i",
            str(noisy),
            "-af",
            "afftdn=nr=12",
            "-c:a",
            "pcm_f32le",
            str(clean),
        ]
        subprocess.run(command, check=True, timeout=60)
        return np.array(read(clean).audio.wave[0])


def rnnoise(wave: Float, rate: int) -> Float:
    """RNNoise, by the package ``pyrnnoise``, at its 48 kHz."""
    from pyrnnoise import RNNoise

    high = resampled(wave, rate, 48000)
    frames = RNNoise(sample_rate=48000).denoise_chunk((high * 32767.0).clip(-32768, 32767).astype(np.int16)[None, :])
    out = np.concatenate([frame.ravel() for _, frame in frames]).astype(np.float32) / 32768.0
    return np.pad(resampled(out, 48000, rate), (0, wave.size))[: wave.size]


PEERS: dict[str, Denoiser] = {
    "untouched": untouched,
    "noisereduce, defaults": noisereduce_default,
    "noisereduce, stationary": noisereduce_stationary,
    "noisereduce, gentle": noisereduce_gentle,
    "ffmpeg afftdn": afftdn,
    "RNNoise": rnnoise,
}


def installed() -> dict[str, Denoiser]:
    """Return those that work here."""
    try:
        import pyrnnoise  # noqa: F401
    except ImportError:
        return {name: peer for name, peer in PEERS.items() if peer is not rnnoise}
    return PEERS
