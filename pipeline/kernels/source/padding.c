/* The sum of a wave: see pipeline/dsp/padding.py. */

#include "defects.h"

/* In float64, in each lane. */
WIDE static double sum_of(const float *restrict wave, ptrdiff_t count) {
    double sum[LANES] = {0.0}, all = 0.0;
    ptrdiff_t at = 0;
    for (; at + LANES <= count; at += LANES) {
        for (int lane = 0; lane < LANES; lane++) {
            sum[lane] += (double)wave[at + lane];
        }
    }
    for (; at < count; at++) {
        all += (double)wave[at];
    }
    for (int lane = 0; lane < LANES; lane++) {
        all += sum[lane];
    }
    return all;
}

PyObject *sum_of_wave(PyObject *self, PyObject *args) {
    Py_buffer in;
    double sum;
    if (!PyArg_ParseTuple(args, "y*", &in)) {
        return NULL;
    }
    Py_BEGIN_ALLOW_THREADS
    sum = sum_of(in.buf, ITEMS(in, float));
    Py_END_ALLOW_THREADS
    PyBuffer_Release(&in);
    return PyFloat_FromDouble(sum);
}
