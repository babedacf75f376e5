"""The values of metrics as people read them."""

from __future__ import annotations

from pipeline.metrics import METRICS

COUNTS = {"changes", "", "count"}


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
