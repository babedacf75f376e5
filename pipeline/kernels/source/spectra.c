/* Spectra of frames. */

#include "bands.h"
#include "fft.h"
#include "kernels.h"

#include <stdlib.h>

typedef struct {
    const float *wave;
    ptrdiff_t samples, window, hop, count;
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

static void power_of(const Frames *frames, Fft *fft, float *copy, float *power) {
    for (ptrdiff_t frame = 0; frame < frames->count; frame++, power += fft->bins) {
        fft_power(fft, frame_at(frames, frame * frames->hop - frames->window / 2, copy), frames->dc, power);
        power[0] *= 0.5f; /* these two have no mirror image */
        power[fft->bins - 1] *= 0.5f;
    }
}

/* Writes the power of each frame; returns what is wrong, if anything. */
static const char *fill(Frames *frames, const float *window, Py_ssize_t length, Py_buffer *power) {
    Fft *fft = fft_new(length, window, frames->window);
    float *copy = malloc((size_t)frames->window * sizeof(float));
    const char *wrong = NULL;
    frames->count = frames->hop > 0 ? 1 + frames->samples / frames->hop : 0;
    if (fft == NULL || copy == NULL || frames->count == 0 || ITEMS(*power, float) != frames->count * fft->bins) {
        wrong = "a length that cannot be transformed, or sizes that do not fit each other";
    } else {
        Py_BEGIN_ALLOW_THREADS
        power_of(frames, fft, copy, power->buf);
        Py_END_ALLOW_THREADS
    }
    free(copy);
    fft_free(fft);
    return wrong;
}

/* (wave, window, hop, dc, length, power): see pipeline.dsp.spectra.power_spectrogram. */
static PyObject *power_spectrogram(PyObject *self, PyObject *args) {
    Py_buffer wave, window, power;
    Py_ssize_t hop, length;
    float dc;
    if (!PyArg_ParseTuple(args, "y*y*nfnw*", &wave, &window, &hop, &dc, &length, &power)) {
        return NULL;
    }
    Frames frames = {wave.buf, ITEMS(wave, float), ITEMS(window, float), hop, 0, dc};
    const char *wrong = fill(&frames, window.buf, length, &power);
    PyBuffer_Release(&wave);
    PyBuffer_Release(&window);
    PyBuffer_Release(&power);
    return answer(wrong);
}

PyMethodDef spectra_methods[] = {
    {"power_spectrogram", power_spectrogram, METH_VARARGS, NULL},
    {"band_power", band_power, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};
