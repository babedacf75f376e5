"""Compiles the loops when voiceprep is built or installed; without a C compiler it is built all the same."""

from __future__ import annotations

import re
import sys
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NAME = "pipeline.kernels._compiled"
SOURCE = "pipeline/kernels/source"
ARGUMENTS = ["-O3", "-fno-math-errno", "-fno-trapping-math"]
"""Nothing that lets a compiler change what is computed, but for a product and a sum that are rounded once."""


class CompiledKernels(BuildHookInterface[Any]):
    """Puts the compiled module beside its Python, where an editable install finds it and a wheel takes it along."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and make the wheel one of this platform; say so where that fails, and leave it pure Python."""
        if self.target_name != "wheel":
            return
        try:
            compile_kernels(Path(self.root))
        except Exception as error:  # noqa: BLE001 - a missing compiler shows itself in many ways: none is a reason to fail
            self.app.display_warning(f"The loops were not compiled ({error}): numpy does their work, more slowly.")
            return
        platform = re.sub("[-.]", "_", sysconfig.get_platform())
        build_data.update(pure_python=False, tag=f"cp311-abi3-{platform}")  # that Python, and all that follow
        build_data["artifacts"].append("/pipeline/kernels/_compiled.*")


def compile_kernels(root: Path) -> None:
    """Compile the module into the package under `root`. Raises whatever setuptools does."""
    from setuptools import Distribution, Extension
    from setuptools.command.build_ext import build_ext

    files = sorted(path.relative_to(root).as_posix() for path in (root / SOURCE).glob("*.c"))
    arguments = [] if sys.platform == "win32" else ARGUMENTS
    extension = Extension(NAME, files, extra_compile_args=arguments, py_limited_api=True)
    command = build_ext(Distribution({"name": "voiceprep", "ext_modules": [extension]}))
    command.build_temp, command.inplace, command.force = str(root / "build"), True, True
    command.ensure_finalized()
    command.run()


if __name__ == "__main__":
    compile_kernels(Path.cwd())
