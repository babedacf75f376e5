"""Files to sound and back: `read` decodes by content, `encode` writes a WAV that is whole or not there."""

from pipeline.codec.decode import read
from pipeline.codec.encode import encode
from pipeline.codec.pcm import clipped_count, quantise

__all__ = ["clipped_count", "encode", "quantise", "read"]
