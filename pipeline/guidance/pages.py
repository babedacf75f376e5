"""The pages of findings and of recording, read from their Markdown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from markdown_it import MarkdownIt
from markdown_it.token import Token

from pipeline.errors import UsageError
from pipeline.findings import TITLES
from pipeline.spelling import did_you_mean

QUESTIONS = ("What it is", "How it is measured", "Why it matters", "When you record", "What can be mended")
"""What the page answers of every finding, in this order."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A finding explained: its code, its title, an answer a question of `QUESTIONS`, and its section in Markdown."""

    code: str
    title: str
    answers: Mapping[str, str]
    markdown: str


def page_text() -> str:
    """Return the page of all findings, in Markdown."""
    return files(__package__).joinpath("findings.md").read_text(encoding="utf-8")


def guide_text() -> str:
    """Return the recording guide, in Markdown."""
    return files(__package__).joinpath("guide.md").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def explanations() -> Mapping[str, Explanation]:
    """Return every explanation by its code, in the order of the page."""
    text = page_text()
    tokens = MarkdownIt().parse(text)
    heads = [place for place, token in enumerate(tokens) if token.type == "heading_open" and token.tag == "h2"]
    lines = text.splitlines()
    found = {}
    for head, stop in zip(heads, [*heads[1:], len(tokens)], strict=True):
        section = tokens[head:stop]
        code = section[1].content
        first, last = (section[0].map or [0])[0], max(token.map[1] for token in section if token.map)
        found[code] = Explanation(
            code, TITLES.get(code, code.replace("_", " ")), _answers(section), "\n".join(lines[first:last])
        )
    return found


def _answers(section: list[Token]) -> dict[str, str]:
    """Return the paragraphs that begin with a bold question, by it."""
    answers = {}
    for token in section:
        if token.type == "inline" and token.content.startswith("**"):
            question, _, answer = token.content[2:].partition("**")
            answers[question.rstrip(".")] = answer.strip()
    return answers


def explain(code: str) -> Explanation:
    """Return the explanation of a finding.

    Raises
    ------
    UsageError
        If there is no such code; it says which are near.

    Examples
    --------
    >>> explain("echo").answers["What can be mended"]
    'Nothing: echo cannot be taken out without harming the voice.'
    """
    known = explanations()
    if code in known:
        return known[code]
    raise UsageError(f"There is no finding {code!r}{did_you_mean(code, known)}")
