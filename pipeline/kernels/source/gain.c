/* Whether one wave is another, made louder. */

#include "pcm.h"
#include <math.h>

enum { STRETCH = 4096, LANES = 16 };

/* Say whether no sample of `after` is further than `most` from that of `before`, times a gain. */
WIDE static int agrees(const float *before, const float *after, ptrdiff_t count, float gain, float most) {
    int off = 0;
    for (ptrdiff_t at = 0; at < count; at++) {
        off |= !(fabsf(before[at] * gain - after[at]) <= most);
    }
    return !off;
}

INNER float larger(float one, float other) { return one > other ? one : other; }

INNER float loudest_of(const float *wave, ptrdiff_t count) {
    float lanes[LANES] = {0.0f};
    ptrdiff_t at = 0;
    for (; at + LANES <= count; at += LANES) {
        for (int lane = 0; lane < LANES; lane++) {
            lanes[lane] = larger(fabsf(wave[at + lane]), lanes[lane]);
        }
    }
    for (; at < count; at++) {
        lanes[0] = larger(fabsf(wave[at]), lanes[0]);
    }
    for (int lane = 1; lane < LANES; lane++) {
        lanes[0] = larger(lanes[lane], lanes[0]);
    }
    return lanes[0];
}

/* Where the magnitude is greatest: the first place. */
WIDE static ptrdiff_t loudest(const float *wave, ptrdiff_t count) {
    float most = 0.0f, here;
    ptrdiff_t found = 0;
    for (ptrdiff_t start = 0; start < count; start += STRETCH) {
        here = loudest_of(wave + start, count - start < STRETCH ? count - start : STRETCH);
        if (here > most) {
            most = here;
            found = start;
        }
    }
    while (found < count && fabsf(wave[found]) != most) {
        found++;
    }
    return found;
}

PyObject *py_loudest(PyObject *module, PyObject *arguments) {
    Py_buffer wave;
    (void)module;
    if (!PyArg_ParseTuple(arguments, "y*:loudest", &wave)) {
        return NULL;
    }
    ptrdiff_t found;
    Py_BEGIN_ALLOW_THREADS
    found = loudest(wave.buf, ITEMS(wave, float));
    Py_END_ALLOW_THREADS
    PyBuffer_Release(&wave);
    return PyLong_FromSsize_t(found);
}

PyObject *py_is_gain(PyObject *module, PyObject *arguments) {
    Py_buffer before, after;
    float gain, most;
    (void)module;
    if (!PyArg_ParseTuple(arguments, "y*y*ff:is_gain", &before, &after, &gain, &most)) {
        return NULL;
    }
    ptrdiff_t count = ITEMS(before, float), at = 0;
    int fits = before.len == after.len;
    if (fits) {
        const float *had = before.buf, *has = after.buf;
        Py_BEGIN_ALLOW_THREADS
        while (at < count && agrees(had + at, has + at, count - at < STRETCH ? count - at : STRETCH, gain, most)) {
            at += STRETCH;
        }
        Py_END_ALLOW_THREADS
    }
    PyBuffer_Release(&before);
    PyBuffer_Release(&after);
    return fits ? PyBool_FromLong(at >= count) : answer(SIZES);
}
