"""Which loops are used can be chosen where the program is started."""

import os
import subprocess
import sys

import pytest

from pipeline import kernels

ASK = "from pipeline import kernels; print(kernels.compiled is None)"


@pytest.mark.parametrize(("chosen", "without"), [("numpy", True), ("", kernels.compiled is None)])
def test_numpy_can_be_asked_for(chosen, without):
    environment = os.environ | {"VOICEPREP_KERNELS": chosen}
    done = subprocess.run([sys.executable, "-c", ASK], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(without)
