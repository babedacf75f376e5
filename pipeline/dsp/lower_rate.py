"""One pass at a lower sample rate: pieces of a long wave, resampled without seams."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from pipeline.dsp.frames import Float


def at_lower_rate(pieces: Iterable[Float], sample_rate_hz: int, rate_hz: int, piece_s: float) -> Iterator[Float]:
    """Yield a wave that comes in pieces at another rate, in pieces of `piece_s`, the last one shorter.

    Parameters
    ----------
    pieces : iterable of float32, shape (samples,)
    sample_rate_hz, rate_hz : int
        From, to. A rate that is lower already is kept, and the pieces are as they come.
    piece_s : float
        Of the pieces that come and go.

    Notes
    -----
    libsoxr keeps its filter's state from piece to piece: no seam, which would be a click to whoever looks for some.
    """
    if sample_rate_hz <= rate_hz:
        yield from pieces
        return
    import soxr

    stream, size = soxr.ResampleStream(sample_rate_hz, rate_hz, 1, dtype="float32"), round(piece_s * rate_hz)
    held = np.empty(0, dtype=np.float32)
    for piece in pieces:
        held = np.concatenate([held, stream.resample_chunk(piece)])
        while held.size >= size:
            yield held[:size]
            held = held[size:]
    held = np.concatenate([held, stream.resample_chunk(np.empty(0, dtype=np.float32), last=True)])
    while held.size:
        yield held[:size]
        held = held[size:]
