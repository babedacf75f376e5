/* Levels of short blocks, and where they fall and rise: see pipeline/dsp/dropouts.py and gaps.py. */

#include "defects.h"

enum { EDGE = 3, FEW = 8 };

INNER float loudest_of(const float *restrict wave, ptrdiff_t size, float dc) {
    int32_t most = 0;
    for (ptrdiff_t at = 0; at < size; at++) {
        int32_t level = bits_of(wave[at] - dc);
        most = level > most ? level : most;
    }
    return with_bits(most);
}

WIDE static void find_loudest(const float *restrict wave, ptrdiff_t size, float dc, ptrdiff_t count, float *restrict out) {
    for (ptrdiff_t number = 0; number < count; number++) {
        out[number] = loudest_of(wave + number * size, size, dc);
    }
}

/* The mean square of a block of a few dozen samples. */
INNER float power_of(const float *restrict wave, ptrdiff_t size, float dc) {
    float sum[FEW] = {0.0f}, rest = 0.0f;
    ptrdiff_t at = 0;
    for (; at + FEW <= size; at += FEW) {
        for (int lane = 0; lane < FEW; lane++) {
            float value = wave[at + lane] - dc;
            sum[lane] += value * value;
        }
    }
    for (; at < size; at++) {
        float value = wave[at] - dc;
        rest += value * value;
    }
    float all = ((sum[0] + sum[4]) + (sum[1] + sum[5])) + ((sum[2] + sum[6]) + (sum[3] + sum[7]));
    return (all + rest) / (float)size;
}

WIDE static void find_powers(const float *restrict wave, ptrdiff_t size, float dc, ptrdiff_t count, float *restrict out) {
    for (ptrdiff_t number = 0; number < count; number++) {
        out[number] = power_of(wave + number * size, size, dc);
    }
}

typedef void (*Find)(const float *, ptrdiff_t, float, ptrdiff_t, float *);

/* Arguments: a wave, the samples of a block, the DC to take off, and as many levels as there are blocks. */
static PyObject *find_levels(PyObject *args, Find find) {
    Py_buffer in[2];
    Py_ssize_t size;
    float dc;
    if (!PyArg_ParseTuple(args, "y*nfw*", &in[0], &size, &dc, &in[1])) {
        return NULL;
    }
    ptrdiff_t count = ITEMS(in[1], float);
    int fits = size > 0 && count <= ITEMS(in[0], float) / size;
    if (fits) {
        Py_BEGIN_ALLOW_THREADS
        find(in[0].buf, size, dc, count, in[1].buf);
        Py_END_ALLOW_THREADS
    }
    return finished(fits ? NULL : SIZES, in, 2);
}

PyObject *loudest_in_blocks(PyObject *self, PyObject *args) {
    return find_levels(args, find_loudest);
}

PyObject *powers_of_blocks(PyObject *self, PyObject *args) {
    return find_levels(args, find_powers);
}

/* A level, or the one at the nearest end; or, of a row that is a ring, the one that comes round. */
INNER ptrdiff_t held(ptrdiff_t at, ptrdiff_t count) {
    return at < 0 ? 0 : at < count ? at : count - 1;
}

INNER ptrdiff_t round_again(ptrdiff_t at, ptrdiff_t count) {
    return at < 0 ? at + count : at < count ? at : at - count;
}

/* The most within an edge about each; and where the level falls from so far before, or rises so far after. */
WIDE static int find_edges(const float *restrict power, ptrdiff_t count, float fall, float *restrict most,
                           unsigned char *restrict falls, unsigned char *restrict rises) {
    int any_fall = 0, any_rise = 0;
    for (ptrdiff_t at = 0; at < count; at++) {
        float before = power[held(at - 1, count)], here = power[at], after = power[held(at + 1, count)];
        here = before > here ? before : here;
        most[at] = after > here ? after : here;
    }
    for (ptrdiff_t at = 0; at < count; at++) {
        float before = most[round_again(at - EDGE, count)], after = most[round_again(at + EDGE, count)];
        float fallen = fall * most[at];
        any_fall |= falls[at] = before > fallen;
        any_rise |= rises[at] = after > fallen;
    }
    return any_fall && any_rise;
}

PyObject *gap_edges(PyObject *self, PyObject *args) {
    Py_buffer in[4];
    float fall;
    int any = 0;
    if (!PyArg_ParseTuple(args, "y*fw*w*w*", &in[0], &fall, &in[1], &in[2], &in[3])) {
        return NULL;
    }
    ptrdiff_t count = ITEMS(in[0], float);
    int fits = count >= EDGE && ITEMS(in[1], float) == count && in[2].len == count && in[3].len == count;
    if (fits) {
        Py_BEGIN_ALLOW_THREADS
        any = find_edges(in[0].buf, count, fall, in[1].buf, in[2].buf, in[3].buf);
        Py_END_ALLOW_THREADS
    } else {
        PyErr_SetString(PyExc_ValueError, SIZES);
    }
    release(in, 4);
    return fits ? PyBool_FromLong(any) : NULL;
}
