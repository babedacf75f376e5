"""The form that is sent: exactly the fields that the service's page documents, as text."""

from __future__ import annotations

from pipeline.service.voice import Voice

FIELDS = frozenset(["voice_name", "gender", "age", "description", "language", "enhance_audio"])
"""All that is ever sent beside the file. The vendor's own clients know more (a marketplace flag); we never send it."""


def form_fields(voice: Voice, enhance: bool) -> dict[str, str]:
    """Return the form for a voice.

    Parameters
    ----------
    voice : Voice
    enhance : bool
        The decision; see `pipeline.service.enhance.decide_enhance`. Always sent, because it changes the voice.
    """
    form = {"voice_name": voice.name, "gender": str(voice.gender.value)}
    if voice.age is not None:
        form["age"] = str(voice.age)
    if voice.description is not None:
        form["description"] = voice.description
    if voice.language is not None:
        form["language"] = str(voice.language)
    return form | {"enhance_audio": "true" if enhance else "false"}
