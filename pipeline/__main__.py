"""``python -m pipeline`` is ``voiceprep``."""

from pipeline.cli.app import main

if __name__ == "__main__":
    main()
