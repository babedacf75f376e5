"""The transform itself, called as the loops in C call it."""

from __future__ import annotations

import ctypes
import sys

import numpy as np
import numpy.typing as npt
import pytest
import scipy.fft

from pipeline import kernels
from tests.kernels import needs_compiled

pytestmark = [
    needs_compiled,
    pytest.mark.skipif(sys.platform == "win32", reason="a module shows what it exports alone"),
]

LENGTHS = [2, 4, 6, 8, 10, 18, 30, 64, 90, 128, 162, 256, 288, 320, 360, 384, 450, 512, 576, 720, 768, 1000, 1024]
LENGTHS += [1250, 1440, 1536, 2880, 3072, 6144, 6250]

ROUNDING = float(np.finfo(np.float32).eps) / 2.0
"""Of a number that is all of a spectrum: it happens to be nothing."""

Float = npt.NDArray[np.float32]


class Transform:
    """An Fft of fft.h."""

    def __init__(self, length: int, window: Float | None = None, size: int | None = None) -> None:
        self.library = ctypes.CDLL(str(kernels.compiled and kernels.compiled.__file__))
        self.library.fft_new.restype = ctypes.c_void_p
        size = length if size is None else size
        pointer = None if window is None else window.ctypes.data_as(ctypes.c_void_p)
        self.length, self.bins = length, length // 2 + 1
        self.fft = ctypes.c_void_p(self.library.fft_new(ctypes.c_ssize_t(length), pointer, ctypes.c_ssize_t(size)))

    def __del__(self) -> None:
        self.library.fft_free(self.fft)

    def _call(self, name: str, *given: Float | float) -> None:
        as_c = (ctypes.c_float(x) if isinstance(x, float) else x.ctypes.data_as(ctypes.c_void_p) for x in given)
        getattr(self.library, name)(self.fft, *as_c)

    def forward(self, samples: Float, dc: float = 0.0) -> npt.NDArray[np.complex64]:
        real, imaginary = np.empty((2, self.bins), np.float32)
        self._call("fft_forward", samples, dc, real, imaginary)
        return real + np.complex64(1j) * imaginary

    def power(self, samples: Float, dc: float = 0.0) -> Float:
        power = np.empty(self.bins, np.float32)
        self._call("fft_power", samples, dc, power)
        return power

    def inverse(self, spectrum: npt.NDArray[np.complex64]) -> Float:
        frame = np.empty(self.length, np.float32)
        self._call("fft_inverse", spectrum.real.copy(), spectrum.imag.copy(), frame)
        return frame


def rms(errors: npt.NDArray[np.generic]) -> float:
    return float(np.sqrt(np.mean(np.abs(errors) ** 2)))


def frames(length: int) -> list[Float]:
    rng = np.random.default_rng(length)
    tone = np.sin(2.0 * np.pi * 0.0712 * np.arange(length)) + 1e-4 * rng.standard_normal(length)
    return [rng.standard_normal(length).astype(np.float32), tone.astype(np.float32), np.ones(length, np.float32)]


@pytest.mark.parametrize("length", LENGTHS)
def test_it_is_as_near_to_the_exact_transform_as_that_of_scipy(length):
    transform = Transform(length)
    for frame in frames(length):
        exact, theirs = np.fft.rfft(frame.astype(np.float64)), scipy.fft.rfft(frame)
        assert rms(transform.forward(frame) - exact) <= 2.0 * max(rms(theirs - exact), ROUNDING * rms(exact))
        error = np.sqrt(transform.power(frame)) - np.abs(exact)
        assert rms(error) <= 2.0 * max(rms(np.abs(theirs) - np.abs(exact)), ROUNDING * rms(exact))


@pytest.mark.parametrize("length", LENGTHS)
def test_the_way_back_is_too(length):
    transform = Transform(length)
    for frame in frames(length):
        spectrum = scipy.fft.rfft(frame)
        exact, theirs = np.fft.irfft(spectrum.astype(np.complex128), length), scipy.fft.irfft(spectrum, length)
        assert rms(transform.inverse(spectrum) - exact) <= 2.0 * max(rms(theirs - exact), ROUNDING * rms(exact))


@pytest.mark.parametrize("length", [90, 256, 1440])
def test_the_ends_of_a_spectrum_are_real(length):
    spectrum = scipy.fft.rfft(frames(length)[0])
    spectrum[[0, -1]] += np.complex64(3j)
    np.testing.assert_allclose(Transform(length).inverse(spectrum), frames(length)[0], atol=1e-5)


@pytest.mark.parametrize(("length", "size"), [(1440, 1411), (256, 256), (512, 301), (90, 3), (16, 0)])
def test_what_is_transformed_is_windowed_without_dc_and_filled_up(length, size):
    window = np.hanning(size + 2)[1:-1].astype(np.float32)
    samples = (frames(length)[0] + 0.5)[:size].astype(np.float32)
    whole = np.zeros(length)
    whole[:size] = (samples - np.float32(0.5)) * window
    transform = Transform(length, window, size)
    for _ in range(2):  # nothing is left of the first
        np.testing.assert_allclose(transform.forward(samples, 0.5), np.fft.rfft(whole), atol=1e-5)


@pytest.mark.parametrize("length", [0, 1, 7, 14, 45, 2 * 7 * 16, -2])
def test_other_lengths_are_refused(length):
    assert Transform(length, size=0).fft.value is None


def test_silence_stays_silence():
    assert not Transform(1440).power(np.zeros(1440, np.float32)).any()
