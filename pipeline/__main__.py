"""``python -m pipeline`` is ``voiceprep``."""

import gc
import sys


def main() -> None:
    """Run the command line. Workers start first: they make their imports while this process makes its own."""
    from pipeline.engine.workers import NEEDS, start_early

    command = next(iter(sys.argv[1:]), "")
    if command in NEEDS and "--help" not in sys.argv:
        start_early(NEEDS[command])
    from pipeline.cli.app import main as run_command

    try:
        run_command()
    finally:
        gc.freeze()  # nothing is looked through once more on the way out: a tenth of a second


if __name__ == "__main__":
    main()
