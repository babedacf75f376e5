"""Where in the source the seconds of a selected sample come from, after it was trimmed too."""

from __future__ import annotations

from pipeline.records import Step


def in_source_time(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Return a trail in which what was trimmed after a selection is told in source time, and the map is of the rest.

    A trail without a selection stays as it is.
    """
    chosen = next((step for step in steps if step.name == "select" and step.kept), None)
    if chosen is None:
        return steps
    offset_s = float(chosen.notes["start_s"])
    told = tuple(_shifted(step, offset_s) if step.name == "trim" else step for step in steps)
    trims = [step for step in told if step.name == "trim" and step.kept and "pauses_s" not in step.notes]
    if not trims:
        return told
    start_s, end_s = trims[-1].notes["start_s"], trims[-1].notes["end_s"]
    source = chosen.notes["map"][0][1]
    notes = chosen.notes | {"map": [[0.0, source, start_s, round(end_s - start_s, 3)]]}
    return tuple(step.model_copy(update={"notes": notes}) if step is chosen else step for step in told)


def _shifted(step: Step, offset_s: float) -> Step:
    moved = {name: round(step.notes[name] + offset_s, 4) for name in ("start_s", "end_s") if name in step.notes}
    return step.model_copy(update={"notes": step.notes | moved})
