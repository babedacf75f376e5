/* Where a wave may be its own past again: see pipeline/dsp/repeats.py. */

#include "defects.h"

#define RATIO 1.1e-4f /* what may be left of the power, and a tenth for rounding */

/* Sums over half a window of the changes: their power, that of the ones earlier, and the product of both. */
typedef struct {
    float own, old, both;
} Half;

/* The wave, every so many samples of which a change is looked at, and how many there are. */
typedef struct {
    const float *wave;
    ptrdiff_t lag, stride, changes;
} Looked;

/* Beyond the ends the changes are those before, backwards. */
INNER ptrdiff_t mirrored(ptrdiff_t at, ptrdiff_t count) {
    while (at < 0 || at >= count) {
        at = at < 0 ? -1 - at : 2 * count - 1 - at;
    }
    return at;
}

INNER void add_change(Half *to, const Looked *from, ptrdiff_t number) {
    const float *then = from->wave + number * from->stride, *now = then + from->lag;
    float fresh = now[1] - now[0], past = then[1] - then[0];
    to->own += fresh * fresh;
    to->old += past * past;
    to->both += fresh * past;
}

INNER Half half_of(const Looked *from, ptrdiff_t first, ptrdiff_t size) {
    Half sums = {0.0f, 0.0f, 0.0f};
    if (first >= 0 && first + size <= from->changes) {
        for (ptrdiff_t number = first; number < first + size; number++) {
            add_change(&sums, from, number);
        }
    } else {
        for (ptrdiff_t number = first; number < first + size; number++) {
            add_change(&sums, from, mirrored(number, from->changes));
        }
    }
    return sums;
}

/* Mark the halves of which next to nothing of the power around them is left, whatever the gain. */
WIDE static void mark(const Looked *from, ptrdiff_t first, ptrdiff_t size, ptrdiff_t count, Half *restrict halves,
                      unsigned char *restrict marks) {
    for (ptrdiff_t number = 0; number < count; number++) {
        halves[number] = half_of(from, first + number * size, size);
    }
    for (ptrdiff_t number = 0; number < count; number++) {
        float around = 0.0f, own = halves[number].own, old = halves[number].old, both = halves[number].both;
        for (ptrdiff_t near = number < 2 ? 0 : number - 2; near < count && near <= number + 2; near++) {
            around += halves[near].own;
        }
        marks[number] = own * old - both * both <= RATIO * around * old;
    }
}

PyObject *repeated_halves(PyObject *self, PyObject *args) {
    Py_buffer in[2];
    Looked from;
    Py_ssize_t first, size;
    if (!PyArg_ParseTuple(args, "y*nnnnw*", &in[0], &from.lag, &from.stride, &first, &size, &in[1])) {
        return NULL;
    }
    ptrdiff_t samples = ITEMS(in[0], float), count = in[1].len;
    int fits = from.lag > 0 && from.stride > 0 && size > 0 && samples > from.lag + 1;
    from.wave = in[0].buf, from.changes = fits ? 1 + (samples - from.lag - 2) / from.stride : 0;
    Half *halves = fits ? PyMem_Malloc((size_t)(count + 1) * sizeof *halves) : NULL;
    if (!fits) {
        PyErr_SetString(PyExc_ValueError, SIZES);
    } else if (halves == NULL) {
        PyErr_NoMemory();
    } else {
        Py_BEGIN_ALLOW_THREADS
        mark(&from, first, size, count, halves, in[1].buf);
        Py_END_ALLOW_THREADS
    }
    PyMem_Free(halves);
    release(in, 2);
    return PyErr_Occurred() ? NULL : Py_NewRef(Py_None);
}
