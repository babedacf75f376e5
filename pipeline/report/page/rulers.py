"""Times along a picture."""

from __future__ import annotations

from dataclasses import dataclass

STEPS_S = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600)
"""What people count in."""

MOST_STEPS = 5
"""More labels would touch each other on a phone."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A time, and its place in percent of the width."""

    percent: float
    text: str


def ticks(duration_s: float) -> tuple[Tick, ...]:
    """Return round times along a picture.

    Examples
    --------
    >>> [tick.text for tick in ticks(44.2)], ticks(44.2)[-1].percent
    (['0:00', '0:10', '0:20', '0:30', '0:40'], 90.5)
    """
    step = next((step for step in STEPS_S if duration_s / step <= MOST_STEPS), duration_s)
    times = [place * step for place in range(int(duration_s / step) + 1)] if duration_s > 0.0 else [0.0]
    return tuple(Tick(round(100.0 * at / duration_s, 1) if at else 0.0, _text(at, step)) for at in times)


def minutes(time_s: float) -> str:
    """Return a time as minutes and whole seconds."""
    return f"{int(time_s) // 60}:{int(time_s) % 60:02d}"


def _text(at_s: float, step_s: float) -> str:
    return minutes(at_s) if step_s >= 1.0 else f"{at_s:.1f} s"
