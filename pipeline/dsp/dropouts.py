"""Dropouts: places where sound was lost: nothing at all, or the last packet again."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pipeline import kernels
from pipeline.dsp.frames import Bool, Float, runs
from pipeline.dsp.gaps import find_gaps
from pipeline.dsp.padding import sounding
from pipeline.dsp.repeats import find_repeats

MIN_S, MAX_S = 0.008, 0.4
"""The shortest packets of calls hold 10 ms; longer gaps are cuts or gates."""

NOTHING_DB, QUIET_DB, LOUD_DB = -84.0, -40.0, -32.0
"""Under the loudest 10 ms (99th percentile), in amplitude: how little may change from sample to sample within a gap,
how quiet it must be (it holds the recorder's own offset), and how loud the sound on both sides of it. A stop closure
may begin so abruptly, but it opens from near nothing; a lost packet does neither."""

NEAR_S = 0.025
"""Places nearer than this are one: beside a gap a wave is trivially like what was a packet earlier."""

_EDGE_S = 0.003

COARSE_DB = -50.0
"""A wave in coarser steps than this, under its loudest, stands still of itself."""


def find_dropouts(
    mono: Float, sample_rate_hz: int, room_change: float | None = None, step: float = 0.0, dc: float = 0.0
) -> npt.NDArray[np.intp]:
    """Return every dropout as ``[start, stop)`` in samples, in order, shape (dropouts, 2).

    Parameters
    ----------
    mono : float32, shape (samples,)
    sample_rate_hz : int
    room_change : float, optional
        Root mean square of the change from sample to sample in real pauses. A still gap is stiller than the room.
    step : float
        Between neighbouring values of the wave, where it was rounded to few bits.
    dc : float
        Of the wave: what is nothing lies there.

    Notes
    -----
    Ours. Still gaps (`find_still`), gaps that fade (`find_gaps`), repeated packets (`find_repeats`); a place
    found by several counts once. A gap within a pause cannot be told from the pause; one with noise in it is missed,
    and so are all in a wave of 8 bits and fewer.
    """
    loud = _loud_amplitude(mono, sample_rate_hz, dc)
    if step > loud * 10.0 ** (COARSE_DB / 20.0):
        return np.empty((0, 2), dtype=np.intp)
    found, near = find_still(mono, sample_rate_hz, loud, room_change, dc), round(NEAR_S * sample_rate_hz)
    for others in (find_gaps(mono, sample_rate_hz, dc), find_repeats(mono, sample_rate_hz, dc)):
        new = [not ((found[:, 0] - near < stop) & (start < found[:, 1] + near)).any() for start, stop in others]
        found = np.concatenate([found, others[np.array(new, dtype=bool)]])
    return found[np.argsort(found[:, 0], kind="stable")]


def find_still(
    mono: Float, sample_rate_hz: int, loud: float, room_change: float | None = None, dc: float = 0.0
) -> npt.NDArray[np.intp]:
    """Return the gaps in which the wave does not move at all, shape (gaps, 2).

    `loud` is the amplitude of the loudest 10 ms (99th percentile); for the other parameters see `find_dropouts`.
    """
    most = loud * 10.0 ** (NOTHING_DB / 20.0)
    least = min(most, most if room_change is None else 0.2 * room_change)
    hop = max(1, round(MIN_S * sample_rate_hz / 4.0))
    gaps = _still_runs(mono, hop, least, loud * 10.0 ** (QUIET_DB / 20.0), np.float32(dc))
    length = (gaps[:, 1] - gaps[:, 0]) / sample_rate_hz
    edge = max(1, round(_EDGE_S * sample_rate_hz))
    limit = loud * 10.0 ** (LOUD_DB / 20.0)
    found = [
        gap
        for gap, length_s in zip(gaps, length, strict=True)
        if MIN_S <= length_s <= MAX_S and _stops_abruptly(mono, gap, edge, limit, np.float32(dc))
    ]
    return np.array(found, dtype=np.intp).reshape(-1, 2)


def _still_runs(mono: Float, hop: int, least: float, quiet: float, dc: np.float32) -> npt.NDArray[np.intp]:
    """Return the runs of still samples that hold two multiples of `hop` or more: only near those all are looked at."""
    places = runs(_is_still(mono[hop::hop] - dc, mono[hop - 1 : -1 : hop] - dc, least, quiet))
    found = [np.empty((0, 2), dtype=np.intp)]
    for before, stop in (hop * places[places[:, 1] - places[:, 0] >= 2]).tolist():  # the one before is not still
        first = max(0, before - 1)
        part = mono[first : stop + hop] - dc
        here = part[before - first :]
        found.append(before + runs(_is_still(here, np.append(part[0], here[:-1]), least, quiet)))
    return np.concatenate(found)


def _is_still(wave: Float, before: Float, least: float, quiet: float) -> Bool:
    """Return which samples differ from the ones before by so little, and are so quiet."""
    return np.asarray((np.abs(wave - before) <= least) & (np.abs(wave) <= quiet))


def _loud_amplitude(mono: Float, sample_rate_hz: int, dc: float) -> float:
    size = max(1, round(0.01 * sample_rate_hz))
    tops = _tops(mono, size, np.float32(dc))
    return float(np.percentile(sounding(tops), 99)) if tops.size else 0.0


def _tops(mono: Float, size: int, dc: np.float32) -> Float:
    """Return the largest magnitude in each block."""
    if kernels.compiled:
        tops = np.empty(mono.size // size, dtype=np.float32)
        kernels.compiled.loudest_in_blocks(np.ascontiguousarray(mono), size, dc, tops)
        return tops
    starts = np.arange(0, mono.size - size + 1, size)
    if not starts.size:
        return mono[:0]
    whole = mono[: starts.size * size]
    return np.maximum(np.maximum.reduceat(whole, starts) - dc, dc - np.minimum.reduceat(whole, starts))


def _stops_abruptly(mono: Float, gap: npt.NDArray[np.intp], edge: int, limit: float, dc: np.float32) -> bool:
    before, after = mono[max(0, gap[0] - edge) : gap[0]] - dc, mono[gap[1] : gap[1] + edge] - dc
    return bool(before.size and after.size and min(np.abs(before).max(), np.abs(after).max()) > limit)
