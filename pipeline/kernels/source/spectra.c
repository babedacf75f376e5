/* Spectra of frames, and sums over their bands. */

#include "kernels.h"
#include "fft.h"

#include <stdlib.h>

typedef struct {
    const float *wave;
    ptrdiff_t samples, window, hop, frames;
    float dc;
} Frames;

/* The frame at `start`, as a copy where it reaches over an end of the wave: reflected, or zeros around a short one. */
static const float *frame_at(const Frames *frames, ptrdiff_t start, float *copy) {
    ptrdiff_t last = frames->samples - 1;
    if (start >= 0 && start + frames->window <= frames->samples) {
        return frames->wave + start;
    }
    for (ptrdiff_t at = 0; at < frames->window; at++) {
        ptrdiff_t from = start + at;
        if (frames->samples > frames->window) {
            from = from < 0 ? -from : from;
            from = from > last ? 2 * last - from : from;
        }
        copy[at] = from >= 0 && from <= last ? frames->wave[from] : 0.0f;
    }
    return copy;
}

static void power_spectra(Fft *fft, const Frames *frames, float *copy, float *power) {
    for (ptrdiff_t frame = 0; frame < frames->frames; frame++, power += fft->bins) {
        fft_power(fft, frame_at(frames, frame * frames->hop - frames->window / 2, copy), frames->dc, power);
        power[0] *= 0.5f; /* these two have no mirror image */
        power[fft->bins - 1] *= 0.5f;
    }
}

/* power_spectrogram(wave, window, hop, dc, length, power): False for a length that has no quick transform. */
static PyObject *power_spectrogram(PyObject *self, PyObject *args) {
    Py_buffer wave, window, power;
    Py_ssize_t hop, length;
    float dc;
    if (!PyArg_ParseTuple(args, "y*y*nfnw*", &wave, &window, &hop, &dc, &length, &power)) {
        return NULL;
    }
    Frames frames = {wave.buf, ITEMS(wave, float), ITEMS(window, float), hop, 0, dc};
    PyObject *result = NULL;
    float *copy = malloc((size_t)window.len);
    Fft *fft = fft_new(length, window.buf, frames.window);
    if (hop > 0 && fft != NULL && copy != NULL) {
        frames.frames = 1 + frames.samples / hop;
        if (ITEMS(power, float) == frames.frames * fft->bins) {
            Py_BEGIN_ALLOW_THREADS
            power_spectra(fft, &frames, copy, power.buf);
            Py_END_ALLOW_THREADS
            result = Py_NewRef(Py_None);
        }
    }
    fft_free(fft);
    free(copy);
    PyBuffer_Release(&wave);
    PyBuffer_Release(&window);
    PyBuffer_Release(&power);
    if (result == NULL) {
        PyErr_SetString(PyExc_ValueError, "sizes do not fit");
    }
    return result;
}

PyMethodDef spectra_methods[] = {
    {"power_spectrogram", power_spectrogram, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};
