"""What measures are called, in words."""

from __future__ import annotations

from collections.abc import Sequence

LABELS = {
    "speech_s": "Speech",
    "speech_ratio": "Share that is speech",
    "audible_snr_db": "Voice over audible noise",
    "reverb_c50_db": "Clarity of the room (C50)",
    "clipped_power_ratio": "Power that is clipped",
    "dropout_count": "Dropouts",
    "click_count": "Clicks",
    "emptied_ratio": "Holes in the voice",
    "bandwidth_hz": "Bandwidth",
    "image_ratio": "Mirror images",
    "speaker_changes": "Changes of voice",
    "overlap_ratio": "Two voices at once",
    "music_ratio": "Music",
    "level_drift_db": "Wandering of the level",
    "pace_variation_ratio": "Change of pace",
    "phonetic_diversity_ratio": "Variety of sounds",
    "hum_db": "Mains hum",
    "loudness_lufs": "Loudness",
    "true_peak_dbtp": "True peak",
    "dc_offset_ratio": "Constant offset",
    "snr_db": "SNR",
    "noise_floor_dbfs": "Noise floor",
    "duration_s": "Duration",
    "noise_variation_db": "Wandering of the noise",
    "clipped_ratio": "Share that is clipped",
    "loudness_range_lu": "Range of loudness",
    "speech_level_dbfs": "Level of the speech",
    "dropouts_per_min": "Dropouts a minute",
    "clicks_per_min": "Clicks a minute",
    "pace_syllables_per_s": "Pace",
    "pitch_median_hz": "Pitch",
    "pitch_range_semitones": "Range of pitch",
}
"""What measures are called; a metric of someone else's goes by its own name."""


def label(metric: str) -> str:
    """Return a metric in words."""
    return LABELS.get(metric, metric.replace("_", " "))


def listed(metrics: Sequence[str]) -> str:
    """Return metrics in words, as a sentence begins with them.

    Examples
    --------
    >>> listed(["hum_db", "snr_db", "own_db"]), listed(["pitch_median_hz", "reverb_c50_db"])
    ('Mains hum, SNR and own db', 'Pitch and clarity of the room (C50)')
    """
    first, *others = map(label, metrics)
    words = [first, *(word if word[:2].isupper() else word[:1].lower() + word[1:] for word in others)]
    return f"{', '.join(words[:-1])} and {words[-1]}" if others else first
