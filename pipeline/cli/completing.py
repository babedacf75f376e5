"""What the shell offers on Tab: profiles, settings, codes of findings."""

from __future__ import annotations

from collections.abc import Iterator


def profiles(incomplete: str) -> list[str]:
    """Return the built-in profiles that begin so."""
    from pipeline.profile import profile_paths

    return [name for name in profile_paths() if name.startswith(incomplete)]


def settings(incomplete: str) -> list[str]:
    """Return the settings of the profile `clone` that begin so, each up to its ``=``."""
    return [setting for setting in _settings() if setting.startswith(incomplete)]


def codes(incomplete: str) -> list[str]:
    """Return the codes of findings that begin so."""
    from pipeline.guidance import explanations

    return [code for code in explanations() if code.startswith(incomplete)]


def _settings() -> Iterator[str]:
    import inspect

    from pipeline.profile import DEFAULT_PROFILE, PartTable, profile_paths, read_profile
    from pipeline.stages import STAGES

    profile = read_profile(profile_paths()[DEFAULT_PROFILE])
    for step in profile.steps:
        for field in inspect.signature(STAGES[step["use"]]).parameters:
            yield f"{step['use']}.{field}="
    for table in ("select", "encode"):
        for field in type(getattr(profile, table)).model_fields:
            yield f"{table}.{field}="
    yield from ("grade.accept_score=", "grade.review_score=")
    for part in profile.grade.parts:
        for field in PartTable.model_fields:
            yield f"grade.parts.{part}.{field}="
