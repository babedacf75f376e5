"""Hints for words that were not understood."""

from __future__ import annotations

import difflib
from collections.abc import Collection


def did_you_mean(word: str, known: Collection[str]) -> str:
    """Return how a sentence about an unknown word ends: with the nearest known word, or all of them.

    Examples
    --------
    >>> did_you_mean("trm", ["trim", "denoise"])
    ': did you mean trim?'
    >>> did_you_mean("reverb", ["trim", "denoise"])
    ': there are trim, denoise.'
    """
    near = difflib.get_close_matches(word, known, n=1)
    return f": did you mean {near[0]}?" if near else f": there are {', '.join(known) or 'none'}."
