"""The tables of all C files become one module, in which the later of two functions of a name would hide the other."""

import re
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "pipeline/kernels/source"


def test_each_name_is_that_of_one_function():
    sources = "".join(file.read_text("utf-8") for file in SOURCE.glob("*.c"))
    names = re.findall(r'^ +\{"(\w+)",', sources, re.MULTILINE)
    assert sorted(names) == sorted(set(names))
    assert "recursive" in names
