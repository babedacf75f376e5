/* Steps between neighbouring values of a wave: see pipeline/dsp/resolution.py. */

#include "defects.h"

enum { BITS = 11, BINS = 1 << BITS, PASSES = 3 };

/* Numbers in the order of the floats: their bits, those of negative ones turned round. */
INNER uint32_t key_of(float value) {
    uint32_t bits;
    value += 0.0f; /* so that there is but one zero */
    memcpy(&bits, &value, sizeof bits);
    return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

INNER double value_of(uint32_t key) {
    uint32_t bits = key & 0x80000000u ? key & 0x7fffffffu : ~key;
    float value;
    memcpy(&value, &bits, sizeof value);
    return (double)value;
}

/* Sort by some of the bits, what is equal in them as it stood. */
INNER void sort_by(const uint32_t *restrict from, uint32_t *restrict to, ptrdiff_t count, const int *held, int shift) {
    ptrdiff_t place[BINS], sum = 0;
    for (int bin = 0; bin < BINS; bin++) {
        place[bin] = sum;
        sum += held[bin];
    }
    for (ptrdiff_t at = 0; at < count; at++) {
        to[place[from[at] >> shift & (BINS - 1)]++] = from[at];
    }
}

/* Sort the keys of every so many samples. There is room for as many again; return where they are then. */
INNER uint32_t *sorted_keys(const float *restrict wave, ptrdiff_t stride, ptrdiff_t count, uint32_t *keys) {
    int held[PASSES][BINS];
    uint32_t *other = keys + count;
    memset(held, 0, sizeof held);
    for (ptrdiff_t at = 0; at < count; at++) {
        uint32_t key = keys[at] = key_of(wave[at * stride]);
        for (int pass = 0; pass < PASSES; pass++) {
            held[pass][key >> pass * BITS & (BINS - 1)]++;
        }
    }
    for (int pass = 0; pass < PASSES; pass++) {
        uint32_t *from = keys;
        sort_by(from, other, count, held[pass], pass * BITS);
        keys = other;
        other = from;
    }
    return keys;
}

/* Write the steps between values that differ; return how many. */
static ptrdiff_t find_steps(const float *restrict wave, ptrdiff_t stride, ptrdiff_t count, uint32_t *room, double *steps) {
    const uint32_t *keys = sorted_keys(wave, stride, count, room);
    ptrdiff_t found = 0;
    for (ptrdiff_t at = 1; at < count; at++) {
        steps[found] = value_of(keys[at]) - value_of(keys[at - 1]);
        found += keys[at] != keys[at - 1];
    }
    return found;
}

/* Arguments: a wave, every how many samples of it are looked at, and the quantile of the steps between values. None of
 * fewer than two steps: then 0. */
PyObject *step_quantile(PyObject *self, PyObject *args) {
    Py_buffer in;
    Py_ssize_t stride;
    double share, step = 0.0;
    if (!PyArg_ParseTuple(args, "y*nd", &in, &stride, &share)) {
        return NULL;
    }
    ptrdiff_t samples = ITEMS(in, float), count = stride > 0 ? (samples + stride - 1) / stride : 0;
    int fits = stride > 0 && share >= 0.0 && share <= 1.0;
    uint64_t *room = fits ? PyMem_Malloc((size_t)(count + 1) * 2 * sizeof *room) : NULL;
    if (!fits) {
        PyErr_SetString(PyExc_ValueError, "step_quantile: no such stride or quantile");
    } else if (room == NULL) {
        PyErr_NoMemory();
    } else {
        Py_BEGIN_ALLOW_THREADS
        double *steps = (double *)(room + count + 1);
        ptrdiff_t found = find_steps(in.buf, stride, count, (uint32_t *)room, steps);
        step = found < 2 ? 0.0 : ranked_at(steps, found, share, room);
        Py_END_ALLOW_THREADS
    }
    PyMem_Free(room);
    PyBuffer_Release(&in);
    return PyErr_Occurred() ? NULL : PyFloat_FromDouble(step);
}
