"""Submit: from clips that were accepted to voices at the service, each sent at most once.

The public names, each imported from its module at first use, so that importing the package is instant.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.submit.api import Api
    from pipeline.submit.deciding import Action
    from pipeline.submit.defaults import Defaults
    from pipeline.submit.enhance import decide_enhance
    from pipeline.submit.fields import form_fields
    from pipeline.submit.gender import Gender, parse_gender
    from pipeline.submit.items import Item, State
    from pipeline.submit.languages import Language, parse_language
    from pipeline.submit.ledger import LEDGER, Ledger
    from pipeline.submit.library import submit, submit_clip
    from pipeline.submit.listing import VoiceList
    from pipeline.submit.manifest import Manifest, read_manifest
    from pipeline.submit.naming import voices_without_manifest
    from pipeline.submit.pace import Pace
    from pipeline.submit.planning import Planned, good_enough, plan_uploads
    from pipeline.submit.receipts import Event, Outcome, Receipt, UploadReport
    from pipeline.submit.replies import NotSentError, RateLimitError
    from pipeline.submit.secret import ApiKey, key_from_env
    from pipeline.submit.uploader import upload
    from pipeline.submit.voice import Voice
    from pipeline.submit.wire import Timeouts

_HOMES = {
    "api": ("Api",),
    "deciding": ("Action",),
    "defaults": ("Defaults",),
    "enhance": ("decide_enhance",),
    "fields": ("form_fields",),
    "gender": ("Gender", "parse_gender"),
    "items": ("Item", "State"),
    "languages": ("Language", "parse_language"),
    "ledger": ("LEDGER", "Ledger"),
    "library": ("submit", "submit_clip"),
    "listing": ("VoiceList",),
    "manifest": ("Manifest", "read_manifest"),
    "naming": ("voices_without_manifest",),
    "pace": ("Pace",),
    "planning": ("Planned", "good_enough", "plan_uploads"),
    "receipts": ("Event", "Outcome", "Receipt", "UploadReport"),
    "replies": ("NotSentError", "RateLimitError"),
    "secret": ("ApiKey", "key_from_env"),
    "uploader": ("upload",),
    "voice": ("Voice",),
    "wire": ("Timeouts",),
}
_HOME_OF = {name: f"pipeline.submit.{module}" for module, names in _HOMES.items() for name in names}

__all__ = [
    "LEDGER",
    "Action",
    "Api",
    "ApiKey",
    "Defaults",
    "Event",
    "Gender",
    "Item",
    "Language",
    "Ledger",
    "Manifest",
    "NotSentError",
    "Outcome",
    "Pace",
    "Planned",
    "RateLimitError",
    "Receipt",
    "State",
    "Timeouts",
    "UploadReport",
    "Voice",
    "VoiceList",
    "decide_enhance",
    "form_fields",
    "good_enough",
    "key_from_env",
    "parse_gender",
    "parse_language",
    "plan_uploads",
    "read_manifest",
    "submit",
    "submit_clip",
    "upload",
    "voices_without_manifest",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOME_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
