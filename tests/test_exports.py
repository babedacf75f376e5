import subprocess
import sys
from pathlib import Path

import pytest

import pipeline


def test_the_public_list_is_sorted_and_everything_on_it_is_there():
    assert pipeline.__all__ == sorted(
        pipeline.__all__, key=lambda name: (name.upper() != name, name[0].islower(), name)
    )
    for name in pipeline.__all__:
        assert getattr(pipeline, name) is not None
    assert set(dir(pipeline)) == set(pipeline.__all__)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="reed"):
        pipeline.reed  # noqa: B018


HEAVY = (
    "librosa",
    "scipy.signal",
    "noisereduce",
    "httpx",
    "numpy",
    "pydub",
    "pyloudnorm",
    "soundfile",
    "fastapi",
    "pydantic",
)


@pytest.mark.parametrize("module", ["pipeline", "pipeline.cli.app"])
def test_importing_the_front_is_cheap(module):
    code = f"import sys, {module}; print(*(name for name in {HEAVY!r} if name in sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == []


def test_no_public_function_hides_behind_a_package_of_its_name():
    """Importing a submodule binds its name on the package: a function of that name would be gone."""

    modules = {path.stem for path in Path(pipeline.__file__).parent.iterdir()}
    assert not modules & set(pipeline.__all__)
