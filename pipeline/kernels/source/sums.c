/* Sums of samples in float64: what a mean is made of. */

#include "denoising.h"

enum { LANES = 16 };

WIDE static double sum_of(const float *wave, ptrdiff_t samples) {
    double lanes[LANES] = {0.0}, sum = 0.0;
    ptrdiff_t whole = samples - samples % LANES;
    for (ptrdiff_t at = 0; at < whole; at += LANES) {
        for (int lane = 0; lane < LANES; lane++) {
            lanes[lane] += wave[at + lane];
        }
    }
    for (ptrdiff_t at = whole; at < samples; at++) {
        lanes[at - whole] += wave[at];
    }
    for (int lane = 0; lane < LANES; lane++) {
        sum += lanes[lane];
    }
    return sum;
}

/* sums(wave, out): of the samples of each channel. */
PyObject *sums(PyObject *Py_UNUSED(module), PyObject *arguments) {
    Py_buffer all[2], *wave = &all[0], *out = &all[1];
    if (!PyArg_ParseTuple(arguments, "y*w*", wave, out)) {
        return NULL;
    }
    ptrdiff_t channels = ITEMS(*out, double), samples = channels ? ITEMS(*wave, float) / channels : 0;
    int fits = ITEMS(*wave, float) == channels * samples;
    Py_BEGIN_ALLOW_THREADS
    for (ptrdiff_t at = 0; fits && at < channels; at++) {
        ((double *)out->buf)[at] = sum_of((const float *)wave->buf + at * samples, samples);
    }
    Py_END_ALLOW_THREADS
    return finished(fits ? NULL : SIZES, all, 2);
}
