/* A wave through a filter, part by part, and what is measured of what comes out, which is not kept. */

#include "filters.h"
#include "recursion.h"

PyObject *step_squares(PyObject *module, PyObject *args) {
    Py_buffer b[4]; /* filter, samples, bounds, squares: of sums and of squares, one after the other */
    double state[RECURSION_STATES] = {0};
    float through[MEASURED_PART];
    (void)module;
    if (!PyArg_ParseTuple(args, "y*y*y*w*", &b[0], &b[1], &b[2], &b[3])) {
        return NULL;
    }
    ptrdiff_t steps = ITEMS(b[3], double) / 2, size = ITEMS(b[1], float);
    if (b[0].len != sizeof(Recursion) || !filters_are_bounds(&b[2], steps, size)) {
        return finished("a filter, samples, and bounds of steps within them", b, 4);
    }
    Py_BEGIN_ALLOW_THREADS
    Stretches these = {b[2].buf, b[3].buf, (double *)b[3].buf + steps, steps, 0, 0};
    for (ptrdiff_t start = 0, here; start < size; start += here) {
        here = size - start < MEASURED_PART ? size - start : MEASURED_PART;
        recursion_forward(b[0].buf, state, (const float *)b[1].buf + start, 0.0f, through, here);
        stretches_add(&these, through, here);
    }
    Py_END_ALLOW_THREADS
    return finished(NULL, b, 4);
}

enum { FILTER, SAMPLES, BOUNDS, SUMS, TAPS, THIN, AVERAGES, HEAD, TAIL, BUFFERS };

/* Copies what of a part lies in a stretch that is kept. */
static void keep(float *kept, ptrdiff_t from, ptrdiff_t length, const float *part, ptrdiff_t start, ptrdiff_t count) {
    ptrdiff_t first = from > start ? from : start, stop = from + length < start + count ? from + length : start + count;
    if (first < stop) {
        memcpy(kept + (first - from), part + (first - start), (size_t)(stop - first) * sizeof *kept);
    }
}

static const char *wrong_sizes(const Py_buffer *b, ptrdiff_t factor, ptrdiff_t delay, ptrdiff_t step) {
    ptrdiff_t size = ITEMS(b[SAMPLES], float), stretches = ITEMS(b[SUMS], double) / 2;
    if (b[FILTER].len != sizeof(Recursion) || !filters_are_bounds(&b[BOUNDS], stretches, size)) {
        return "a filter, samples, and bounds within them";
    }
    if (!filters_can_thin(&b[TAPS], factor, delay)) {
        return "whole groups of taps, and a factor";
    }
    if (step < 1 || ITEMS(b[AVERAGES], double) != (size + step - 1) / step) {
        return "an average for each step";
    }
    return b[HEAD].len > b[SAMPLES].len || b[TAIL].len > b[SAMPLES].len ? "ends no longer than the wave" : NULL;
}

static void measure(const Py_buffer *b, float dc, Thinning *thin, Envelope *envelope) {
    double state[RECURSION_STATES] = {0};
    ptrdiff_t size = ITEMS(b[SAMPLES], float), stretches = ITEMS(b[SUMS], double) / 2;
    ptrdiff_t head = ITEMS(b[HEAD], float), tail = ITEMS(b[TAIL], float);
    Stretches these = {b[BOUNDS].buf, b[SUMS].buf, (double *)b[SUMS].buf + stretches, stretches, 0, 0};
    for (ptrdiff_t start = 0, here; start < size; start += here) {
        here = size - start < MEASURED_PART ? size - start : MEASURED_PART;
        float *part = thinning_room(thin);
        recursion_forward(b[FILTER].buf, state, (const float *)b[SAMPLES].buf + start, dc, part, here);
        keep(b[HEAD].buf, 0, head, part, start, here);
        keep(b[TAIL].buf, size - tail, tail, part, start, here);
        stretches_add(&these, part, here);
        envelope_add(envelope, part, here);
        thinning_add(thin, here);
    }
    envelope_end(envelope);
    thinning_end(thin);
}

PyObject *levels_above(PyObject *module, PyObject *args) {
    Py_buffer b[BUFFERS];
    Py_ssize_t factor, delay, step;
    float dc;
    double decay;
    (void)module;
    if (!PyArg_ParseTuple(args, "y*y*y*w*y*w*w*w*w*fnnnd", &b[0], &b[1], &b[2], &b[3], &b[4], &b[5], &b[6], &b[7], &b[8],
                          &dc, &factor, &delay, &step, &decay)) {
        return NULL;
    }
    const char *wrong = wrong_sizes(b, factor, delay, step);
    Thinning thin = {0};
    Envelope envelope = {b[AVERAGES].buf, step, step, decay, 0.0, 0.0, 0.0};
    thin.taps = b[TAPS].buf, thin.length = ITEMS(b[TAPS], float), thin.factor = factor;
    thin.out = b[THIN].buf, thin.count = ITEMS(b[THIN], float);
    if (wrong == NULL && !thinning_begin(&thin, delay)) {
        wrong = "taps too long for the memory";
    }
    if (wrong != NULL) {
        return finished(wrong, b, BUFFERS);
    }
    Py_BEGIN_ALLOW_THREADS
    measure(b, dc, &thin, &envelope);
    Py_END_ALLOW_THREADS
    return finished(NULL, b, BUFFERS);
}
