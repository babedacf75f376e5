"""The command line, as for its own tests."""

from tests.cli.conftest import cli

__all__ = ["cli"]
