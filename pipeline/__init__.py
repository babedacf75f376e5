"""voiceprep: from raw recordings to a good voice clone.

The public names, each imported from its module at first use, so that ``import pipeline`` is instant::

    from pipeline import read, load_profile
    result = load_profile("clone").run(read("take1.m4a"))
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import lazy_loader

if TYPE_CHECKING:
    from pipeline.analysis import Analysis
    from pipeline.audio import Audio
    from pipeline.codec.decode import read
    from pipeline.codec.encode import encode
    from pipeline.engine import Report, check, check_file, process_file, run
    from pipeline.metrics import METRICS
    from pipeline.plan import Plan
    from pipeline.profile import load_profile
    from pipeline.records import Finding, Record, Severity, Status
    from pipeline.results import Accepted, Rejected, Result, Review
    from pipeline.rubric import Grade, Part, Rubric
    from pipeline.sample import Sample
    from pipeline.service import Api, Ledger, Receipt, Voice, submit
    from pipeline.stages import STAGES, Denoise, NormalizeLoudness, TrimSilence
    from pipeline.steps import Change, Metric, Reading, Stage

__getattr__, __dir__, _ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "analysis": ["Analysis"],
        "audio": ["Audio"],
        "codec": ["encode", "read"],
        "engine": ["Report", "check", "check_file", "process_file", "run"],
        "metrics": ["METRICS"],
        "plan": ["Plan"],
        "profile": ["load_profile"],
        "records": ["Finding", "Record", "Severity", "Status"],
        "results": ["Accepted", "Rejected", "Result", "Review"],
        "rubric": ["Grade", "Part", "Rubric"],
        "sample": ["Sample"],
        "stages": ["STAGES", "Denoise", "NormalizeLoudness", "TrimSilence"],
        "steps": ["Change", "Metric", "Reading", "Stage"],
        "service": ["Api", "Ledger", "Receipt", "Voice", "submit"],
    },
)

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
