"""What is compiled goes by one name in one place."""

import re
from collections import Counter
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "pipeline/kernels/source"


def test_no_two_loops_share_a_name():
    """In one module the later one would be called for both."""
    names = [
        name
        for file in SOURCE.glob("*.c")
        for name in re.findall(r'^    \{"(\w+)",', file.read_text("utf-8"), re.MULTILINE)
    ]
    assert [name for name, count in Counter(names).items() if count > 1] == []
