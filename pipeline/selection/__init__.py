"""The best seconds: which part of a long take makes the best sample."""

from pipeline.selection.mapping import in_source_time
from pipeline.selection.select import select

__all__ = ["in_source_time", "select"]
