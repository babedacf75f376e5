"""Over every sample: whether loops are compiled or numpy's is not in the record."""

from pathlib import Path

import pytest

from pipeline import load_profile, process_file
from tests.kernels import both, needs_compiled

SAMPLES = Path(__file__).parents[2] / "samples"
TAKES = sorted(path for folder in SAMPLES.iterdir() if folder.is_dir() for path in folder.iterdir())


def alike(has, had, step):
    return has is had if had is None else has == pytest.approx(had, rel=1e-3, abs=step)


@needs_compiled
@pytest.mark.parametrize("take", TAKES, ids=lambda path: path.name)
def test_the_record_does_not_tell_what_was_compiled(take, tmp_path):
    quick, slow = both(lambda: process_file(load_profile(), take, tmp_path))
    assert (quick.status, quick.error, quick.output is None) == (slow.status, slow.error, slow.output is None)
    assert [(one.code, one.severity, one.at_s) for one in quick.findings] == [
        (one.code, one.severity, one.at_s) for one in slow.findings
    ]
    assert [(one.name, one.kept, one.why) for one in quick.steps] == [
        (one.name, one.kept, one.why) for one in slow.steps
    ]
    assert alike(quick.score.before, slow.score.before, 0.1)
    assert alike(quick.score.after, slow.score.after, 0.1)
    for has, had in ((quick.before, slow.before), (quick.after, slow.after)):
        for name, value in (had or {}).items():
            assert alike(has[name], value, 1e-3), name
