"""The best seconds: which part of a long take, or which of many clips, makes the best sample."""

from pipeline.selection.assemble import assemble
from pipeline.selection.mapping import in_source_time
from pipeline.selection.select import read_best, select, select_from

__all__ = ["assemble", "in_source_time", "read_best", "select", "select_from"]
