"""A wave as a small picture: its envelope and its mel spectrogram."""

from __future__ import annotations

import base64
import io

import numpy as np
import numpy.typing as npt
from pydantic import Base64Bytes, BaseModel, ConfigDict

from pipeline.analysis import Analysis
from pipeline.dsp.frames import HOP_S, Float
from pipeline.dsp.spectra import mel, mel_weights, power_spectrogram

COLUMNS, ENVELOPE_COLUMNS = 480, 600
"""A phone shows 350 points, the wide page 1300; the eye sees steps in an outline sooner than in colours."""

FRAMES = 4
"""So many frames make a column, of long waves some way apart: a minute has 12 to a column, and looks no other."""

LOW_HZ, HIGH_HZ, BANDS = 60.0, 12_000.0, 56
"""What a voice has. Fewer bands hide single partials, more make the picture larger and show no more of speech."""

LINES_HZ = (1000, 4000, 8000)
"""Told beside the picture: where vowels lie, where a telephone ends, where hissing sounds are."""

RANGE_DB = 70.0
"""From the loudest cells down to black: the noise floor of a good take is just seen."""

TOP_PERCENTILE = 99.8
"""The loudest cells; a slam alone must not make the voice dark."""

QUALITY = 45
"""Of WebP: 4 to 7 kB a picture; at 70 it has twice that and looks the same at this size."""

RAMP = ((0.0, (9, 12, 28)), (0.3, (42, 33, 95)), (0.55, (143, 46, 108)), (0.78, (233, 106, 68)), (1.0, (255, 240, 190)))
"""Colours from silence to the loudest, each lighter than the one before: they are told apart in grey too. Ours."""


class Picture(BaseModel):
    """What is drawn of a wave.

    `low` and `high` are the envelope in percent of full scale, a value a column; `mel` is a WebP of `BANDS` by
    `COLUMNS` points, the low notes at the bottom; `hertz` says how far below its top, in percent, a frequency lies.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    duration_s: float
    low: tuple[int, ...]
    high: tuple[int, ...]
    mel: Base64Bytes
    hertz: tuple[tuple[int, float], ...] = ()


def draw(analysis: Analysis) -> Picture:
    """Return the picture of an analysed wave."""
    low, high = envelope(analysis.mono)
    hop_s = max(HOP_S, analysis.audio.duration_s / COLUMNS / FRAMES)
    power = power_spectrogram(analysis.mono, analysis.sample_rate_hz, analysis.dc, hop_s)
    levels_db = mel_levels_db(power, analysis.sample_rate_hz)
    return Picture(
        duration_s=round(analysis.audio.duration_s, 3),
        low=tuple(low.tolist()),
        high=tuple(high.tolist()),
        mel=base64.b64encode(_webp(levels_db)),
        hertz=frequency_lines(analysis.sample_rate_hz, len(levels_db)),
    )


def frequency_lines(sample_rate_hz: int, rows: int) -> tuple[tuple[int, float], ...]:
    """Return how far below the top of a picture of so many bands frequencies lie, in percent, as far as it goes.

    Bands that hold no bin are missing at its foot, so places are counted from the top.
    """
    top = float(mel(min(HIGH_HZ, sample_rate_hz / 2.0)))
    row = (top - float(mel(LOW_HZ))) / BANDS
    places = ((hertz, 100.0 * (top - float(mel(hertz))) / (row * rows)) for hertz in LINES_HZ)
    return tuple((hertz, round(percent, 1)) for hertz, percent in places if 0.0 <= percent <= 100.0)


def envelope(mono: Float, columns: int = ENVELOPE_COLUMNS) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the least and the greatest value of each column, in percent of full scale.

    Parameters
    ----------
    mono : float32, shape (samples,)
    columns : int
        At most; a wave with fewer samples has one each.
    """
    starts = np.unique(np.linspace(0, mono.size, columns, endpoint=False, dtype=np.int64))
    low, high = np.minimum.reduceat(mono, starts), np.maximum.reduceat(mono, starts)
    low_percent, high_percent = (np.rint(100.0 * np.clip(edge, -1.0, 1.0)).astype(np.int64) for edge in (low, high))
    return low_percent, high_percent


def mel_levels_db(spectrogram: Float, sample_rate_hz: int) -> Float:
    """Return mean levels in mel bands, at most `COLUMNS` of them in time, in dB below the loudest cells.

    Parameters
    ----------
    spectrogram : float32, shape (frames, bins)
        Power.
    sample_rate_hz : int

    Returns
    -------
    float32, shape (bands, columns)
        -`RANGE_DB` to 0, the lowest band first.
    """
    weights = mel_weights(sample_rate_hz, spectrogram.shape[1], LOW_HZ, HIGH_HZ, BANDS)
    power = spectrogram @ (weights / weights.sum(axis=0))
    starts = np.unique(np.linspace(0, len(power), COLUMNS, endpoint=False, dtype=np.int64))
    columns = np.add.reduceat(power, starts, axis=0) / np.diff([*starts, len(power)])[:, None]
    levels_db = 10.0 * np.log10(np.maximum(columns, 1e-14))
    return np.asarray(np.clip(levels_db - np.percentile(levels_db, TOP_PERCENTILE), -RANGE_DB, 0.0).T, np.float32)


def _webp(levels_db: Float) -> bytes:
    from PIL import Image, WebPImagePlugin  # noqa: F401 - by name: PIL would import all the formats it knows

    bright = 1.0 + levels_db[::-1] / RANGE_DB
    stops = [stop for stop, _ in RAMP]
    rgb = np.stack([np.interp(bright, stops, [colour[band] for _, colour in RAMP]) for band in range(3)], axis=-1)
    file = io.BytesIO()
    Image.fromarray(np.rint(rgb).astype(np.uint8)).save(file, "WEBP", quality=QUALITY)
    return file.getvalue()
