"""Submit: from clips that were accepted to voices at the service, each sent at most once.

The public names, each imported from its module at first use, so that importing the package is instant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import lazy_loader

if TYPE_CHECKING:
    from pipeline.errors import StopRequested
    from pipeline.service.api import Api
    from pipeline.service.audit import Holding, Kind, holdings, missing, problems, renamed
    from pipeline.service.deciding import Action
    from pipeline.service.defaults import Defaults
    from pipeline.service.enhance import decide_enhance
    from pipeline.service.fields import form_fields
    from pipeline.service.gender import Gender, parse_gender
    from pipeline.service.items import Item, State
    from pipeline.service.languages import Language, parse_language
    from pipeline.service.ledger import LEDGER, Ledger
    from pipeline.service.library import submit, submit_clip
    from pipeline.service.listing import ListedVoice, VoiceList
    from pipeline.service.manifest import Manifest, read_manifest
    from pipeline.service.naming import voices_without_manifest
    from pipeline.service.pace import Pace
    from pipeline.service.planning import Planned, account_line, good_enough, plan_uploads
    from pipeline.service.receipts import Event, Halt, Outcome, Receipt, UploadReport
    from pipeline.service.secret import ApiKey, key_from_env
    from pipeline.service.session import Session, open_session
    from pipeline.service.stopping import Stop, stopped_by_signals
    from pipeline.service.uploader import upload
    from pipeline.service.voice import Voice
    from pipeline.service.wire import Timeouts

__getattr__, __dir__, _ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "api": ["Api"],
        "audit": ["Holding", "Kind", "holdings", "missing", "problems", "renamed"],
        "deciding": ["Action"],
        "defaults": ["Defaults"],
        "enhance": ["decide_enhance"],
        "fields": ["form_fields"],
        "gender": ["Gender", "parse_gender"],
        "items": ["Item", "State"],
        "languages": ["Language", "parse_language"],
        "ledger": ["LEDGER", "Ledger"],
        "library": ["submit", "submit_clip"],
        "listing": ["ListedVoice", "VoiceList"],
        "manifest": ["Manifest", "read_manifest"],
        "naming": ["voices_without_manifest"],
        "pace": ["Pace"],
        "planning": ["Planned", "account_line", "good_enough", "plan_uploads"],
        "receipts": ["Event", "Halt", "Outcome", "Receipt", "UploadReport"],
        "secret": ["ApiKey", "key_from_env"],
        "session": ["Session", "open_session"],
        "stopping": ["Stop", "StopRequested", "stopped_by_signals"],
        "uploader": ["upload"],
        "voice": ["Voice"],
        "wire": ["Timeouts"],
    },
)

__all__ = [
    "LEDGER",
    "Action",
    "Api",
    "ApiKey",
    "Defaults",
    "Event",
    "Gender",
    "Halt",
    "Holding",
    "Item",
    "Kind",
    "Language",
    "Ledger",
    "ListedVoice",
    "Manifest",
    "Outcome",
    "Pace",
    "Planned",
    "Receipt",
    "Session",
    "State",
    "Stop",
    "StopRequested",
    "Timeouts",
    "UploadReport",
    "Voice",
    "VoiceList",
    "account_line",
    "decide_enhance",
    "form_fields",
    "good_enough",
    "holdings",
    "key_from_env",
    "missing",
    "open_session",
    "parse_gender",
    "parse_language",
    "plan_uploads",
    "problems",
    "read_manifest",
    "renamed",
    "stopped_by_signals",
    "submit",
    "submit_clip",
    "upload",
    "voices_without_manifest",
]
