/* The highest magnitude between the samples, which is only looked for where it can lie: see pipeline/dsp/true_peak.py. */

#include "filters.h"
#include <math.h>
#include <stdlib.h>

/* Samples of a stretch that is looked at or not; of the interpolation: points between, samples before and after them. */
enum { STRETCH = 256, POINTS = 3, HALF = 12, TAPS = 2 * HALF };

/* A stretch's gaps lie before each of its samples; after the wave there are some more, into which it rings. */
typedef struct {
    const float *samples;
    ptrdiff_t size, stretches;
    float *tops, *steps; /* of each stretch: its largest magnitude, and largest step from the sample before */
} Peaks;

/* Magnitudes as whole numbers, which are in the same order: compilers know how to find the largest of those at once. */
INNER int32_t magnitude(float value) {
    int32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits & INT32_MAX;
}

INNER float as_float(int32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* The stretch with what lies around it; zeros beyond the wave. */
static void copy_around(const Peaks *all, ptrdiff_t number, float *around) {
    ptrdiff_t first = number * STRETCH - HALF, stop = first + STRETCH + TAPS;
    ptrdiff_t from = first > 0 ? first : 0, to = stop < all->size ? stop : all->size;
    memset(around, 0, (STRETCH + TAPS) * sizeof *around);
    if (from < to) {
        memcpy(around + (from - first), all->samples + from, (size_t)(to - from) * sizeof *around);
    }
}

INNER void look_over(const float *samples, float *top, float *step) {
    int32_t most = 0, rise = 0;
    for (ptrdiff_t at = 0; at < STRETCH; at++) {
        int32_t level = magnitude(samples[at]), change = magnitude(samples[at] - samples[at - 1]);
        most = level > most ? level : most;
        rise = change > rise ? change : rise;
    }
    *top = as_float(most);
    *step = as_float(rise);
}

WIDE static void look_over_all(Peaks *all) {
    float around[STRETCH + TAPS];
    for (ptrdiff_t number = 0; number < all->stretches; number++) {
        const float *samples = all->samples + number * STRETCH;
        if (number == 0 || (number + 1) * STRETCH > all->size) {
            copy_around(all, number, around);
            samples = around + HALF;
        }
        look_over(samples, all->tops + number, all->steps + number);
    }
}

/* Adds the share of a few taps to the points of all gaps. */
INNER void add_taps(float *restrict sums, const float *around, const float *taps) {
    for (ptrdiff_t at = 0; at < STRETCH; at++) {
        sums[at] += (taps[0] * around[at] + taps[1] * around[at + 1]) + (taps[2] * around[at + 2] + taps[3] * around[at + 3]);
    }
}

WIDE static float highest_in(const Peaks *all, ptrdiff_t number, const float *phases) {
    float around[STRETCH + TAPS];
    int32_t highest = 0;
    copy_around(all, number, around);
    for (int point = 0; point < POINTS; point++) {
        float sums[STRETCH] = {0};
        for (int tap = 0; tap < TAPS; tap += 4) {
            add_taps(sums, around + tap, phases + point * TAPS + tap);
        }
        for (ptrdiff_t at = 0; at < STRETCH; at++) {
            int32_t level = magnitude(sums[at]);
            highest = level > highest ? level : highest;
        }
    }
    return as_float(highest);
}

/* The most there can be between the samples of a stretch: those beside, and a part of the largest step around. */
static float bound(const Peaks *all, ptrdiff_t number, float of_steps) {
    ptrdiff_t before = number > 0 ? number - 1 : 0, after = number + 1 < all->stretches ? number + 1 : number;
    ptrdiff_t last = number * STRETCH - 1;
    float beside = fmaxf(last >= 0 && last < all->size ? fabsf(all->samples[last]) : 0.0f, all->tops[number]);
    return beside + of_steps * fmaxf(fmaxf(all->steps[before], all->steps[after]), all->steps[number]);
}

static float find(Peaks *all, const float *phases, float of_steps) {
    ptrdiff_t loudest = 0;
    look_over_all(all);
    for (ptrdiff_t number = 1; number < all->stretches; number++) {
        loudest = all->tops[number] > all->tops[loudest] ? number : loudest;
    }
    float peak = fmaxf(all->tops[loudest], highest_in(all, loudest, phases)); /* the higher, the fewer are left */
    for (ptrdiff_t number = 0; number < all->stretches; number++) {
        if (bound(all, number, of_steps) > peak) {
            peak = fmaxf(peak, highest_in(all, number, phases));
        }
    }
    return peak;
}

PyObject *highest_between(PyObject *module, PyObject *args) {
    Py_buffer b[2]; /* samples, phases */
    float of_steps, peak = 0.0f;
    (void)module;
    if (!PyArg_ParseTuple(args, "y*y*f", &b[0], &b[1], &of_steps)) {
        return NULL;
    }
    ptrdiff_t size = ITEMS(b[0], float), stretches = (size + HALF - 1) / STRETCH + 1;
    float *room = malloc((size_t)stretches * 2 * sizeof *room);
    if (ITEMS(b[1], float) != POINTS * TAPS || room == NULL) {
        free(room);
        return finished("an interpolation of 3 points by 24 samples", b, 2);
    }
    Peaks all = {b[0].buf, size, stretches, room, room + stretches};
    Py_BEGIN_ALLOW_THREADS
    peak = find(&all, b[1].buf, of_steps);
    Py_END_ALLOW_THREADS
    free(room);
    release(b, 2);
    return PyFloat_FromDouble(peak);
}
