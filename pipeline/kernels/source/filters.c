/* Recursive filters, and the levels of what comes out of them: what Python calls. */

#include "filters.h"
#include "recursion.h"

enum { STATE_BYTES = RECURSION_STATES * sizeof(double) };

int filters_are_bounds(const Py_buffer *bounds, ptrdiff_t stretches, ptrdiff_t size) {
    const int64_t *each = bounds->buf;
    int rising = ITEMS(*bounds, int64_t) == stretches + 1 && each[0] == 0 && each[stretches] <= size;
    for (ptrdiff_t at = 0; rising && at < stretches; at++) {
        rising = each[at] <= each[at + 1];
    }
    return rising;
}

int filters_can_thin(const Py_buffer *taps, ptrdiff_t factor, ptrdiff_t delay) {
    const ptrdiff_t most = 1 << 24; /* so that no sum of them passes what can be counted */
    int whole = taps->len > 0 && taps->len % (Py_ssize_t)(TAPS_OF * sizeof(float)) == 0;
    return whole && factor > 0 && factor < most && delay >= 0 && delay < most;
}

static PyObject *recursive(PyObject *module, PyObject *args) {
    Py_buffer b[4]; /* filter, state, samples, out */
    int backward;
    (void)module;
    if (!PyArg_ParseTuple(args, "y*w*y*w*p", &b[0], &b[1], &b[2], &b[3], &backward)) {
        return NULL;
    }
    if (b[0].len != sizeof(Recursion) || b[1].len != STATE_BYTES || b[2].len != b[3].len) {
        return finished("a filter, its state, and as many samples out as in", b, 4);
    }
    Py_BEGIN_ALLOW_THREADS
    if (backward) {
        recursion_backward(b[0].buf, b[1].buf, b[2].buf, b[3].buf, ITEMS(b[2], float));
    } else {
        recursion_forward(b[0].buf, b[1].buf, b[2].buf, 0.0f, b[3].buf, ITEMS(b[2], float));
    }
    Py_END_ALLOW_THREADS
    return finished(NULL, b, 4);
}

static PyObject *thinned(PyObject *module, PyObject *args) {
    Py_buffer b[3]; /* samples, taps, out */
    Thinning thin = {0};
    Py_ssize_t factor, delay;
    (void)module;
    if (!PyArg_ParseTuple(args, "y*y*w*nn", &b[0], &b[1], &b[2], &factor, &delay)) {
        return NULL;
    }
    if (!filters_can_thin(&b[1], factor, delay)) {
        return finished("whole groups of taps, and a factor", b, 3);
    }
    thin.taps = b[1].buf, thin.length = ITEMS(b[1], float), thin.factor = factor;
    thin.out = b[2].buf, thin.count = ITEMS(b[2], float);
    if (!thinning_begin(&thin, delay)) {
        return finished("taps too long for the memory", b, 3);
    }
    Py_BEGIN_ALLOW_THREADS
    const float *samples = b[0].buf;
    for (ptrdiff_t left = ITEMS(b[0], float), here; left > 0; left -= here, samples += here) {
        here = left < MEASURED_PART ? left : MEASURED_PART;
        memcpy(thinning_room(&thin), samples, (size_t)here * sizeof(float));
        thinning_add(&thin, here);
    }
    thinning_end(&thin);
    Py_END_ALLOW_THREADS
    return finished(NULL, b, 3);
}

static PyObject *sum_and_square(PyObject *module, PyObject *args) {
    Py_buffer samples;
    double sum = 0.0, square = 0.0;
    (void)module;
    if (!PyArg_ParseTuple(args, "y*", &samples)) {
        return NULL;
    }
    Py_BEGIN_ALLOW_THREADS
    add_sums(samples.buf, ITEMS(samples, float), &sum, &square);
    Py_END_ALLOW_THREADS
    PyBuffer_Release(&samples);
    return Py_BuildValue("dd", sum, square);
}

static PyObject *stretch_sums(PyObject *module, PyObject *args) {
    Py_buffer b[3]; /* samples, bounds, sums and squares */
    (void)module;
    if (!PyArg_ParseTuple(args, "y*y*w*", &b[0], &b[1], &b[2])) {
        return NULL;
    }
    ptrdiff_t stretches = ITEMS(b[2], double) / 2;
    if (!filters_are_bounds(&b[1], stretches, ITEMS(b[0], float))) {
        return finished("samples, and bounds within them", b, 3);
    }
    Py_BEGIN_ALLOW_THREADS
    Stretches these = {b[1].buf, b[2].buf, (double *)b[2].buf + stretches, stretches, 0, 0};
    stretches_add(&these, b[0].buf, ITEMS(b[0], float));
    Py_END_ALLOW_THREADS
    return finished(NULL, b, 3);
}

PyMethodDef filters_methods[] = {
    {"recursive", recursive, METH_VARARGS, "recursive(filter, state, samples, out, backward): a wave through a filter"},
    {"thinned", thinned, METH_VARARGS, "thinned(samples, taps, out, factor, delay): a wave at a fraction of its rate"},
    {"sum_and_square", sum_and_square, METH_VARARGS, "sum_and_square(samples): their sum and the sum of their squares"},
    {"stretch_sums", stretch_sums, METH_VARARGS, "stretch_sums(samples, bounds, sums): sums and squares between bounds"},
    {"step_squares", step_squares, METH_VARARGS, "step_squares(filter, samples, bounds, squares): squares after a filter"},
    {"levels_above", levels_above, METH_VARARGS, "levels_above(...): see pipeline.dsp.levels_above"},
    {"true_peak", highest_between, METH_VARARGS, "true_peak(samples, phases, of_steps): the highest magnitude between"},
    {NULL, NULL, 0, NULL},
};
