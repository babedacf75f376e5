"""Where the voice is, and which frames of the rest may speak for the noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline import kernels
from pipeline.dsp.frames import HOP_S, Bool, Double, Float, mask_of, runs, to_db
from pipeline.dsp.outline import mean_of
from pipeline.dsp.running import running_mean, widened_frames

SURE, POSSIBLE = 1.5, 0.8
"""Mean log-likelihood ratios that start speech and that carry it on (Schmitt trigger)."""

RANGE_DB = 33.0
"""Frames this far under the loud ones (95th percentile) are no speech: breath, room tail. P.56 keeps 15.9 dB
under the *active* level; weak fricatives lie another 15 dB down."""

EMPTY_DB = 75.0
"""Frames this far under the loud ones hold no room sound at all: digital silence, a noise gate, an MP3's zeros.
No microphone in a room is so quiet. Relative, so that gain changes nothing."""

MIN_RUN_S = 0.1
"""Shorter bursts are clicks and knocks."""

GUARD_S = 0.03
"""Frames this close to speech do not speak for the noise: windows overlap and endings decay."""

SPOKEN_DB = 20.0
"""Frames this near to the loud ones are certainly spoken; between the first and the last of them is the inside."""

MIN_PAUSE = 10
"""Frames of pause that give a spectrum."""

EDGE_S = 0.2
"""So much around the inside belongs to it: the room is heard there too."""

ROOM_S, MIN_ROOM_S = 0.1, 0.3
"""Inner pauses as long as this, and this much of them in all, say what the room sounds like."""

PADDING_DB = 10.0
"""What lies this far under the room's inner pauses is not this room: padding, dithered silence. It is taken for
empty, so that near-silence put around a noisy take buys it nothing."""

NEAR_S = 3.0
"""What lies this far from the nearest frame that is certainly spoken says nothing of the noise under the voice: half a
minute of a speaker far off beside a near one would be its floor, and give it 25 dB that it has not."""

_QUIETEST, _ROUNDS = 0.12, 3


@dataclass(frozen=True, slots=True)
class VoiceActivity:
    """One flag a frame: `speech`; `pause` (a real one: room tone); `empty` (digital silence).

    A frame near speech may be none of the three.
    """

    speech: Bool
    pause: Bool
    empty: Bool

    def of(self, part: slice) -> VoiceActivity:
        """Return the flags of some frames."""
        return VoiceActivity(self.speech[part], self.pause[part], self.empty[part])

    def without(self, left_out: Bool) -> VoiceActivity:
        """Return the flags with neither speech nor pause in some frames."""
        return VoiceActivity(self.speech & ~left_out, self.pause & ~left_out, self.empty)


def find_voice(bands: Float) -> VoiceActivity:
    """Tell speech from pauses by the likelihood ratio of voice and noise in mel bands.

    Parameters
    ----------
    bands : float32, shape (frames, bands)
        Power, from `pipeline.dsp.spectra.band_power`: below its bands lie rumble and hum, above little but noise.

    Returns
    -------
    VoiceActivity
        Each flag of shape (frames,).

    Notes
    -----
    Ours, after Sohn, Kim and Sung (IEEE SPL 6(1), 1999): with noise power N and power P in a band, the
    log-likelihood ratio at the best speech power is ``P/N - 1 - ln(P/N)``. The noise is learned from the
    quietest eighth of the frames and then from the frames so found, three times. A steady tone or steady
    noise is its own floor and so no speech. The two thresholds and the guard were chosen on half of the
    speakers: noise floors within 1 dB (mean) at 20 and 30 dB SNR for six steady noises, and a pause found
    in every clip; higher thresholds lose speech at 5 dB.
    """
    level_db = to_db(np.einsum("ij->i", bands))
    loud_db = float(np.percentile(level_db, 95))
    empty = level_db < max(loud_db - EMPTY_DB, -160.0)
    if empty.all():
        nothing = np.zeros(level_db.shape, dtype=bool)
        return VoiceActivity(nothing, nothing, empty)
    loud = level_db > loud_db - SPOKEN_DB
    found = _by_room(bands, level_db - loud_db, empty, _between_loud(loud))
    far = ~widened(loud, NEAR_S) & ~found.speech
    return VoiceActivity(found.speech, found.pause & ~far, found.empty | far)


def _by_room(bands: Float, under_loud_db: Double, empty: Bool, inside: Bool) -> VoiceActivity:
    """Return the activity, the noise learned from the inner pauses if there are enough."""
    rooms = long_runs(_detected(bands, under_loud_db, empty, learn=~empty & inside).pause & inside, ROOM_S)
    if rooms.sum() * HOP_S < MIN_ROOM_S:
        return _detected(bands, under_loud_db, empty, learn=~empty)
    floor_db = float(np.median(under_loud_db[rooms]))
    return _detected(bands, under_loud_db, empty | (under_loud_db < floor_db - PADDING_DB), learn=rooms)


def _detected(bands: Float, under_loud_db: Double, empty: Bool, learn: Bool) -> VoiceActivity:
    """Return the activity, the noise learned from the quietest of the frames in `learn`."""
    ratio = _likelihood_ratio(bands, under_loud_db, empty, learn & ~empty)
    speech = _trigger(ratio, under_loud_db)
    # Weak ends of words are no speech by level, but they are no room tone either.
    pause = ~empty & ~widened(speech | (ratio > POSSIBLE), GUARD_S)
    return VoiceActivity(speech, pause, empty)


def _between_loud(loud: Bool) -> Bool:
    """Return the frames from the first to the last that is certainly spoken, and `EDGE_S` around them."""
    at = np.flatnonzero(loud)
    between = np.zeros(loud.shape, dtype=bool)
    edge = round(EDGE_S / HOP_S)
    between[max(0, at[0] - edge) : at[-1] + edge + 1] = True
    return between


def long_runs(mask: Bool, least_s: float) -> Bool:
    """Return the frames of a mask that lie in runs as long as this."""
    found = runs(mask)
    return mask_of(found[(found[:, 1] - found[:, 0]) * HOP_S >= least_s], mask.size)


def _likelihood_ratio(bands: Float, under_loud_db: Double, empty: Bool, learn: Bool) -> Double:
    """Return the log-likelihood ratio of voice to noise, mean over bands, smoothed over 50 ms."""
    usable = learn if learn.any() else ~empty
    noise = 1.5 * mean_of(bands, _quietest(under_loud_db, usable))
    least = mean_of(bands, usable).sum() * 1e-9
    for _ in range(_ROUNDS):
        ratio = running_mean(_mean_ratio(bands, np.maximum(noise, least)), 5)
        still = learn & ~widened(ratio > POSSIBLE, GUARD_S)
        if still.sum() < 10:
            break
        noise = mean_of(bands, still)
    return np.asarray(ratio)


def _quietest(level_db: Double, usable: Bool) -> Bool:
    """Return the quietest `_QUIETEST` of the usable frames, but ten of them at least."""
    at, quietest = np.flatnonzero(usable), np.zeros(usable.shape, dtype=bool)
    few = min(max(10, round(_QUIETEST * at.size)), at.size)
    quietest[at[np.argpartition(level_db[at], few - 1)[:few]]] = True
    return quietest


def _mean_ratio(bands: Float, noise: Double) -> Double:
    """Return the mean over bands of each frame's log-likelihood ratio: in float32, a fraction of the time."""
    if kernels.compiled:
        ratios = np.empty(len(bands))
        kernels.compiled.mean_ratios(np.ascontiguousarray(bands), (1.0 / noise).astype(np.float32), ratios)
        return ratios
    excess = np.maximum(bands * (1.0 / noise).astype(np.float32), np.float32(1.0))
    ratio = np.minimum(excess - 1.0 - np.log(excess), np.float32(30.0))
    return np.asarray(np.einsum("ij->i", ratio) / bands.shape[1], dtype=np.float64)


def _trigger(ratio: Double, under_loud_db: Double) -> Bool:
    """Return the runs that are possible speech throughout and sure speech somewhere."""
    possible = runs((ratio > POSSIBLE) & (under_loud_db > -RANGE_DB - 5.0))
    sure = np.concatenate([[0], np.cumsum((ratio > SURE) & (under_loud_db > -RANGE_DB))])
    long = possible[:, 1] - possible[:, 0] >= MIN_RUN_S / HOP_S
    return mask_of(possible[long & (sure[possible[:, 1]] > sure[possible[:, 0]])], ratio.size)


def widened(mask: Bool, by_s: float) -> Bool:
    """Return the frames of a mask and those so near to them."""
    reach = round(by_s / HOP_S)
    return widened_frames(mask, reach, reach)


def bridged(speech: Bool, gap_s: float) -> Bool:
    """Return `speech` with gaps shorter than `gap_s` between two runs filled."""
    gaps = runs(~speech)
    inner = (gaps[:, 0] > 0) & (gaps[:, 1] < speech.size)
    return speech | mask_of(gaps[inner & ((gaps[:, 1] - gaps[:, 0]) * HOP_S < gap_s)], speech.size)
