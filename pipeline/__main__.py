"""``python -m pipeline`` is ``voiceprep``."""

import gc
import os
import sys


def main() -> None:
    """Run the command line. The first workers start first: they make their imports while this process makes its own."""
    import signal

    gc.disable()
    is_heeded = signal.getsignal(signal.SIGINT) is signal.default_int_handler  # not in a script's background
    if is_heeded:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # an import that is interrupted would show a traceback
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # it would look for some in all that is installed
    from pipeline.engine.early import early_count, let_go, start_early
    from pipeline.engine.workers import NEEDS

    command = next(iter(sys.argv[1:]), "")
    if command in NEEDS and "--help" not in sys.argv:
        start_early(NEEDS[command], early_count(sys.argv[2:]))
    from pipeline.cli.app import main as run_command

    if is_heeded:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    gc.freeze()  # imports are no garbage: they are not looked through, now or later
    gc.enable()
    try:
        run_command()
    finally:
        let_go()
        gc.freeze()  # nothing is looked through once more on the way out: a tenth of a second


if __name__ == "__main__":
    main()
