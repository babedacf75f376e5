"""The client of the service: what it is asked, and what counts as an answer."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from pipeline.errors import UnknownOutcome, UsageError
from pipeline.service.address import base_url_from, is_loopback
from pipeline.service.clips import ClipStream
from pipeline.service.fields import FIELDS
from pipeline.service.listing import VoiceList, parse_list
from pipeline.service.replies import MAY_EXIST, Reply
from pipeline.service.secret import ApiKey, fingerprint, key_from_env
from pipeline.service.wire import MAX_REPLY_BYTES, Timeouts, Wire

if TYPE_CHECKING:
    from types import TracebackType

    import httpx

MAX_LIST_BYTES = 64 * 1024 * 1024
"""A list holds every public voice too."""

CLIP_NAME, CLIP_TYPE = "sample.wav", "audio/wav"
"""What the service sees in place of the person's own path and file name."""

NOTHING_CHANGED = "nothing was changed: try again"


class Api:
    """The service, for one account.

    Parameters
    ----------
    key : ApiKey or str, optional
        The environment's (``CAMB_API_KEY``, then ``API_KEY``) unless given.
    base_url : str, optional
        ``CAMB_API_URL``, then the service's own address, unless given.
    transport : httpx.BaseTransport, optional
        For tests.
    timeouts : Timeouts
    proxy : str, optional
        The address of a proxy; none is taken from the environment.

    Raises
    ------
    UsageError
        If there is no key, the address is not https (http is for this very machine only), or the proxy is no address.

    Examples
    --------
    >>> from pipeline.sandbox import running_sandbox
    >>> with running_sandbox() as service, Api("a-key", service.base_url) as api:
    ...     len(api.list_voices().voices)
    0
    """

    def __init__(
        self,
        key: ApiKey | str | None = None,
        base_url: str | None = None,
        transport: httpx.BaseTransport | None = None,
        timeouts: Timeouts | None = None,
        proxy: str | None = None,
    ) -> None:
        secret = key_from_env(os.environ) if key is None else key if isinstance(key, ApiKey) else ApiKey(key)
        self.base_url = base_url_from(base_url, os.environ)
        self.account = fingerprint(secret, self.base_url)
        self.is_local = is_loopback(self.base_url)
        self.timeouts = timeouts or Timeouts()
        self._wire = Wire(secret, self.base_url, self.timeouts, transport, proxy)

    def __enter__(self) -> Api:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Api({self.base_url!r}, account={self.account!r})"

    def close(self) -> None:
        """Close the connections."""
        self._wire.close()

    def create_voice(self, clip: Path | BinaryIO | ClipStream, fields: Mapping[str, str]) -> int:
        """Create a voice by exactly one POST, and return its id.

        Parameters
        ----------
        clip : Path, binary file or ClipStream
            A WAV, sent from its start.
        fields : mapping
            As `pipeline.service.fields.form_fields` makes them.

        Raises
        ------
        UsageError
            If a field is not one of the documented ones, or the clip cannot be opened: nothing was sent.
        NotSentError
            If there was no connection: nothing was created.
        AccountError, RefusedError, BusyError
            If the service said a definite no: nothing was created.
        UnknownOutcome
            If its answer, or the lack of one, does not settle whether a voice was created.
        """
        if set(fields) - FIELDS:
            raise UsageError(f"Only the documented fields are sent, not {', '.join(sorted(set(fields) - FIELDS))}.")
        with _opened(clip) as file:
            files = {"file": (CLIP_NAME, file, CLIP_TYPE)}
            reply = self._wire.ask(
                "POST", "/create-custom-voice", MAX_REPLY_BYTES, MAY_EXIST, data=dict(fields), files=files
            )
        voice_id = _voice_id(reply)
        if voice_id is None:
            raise UnknownOutcome(f"The service answered without the number of a voice; {MAY_EXIST}.")
        return voice_id

    def list_voices(self) -> VoiceList:
        """Return every voice that the account sees, by one GET. Raises as `create_voice`; nothing is changed by it."""
        reply = self._wire.ask("GET", "/list-voices", MAX_LIST_BYTES, NOTHING_CHANGED)
        return parse_list(reply)

    def delete_voice(self, voice_id: int) -> None:
        """Delete a voice for good, by one DELETE.

        Raises
        ------
        UsageError
            If the id is none.
        SubmitError
            As `create_voice`.
        """
        if voice_id < 1:
            raise UsageError(f"There is no voice {voice_id}: an id is 1 or more.")
        self._wire.ask("DELETE", f"/delete-voice/{voice_id}", MAX_REPLY_BYTES, "look whether the voice is still listed")


def _voice_id(reply: Reply) -> int | None:
    answer = reply.json()
    voice_id = answer.get("voice_id") if isinstance(answer, dict) else None
    is_id = isinstance(voice_id, int) and not isinstance(voice_id, bool) and voice_id > 0
    return voice_id if is_id else None


@contextmanager
def _opened(clip: Path | BinaryIO | ClipStream) -> Iterator[BinaryIO]:
    if not isinstance(clip, Path):
        yield cast("BinaryIO", clip)
        return
    try:
        file = clip.open("rb")
    except OSError as error:
        raise UsageError(f"The clip {clip} cannot be opened: {error.strerror}. Nothing was sent.") from error
    with file:
        yield file
