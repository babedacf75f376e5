"""The errors of voiceprep, one tree.

::

    VoiceprepError            everything below; its text is a sentence for a person
    ├── UsageError            wrong arguments; nothing was started            (exit 2)
    │   ├── ProfileError      a profile is wrong; lists every mistake
    │   └── ManifestError     a manifest is wrong; lists every mistake
    ├── AudioError            an array that is not sound: wrong shape, NaN, beyond any level
    ├── DecodeError           a file could not be read as sound
    │   ├── UnsupportedFormat   not a sound file, or a kind that is not taken
    │   ├── TooLong             more sound than one sample may hold
    │   └── UnreadError         its bytes could not be had: no word about the sound
    ├── EncodeError           a result could not be written
    ├── StepError             a stage or metric failed on this sample
    ├── WorkerError           the process that held a file died or ran out of time
    └── SubmitError           talking to the service
        ├── AccountError      the key or the account stops the whole run      (exit 4)
        ├── NotSentError      no connection: nothing was sent                   (exit 4)
        ├── RefusedError      the service said a definite no to this voice
        ├── BusyError         not now; nothing was created
        │   └── RateLimitError    429, with how long to wait
        ├── ChangedClipError  the clip is not the one that was graded; nothing was created
        ├── UntrustedListError    the account's list lacks what it must hold; nothing was sent
        ├── StoppedError      the run was asked to stop; nothing was sent
        └── UnknownOutcome    no answer that settles whether a voice was created

Foreign exceptions (soundfile, pydub, httpx, pydantic) are translated at the module that calls them.
"""

from __future__ import annotations

from collections.abc import Sequence


class VoiceprepError(Exception):
    """Root of the tree. ``str(error)`` is one sentence: what is wrong and what to do."""


class UsageError(VoiceprepError):
    """Wrong arguments or configuration; nothing was started."""


class MistakesError(UsageError):
    """Several mistakes found together, so that one edit can mend them all.

    Parameters
    ----------
    where : str
        What holds the mistakes, e.g. a file name.
    mistakes : sequence of str
        One sentence each, with its place (row and column, or key).
    """

    def __init__(self, where: str, mistakes: Sequence[str]) -> None:
        self.where = where
        self.mistakes = tuple(mistakes)
        lines = "".join(f"\n  - {mistake}" for mistake in self.mistakes)
        super().__init__(f"{where} has {len(self.mistakes)} mistake{'s' if len(self.mistakes) != 1 else ''}:{lines}")

    def __reduce__(self) -> tuple[type[MistakesError], tuple[str, tuple[str, ...]]]:
        return type(self), (self.where, self.mistakes)


class ProfileError(MistakesError):
    """A profile is wrong; `mistakes` lists all of it."""


class ManifestError(MistakesError):
    """A manifest is wrong; `mistakes` lists all of it by row and column."""


class AudioError(VoiceprepError):
    """An array that is not sound: wrong shape or type, NaN, or beyond any level."""


class DecodeError(VoiceprepError):
    """A file could not be read as sound."""


class UnsupportedFormat(DecodeError):  # noqa: N818 - reads as what it says
    """Not a sound file, or of a kind that is not taken."""


class TooLong(DecodeError):  # noqa: N818 - reads as what it says
    """More sound than one sample may hold."""


class UnreadError(DecodeError):
    """The bytes of a file could not be had, or not be unpacked here: that says nothing of its sound."""


class EncodeError(VoiceprepError):
    """A result could not be written."""


class StepError(VoiceprepError):
    """A stage or metric failed on this sample.

    Parameters
    ----------
    step : str
        Name of the stage or metric.
    message : str
        What happened.
    """

    def __init__(self, step: str, message: str) -> None:
        self.step = step
        self.message = message
        super().__init__(f"{step}: {message}")

    def __reduce__(self) -> tuple[type[StepError], tuple[str, str]]:
        return type(self), (self.step, self.message)


class WorkerError(VoiceprepError):
    """The process that held a file died or ran out of time; the other files went on."""


class SubmitError(VoiceprepError):
    """Talking to the service did not give a voice."""


class AccountError(SubmitError):
    """The key or the account stops the whole run: 401, 402, 403, quota."""


class NotSentError(SubmitError):
    """No connection to the service: nothing was sent, so nothing was created."""


class RefusedError(SubmitError):
    """The service said a definite no to this voice: 413, 422 and other complete 4xx replies."""


class BusyError(SubmitError):
    """Not now: the rate limit was reached; nothing was created."""


class RateLimitError(BusyError):
    """429: nothing was created.

    Parameters
    ----------
    message : str
    retry_after_s : float, optional
        How long the service asks to wait; None where it does not say.
    """

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(message)

    def __reduce__(self) -> tuple[type[RateLimitError], tuple[str, float | None]]:
        return type(self), (str(self), self.retry_after_s)


class ChangedClipError(SubmitError):
    """The clip is not the one that was graded: no whole request was sent."""


class UntrustedListError(SubmitError):
    """The account's list of voices lacks what it must hold: it proves nothing, and nothing was sent by it."""


class StoppedError(SubmitError):
    """The run was asked to stop: nothing was sent."""


class UnknownOutcome(SubmitError):  # noqa: N818 - reads as what it says
    """No answer that settles whether a voice was created: time-out, broken reply, 5xx."""


class StopRequested(BaseException):
    """A signal came while no request was under way that matters; past every handler that would go on.

    Parameters
    ----------
    number : int
        The signal's.
    """

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(number)
