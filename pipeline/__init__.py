"""voiceprep: from raw recordings to a good voice clone.

The public names, each imported from its module at first use, so that ``import pipeline`` is instant::

    from pipeline import read, load_profile
    result = load_profile("clone").run(read("take1.m4a"))
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.analysis import Analysis
    from pipeline.audio import Audio
    from pipeline.codec import encode, read
    from pipeline.engine import Report, check, check_file, process_file, run
    from pipeline.metrics import METRICS
    from pipeline.plan import Accepted, Plan, Rejected, Result, Review
    from pipeline.profile import load_profile
    from pipeline.records import Finding, Record, Severity, Status
    from pipeline.rubric import Grade, Part, Rubric
    from pipeline.sample import Sample
    from pipeline.stages import STAGES, Denoise, NormalizeLoudness, TrimSilence
    from pipeline.steps import Change, Metric, Reading, Stage
    from pipeline.submit import Api, Ledger, Receipt, Voice, submit

_HOMES = {
    "pipeline.analysis": ("Analysis",),
    "pipeline.audio": ("Audio",),
    "pipeline.codec": ("encode", "read"),
    "pipeline.engine": ("Report", "check", "check_file", "process_file", "run"),
    "pipeline.metrics": ("METRICS",),
    "pipeline.plan": ("Accepted", "Plan", "Rejected", "Result", "Review"),
    "pipeline.profile": ("load_profile",),
    "pipeline.records": ("Finding", "Record", "Severity", "Status"),
    "pipeline.rubric": ("Grade", "Part", "Rubric"),
    "pipeline.sample": ("Sample",),
    "pipeline.stages": ("STAGES", "Denoise", "NormalizeLoudness", "TrimSilence"),
    "pipeline.steps": ("Change", "Metric", "Reading", "Stage"),
    "pipeline.submit": ("Api", "Ledger", "Receipt", "Voice", "submit"),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "METRICS",
    "STAGES",
    "Accepted",
    "Analysis",
    "Api",
    "Audio",
    "Change",
    "Denoise",
    "Finding",
    "Grade",
    "Ledger",
    "Metric",
    "NormalizeLoudness",
    "Part",
    "Plan",
    "Reading",
    "Receipt",
    "Record",
    "Rejected",
    "Report",
    "Result",
    "Review",
    "Rubric",
    "Sample",
    "Severity",
    "Stage",
    "Status",
    "TrimSilence",
    "Voice",
    "check",
    "check_file",
    "encode",
    "load_profile",
    "process_file",
    "read",
    "run",
    "submit",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOME_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
