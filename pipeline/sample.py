"""A sample: one voice recording on its way through the stages, with the trail of what was done to it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from pipeline.audio import Audio
from pipeline.records import Source, Step


@dataclass(frozen=True, slots=True)
class Sample:
    """A wave, where it came from, and every step so far.

    Parameters
    ----------
    audio : Audio
        The wave as it is now.
    path : str
        The source's name, for messages; empty for sound that never was a file.
    sha256 : str or None
        Digest of the source's bytes.
    source : Source or None
        The file as it came.
    steps : tuple of Step
        What was done, in order, the decoding first.

    Examples
    --------
    >>> import numpy as np
    >>> sample = Sample(Audio(np.zeros((1, 8000), np.float32), 16000), path="take.wav")
    >>> [step.name for step in sample.after(Step(name="own")).steps]
    ['own']
    """

    audio: Audio
    path: str = ""
    sha256: str | None = None
    source: Source | None = None
    steps: tuple[Step, ...] = field(default=())

    def after(self, step: Step, audio: Audio | None = None) -> Sample:
        """Return this sample with `step` added to the trail and, if given, the new wave."""
        return replace(self, audio=audio or self.audio, steps=(*self.steps, step))

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the picture, and the trail."""
        from pipeline.report.notebook import sample_html

        return sample_html(self)


def with_note(sample: Sample, name: str, value: object) -> Sample:
    """Return the sample with a note added to its last step."""
    *earlier, last = sample.steps
    return replace(sample, steps=(*earlier, last.model_copy(update={"notes": last.notes | {name: value}})))
