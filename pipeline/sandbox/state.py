"""What the sandbox remembers, until it ends: the account's voices, every call, and every fault that hit one."""

from __future__ import annotations

import hashlib
from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.sandbox.faults import Call, Fault

FIRST_ID = 9001

SIGNATURE = "signature-that-nobody-keeps"
"""Part of every voice's ``signed_url``, which is a secret: nothing of ours may hold it."""


@dataclass(frozen=True, slots=True)
class Created:
    """A voice, and all that came with it: `form` is every text field as it was received, unknown ones too."""

    id: int
    listed: Mapping[str, Any]
    form: Mapping[str, str]
    file_name: str
    file_type: str
    file_bytes: int
    file_sha256: str

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            **self.listed,
            "form": dict(self.form),
            "file_name": self.file_name,
            "file_type": self.file_type,
            "file_bytes": self.file_bytes,
            "file_sha256": self.file_sha256,
        }


@dataclass(slots=True)
class SandboxState:
    """The account: its voices, how many it may hold, what goes wrong, and how often it was asked.

    Parameters
    ----------
    voices_limit : int, optional
    faults : tuple of Fault
        Each call gets the first that hits it.
    script : deque of Fault or None
        What happens to the next create calls, one entry a call (None: nothing); then `faults` hold.
    list_script : deque of Fault or None
        The same for lists.
    """

    voices_limit: int | None = None
    faults: tuple[Fault, ...] = ()
    script: deque[Fault | None] = field(default_factory=deque)
    list_script: deque[Fault | None] = field(default_factory=deque)
    voices: dict[int, Created] = field(default_factory=dict)
    calls: Counter[Call] = field(default_factory=Counter)
    hits: Counter[str] = field(default_factory=Counter)
    next_id: int = FIRST_ID

    @property
    def create_calls(self) -> int:
        """How many requests came to create a voice."""
        return self.calls[Call.CREATE]

    @property
    def list_calls(self) -> int:
        """How many requests came for the list."""
        return self.calls[Call.LIST]

    @property
    def is_full(self) -> bool:
        """Whether the account holds as many voices as it may."""
        return self.voices_limit is not None and len(self.voices) >= self.voices_limit

    def reset(self) -> None:
        """Forget everything."""
        fresh = SandboxState()
        for name in self.__slots__:
            setattr(self, name, getattr(fresh, name))

    def plan(self, creates: Iterable[Fault | None] = (), lists: Iterable[Fault | None] = ()) -> None:
        """Script the next calls; see `unused`."""
        self.script.extend(creates)
        self.list_script.extend(lists)

    def next_fault(self, call: Call) -> Fault | None:
        """Count a call and return the fault that hits it."""
        self.calls[call] += 1
        script = self.script if call is Call.CREATE else self.list_script
        fault = script.popleft() if script else self._standing(call)
        if fault:
            self.hits[fault.name] += 1
        return fault

    def unused(self) -> list[str]:
        """Return the faults that were planned and hit no call: a test of them tested nothing."""
        scripted = [fault.name for fault in (*self.script, *self.list_script) if fault]
        return scripted + [fault.name for fault in self.faults if not self.hits[fault.name]]

    def add(
        self, listed: Mapping[str, Any], form: Mapping[str, str], file: tuple[str, str, bytes], fault: Fault | None
    ) -> int:
        """Create a voice from its file (name, type, content) and return its id."""
        number, self.next_id = self.next_id, self.next_id + 1
        name, kind, content = file
        digest = hashlib.sha256(content).hexdigest()
        entry = {"id": number, **self._kept(listed, fault), "transcript": None}
        entry |= {"is_published": bool(fault and fault.publishes)}
        entry |= {"signed_url": f"https://storage.invalid/{number}?{SIGNATURE}"}
        self.voices[number] = Created(number, entry, form, name, kind, len(content), digest)
        return number

    def listed(self, share: float = 1.0) -> list[dict[str, Any]]:
        """Return the list as the service answers it, or the older part of it."""
        voices = [dict(voice.listed) for voice in self.voices.values()]
        return voices[: int(share * len(voices))]

    def _standing(self, call: Call) -> Fault | None:
        own = (fault for fault in self.faults if fault.call is call)
        return next((fault for fault in own if fault.hits(self.calls[call])), None)

    def _kept(self, listed: Mapping[str, Any], fault: Fault | None) -> dict[str, Any]:
        kept = dict(listed)
        if fault and fault.renames:
            kept["voice_name"] = self._untaken(kept["voice_name"])
        if fault and fault.description_limit is not None and kept["description"]:
            kept["description"] = kept["description"][: fault.description_limit] or None
        return kept

    def _untaken(self, name: str) -> str:
        taken = {voice.listed["voice_name"] for voice in self.voices.values()}
        candidates = (f"{name} ({number})" for number in range(2, len(taken) + 3))
        return name if name not in taken else next(each for each in candidates if each not in taken)
