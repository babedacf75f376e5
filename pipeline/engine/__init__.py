"""From one file to many: the unit of work, the pool, and the folder run over them."""

from pipeline.engine.folder import Report, check, pending, run
from pipeline.engine.unit import check_file, process_file

__all__ = ["Report", "check", "check_file", "pending", "process_file", "run"]
