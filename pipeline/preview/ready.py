"""What drawing imports at its first use, for a worker that waits for its first file."""

import numpy.fft
import numpy.ma  # noqa: F401
from PIL import Image, WebPImagePlugin  # noqa: F401

Image.preinit()
