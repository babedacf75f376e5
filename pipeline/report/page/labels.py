"""Metrics in words, and their values as people read them."""

from __future__ import annotations

from pipeline.metrics import METRICS

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

COUNTS = {"changes", "", "count"}


def label(metric: str) -> str:
    """Return a metric in words."""
    return LABELS.get(metric, metric.replace("_", " "))


def value_text(metric: str, value: float | None) -> str:
    """Return a value with its unit, as far as it is exact; a dash where there is none.

    Examples
    --------
    >>> value_text("audible_snr_db", 31.23456), value_text("image_ratio", 0.00012), value_text("hum_db", None)
    ('31.2 dB', '0.012 %', '-')
    """
    if value is None:
        return "-"
    if metric.endswith("_ratio"):
        return f"{_plain(100.0 * value)} %"
    if metric.endswith("_hz"):
        return f"{value:.0f} Hz"
    unit = METRICS[metric].unit if metric in METRICS else ""
    return _plain(value) if unit in COUNTS or metric.endswith("_count") else f"{value:.1f} {unit}".rstrip()


def limit_text(metric: str, limit: float) -> str:
    """Return a limit, which somebody chose as a round number, with its unit and as short as it can be.

    Examples
    --------
    >>> limit_text("audible_snr_db", 26.0), limit_text("bandwidth_hz", 7000.0), limit_text("image_ratio", 0.0003)
    ('26 dB', '7 kHz', '0.03 %')
    """
    if metric.endswith("_ratio"):
        return f"{100.0 * limit:.4g} %"
    if metric.endswith("_hz") and limit >= 1000.0:
        return f"{limit / 1000.0:g} kHz"
    unit = METRICS[metric].unit if metric in METRICS else ""
    return f"{limit:g}" if unit in COUNTS else f"{limit:g} {unit}"


def _plain(value: float) -> str:
    """Return a number with two digits that count, without zeros that say nothing."""
    return f"{value:.0f}" if abs(value) >= 10.0 else f"{value:.2g}"
