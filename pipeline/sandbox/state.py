"""What the sandbox remembers, until it ends."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.sandbox.faults import Fault

FIRST_ID = 9001


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
    """The account: its voices, how many it may hold, what goes wrong, and how often it was asked to create one."""

    voices_limit: int | None = None
    faults: tuple[Fault, ...] = ()
    voices: dict[int, Created] = field(default_factory=dict)
    create_calls: int = 0
    next_id: int = FIRST_ID

    @property
    def is_full(self) -> bool:
        """Whether the account holds as many voices as it may."""
        return self.voices_limit is not None and len(self.voices) >= self.voices_limit

    def next_fault(self) -> Fault | None:
        """Count a create call and return the first fault that hits it."""
        self.create_calls += 1
        return next((fault for fault in self.faults if fault.hits(self.create_calls)), None)

    def add(self, listed: Mapping[str, Any], form: Mapping[str, str], file: tuple[str, str, bytes]) -> int:
        """Create a voice from its file (name, type, content) and return its id."""
        number, self.next_id = self.next_id, self.next_id + 1
        name, kind, content = file
        entry = {"id": number, **listed, "transcript": None, "is_published": False}
        digest = hashlib.sha256(content).hexdigest()
        self.voices[number] = Created(number, entry, form, name, kind, len(content), digest)
        return number
