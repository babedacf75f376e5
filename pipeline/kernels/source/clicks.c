/* Blocks in which the wave changes more than around them: see pipeline/dsp/clicks.py. */

#include "defects.h"

enum { AROUND = 14, HALF = (AROUND - 1) / 2, SHIFT = 2 + HALF };

#define OVER_RATIO 6.0f

/* The largest second difference, rounded after each subtraction. */
INNER float largest_of(const float *restrict wave, ptrdiff_t size) {
    int32_t most = 0;
    for (ptrdiff_t at = 0; at < size; at++) {
        int32_t change = bits_of((wave[at + 2] - wave[at + 1]) - (wave[at + 1] - wave[at]));
        most = change > most ? change : most;
    }
    return with_bits(most);
}

WIDE static void look(const float *restrict wave, ptrdiff_t size, ptrdiff_t count, float *restrict most) {
    for (ptrdiff_t number = 0; number < count; number++) {
        most[number] = largest_of(wave + number * size, size);
    }
}

/* The largest of the blocks within some of a place; beyond the ends all is as at them. */
INNER float largest_near(const float *most, ptrdiff_t count, ptrdiff_t place, ptrdiff_t within) {
    ptrdiff_t centre = place < 0 ? 0 : place >= count ? count - 1 : place;
    ptrdiff_t first = centre > within ? centre - within : 0;
    ptrdiff_t last = centre + within < count ? centre + within : count - 1;
    float largest = most[first];
    for (ptrdiff_t at = first + 1; at <= last; at++) {
        largest = most[at] > largest ? most[at] : largest;
    }
    return largest;
}

/* Few blocks are six times those near by: around others nobody looks. */
INNER int stands_out(const float *most, ptrdiff_t count, ptrdiff_t at) {
    ptrdiff_t earlier = at >= 2 ? at - 2 : 0, later = at + 2 < count ? at + 2 : count - 1;
    float before = most[earlier], after = most[later];
    if (most[at] <= OVER_RATIO * (before > after ? before : after)) {
        return 0;
    }
    before = largest_near(most, count, at - SHIFT, HALF), after = largest_near(most, count, at + SHIFT, HALF);
    return most[at] > OVER_RATIO * (before > after ? before : after) && most[at] == largest_near(most, count, at, 1);
}

PyObject *largest_changes(PyObject *self, PyObject *args) {
    Py_buffer in[2];
    Py_ssize_t size;
    if (!PyArg_ParseTuple(args, "y*nw*", &in[0], &size, &in[1])) {
        return NULL;
    }
    ptrdiff_t count = ITEMS(in[1], float), samples = ITEMS(in[0], float);
    int fits = size > 0 && (count == 0 || count <= (samples - 2) / size);
    if (fits) {
        Py_BEGIN_ALLOW_THREADS
        look(in[0].buf, size, count, in[1].buf);
        Py_END_ALLOW_THREADS
    }
    return finished(fits ? NULL : SIZES, in, 2);
}

PyObject *standing_out(PyObject *self, PyObject *args) {
    Py_buffer in[2];
    if (!PyArg_ParseTuple(args, "y*w*", &in[0], &in[1])) {
        return NULL;
    }
    const float *most = in[0].buf;
    unsigned char *hits = in[1].buf;
    ptrdiff_t count = ITEMS(in[0], float);
    int fits = in[1].len == count;
    for (ptrdiff_t at = 0; fits && at < count; at++) {
        hits[at] = stands_out(most, count, at);
    }
    return finished(fits ? NULL : SIZES, in, 2);
}
