/* pipeline/dsp/peaks.py: how far peaks stand out. */

#include "voice.h"

INNER double lowest(const double *values, ptrdiff_t top, ptrdiff_t step, ptrdiff_t end) {
    double least = values[top];
    for (ptrdiff_t at = top + step; at != end && !(values[at] > values[top]); at += step) {
        least = values[at] < least ? values[at] : least;
    }
    return least;
}

/* prominences(values float64, tops int64, prominences float64): over the higher of the lowest points on both sides */
PyObject *voice_prominences(PyObject *module, PyObject *arguments) {
    (void)module;
    Py_buffer values, tops, found;
    if (!PyArg_ParseTuple(arguments, "y*y*w*", &values, &tops, &found)) {
        return NULL;
    }
    const double *value = values.buf;
    const long long *top = tops.buf;
    double *over = found.buf;
    ptrdiff_t samples = ITEMS(values, double), count = ITEMS(tops, long long);
    int fits = ITEMS(found, double) == count;
    for (ptrdiff_t peak = 0; fits && peak < count; peak++) {
        fits = top[peak] >= 0 && top[peak] < samples;
    }
    for (ptrdiff_t peak = 0; fits && peak < count; peak++) {
        ptrdiff_t at = (ptrdiff_t)top[peak];
        double left = lowest(value, at, -1, -1), right = lowest(value, at, 1, samples);
        over[peak] = value[at] - (left > right ? left : right);
    }
    PyBuffer_Release(&values), PyBuffer_Release(&tops), PyBuffer_Release(&found);
    return answer(fits ? NULL : SIZES);
}
