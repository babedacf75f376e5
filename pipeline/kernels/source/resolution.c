/* Steps between neighbouring values of a wave: see pipeline/dsp/resolution.py. */

#include "defects.h"
#include <math.h>
#include <string.h>

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

/* The value of a rank among positive ones, whose bits are in their order: by the highest bits first, then among those
 * that share them. What is looked at shrinks, in `room`. */
static double ranked(const double *values, ptrdiff_t count, ptrdiff_t rank, uint64_t *restrict room) {
    memcpy(room, values, (size_t)count * sizeof *room);
    for (int shift = 64 - BITS; count > 1 && shift > -BITS; shift -= BITS) {
        ptrdiff_t held[BINS] = {0}, left = 0;
        int right = shift > 0 ? shift : 0;
        uint64_t bin = 0;
        for (ptrdiff_t at = 0; at < count; at++) {
            held[room[at] >> right & (BINS - 1)]++;
        }
        for (; rank >= held[bin]; bin++) {
            rank -= held[bin];
        }
        for (ptrdiff_t at = 0; at < count; at++) {
            uint64_t value = room[at];
            room[left] = value;
            left += (value >> right & (BINS - 1)) == bin;
        }
        count = left;
    }
    double value;
    memcpy(&value, room, sizeof value);
    return value;
}

/* The value of the rank after one whose value is known. */
static double after(const double *values, ptrdiff_t count, ptrdiff_t rank, double known) {
    ptrdiff_t up_to = 0;
    double higher = INFINITY;
    for (ptrdiff_t at = 0; at < count; at++) {
        up_to += values[at] <= known;
        higher = values[at] > known && values[at] < higher ? values[at] : higher;
    }
    return up_to > rank + 1 || up_to == count ? known : higher;
}

static double quantile(const double *values, ptrdiff_t count, double share, uint64_t *room) {
    double place = share * (double)(count - 1);
    ptrdiff_t rank = (ptrdiff_t)place;
    double lower = ranked(values, count, rank, room);
    return lower + (place - (double)rank) * (after(values, count, rank, lower) - lower);
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
    double *steps = (double *)(room + count + 1);
    if (!fits) {
        PyErr_SetString(PyExc_ValueError, "step_quantile: no such stride or quantile");
    } else if (room == NULL) {
        PyErr_NoMemory();
    } else {
        Py_BEGIN_ALLOW_THREADS
        ptrdiff_t found = find_steps(in.buf, stride, count, (uint32_t *)room, steps);
        step = found < 2 ? 0.0 : quantile(steps, found, share, room);
        Py_END_ALLOW_THREADS
    }
    PyMem_Free(room);
    PyBuffer_Release(&in);
    return PyErr_Occurred() ? NULL : PyFloat_FromDouble(step);
}
