/* pipeline/dsp/overlap.py: whether what is left of a frame without its own period has another one. */

#include "voice.h"
#include <math.h>
#include <string.h>

enum { LANES = 16 };

typedef struct {
    ptrdiff_t size, first, last; /* samples of a frame; the shortest and the longest period sought */
    float least_left, strength;
    double harmonic;
    const double *fractions;
    ptrdiff_t fraction_count;
    float *window, *sides[2]; /* filled up with zeros; what is left without the period before, and the one after */
    float *own, *raw;         /* autocorrelations from 0 to last + 1: of the window over its power, and of what is left */
} Search;

INNER float sum_of(const float *lanes) {
    float sum = 0.0f;
    for (int lane = 0; lane < LANES; lane++) {
        sum += lanes[lane];
    }
    return sum;
}

/* These two go on for up to LANES beyond the size, where one factor is zero. */
INNER float product(const float *restrict one, const float *restrict two, ptrdiff_t size) {
    float lanes[LANES] = {0.0f};
    for (ptrdiff_t at = 0; at < size; at += LANES) {
        for (int lane = 0; lane < LANES; lane++) {
            lanes[lane] += one[at + lane] * two[at + lane];
        }
    }
    return sum_of(lanes);
}

INNER float windowed_power(const float *restrict frame, const Search *search) {
    const float *restrict window = search->window;
    float lanes[LANES] = {0.0f};
    for (ptrdiff_t at = 0; at < search->size; at += LANES) {
        for (int lane = 0; lane < LANES; lane++) {
            lanes[lane] += frame[at + lane] * frame[at + lane] * window[at + lane];
        }
    }
    return sum_of(lanes);
}

/* The frame less what is `late` samples later, by straight lines. */
INNER void without_period(const float *restrict frame, ptrdiff_t size, double late, float *restrict left) {
    ptrdiff_t whole = (ptrdiff_t)floor(late);
    float share = (float)(late - (double)whole);
    const float *restrict other = frame + whole;
    for (ptrdiff_t at = 0; at < size; at++) {
        left[at] = frame[at] - (other[at] + (other[at + 1] - other[at]) * share);
    }
}

INNER int is_own(const Search *search, double periods) {
    for (ptrdiff_t at = 0; at < search->fraction_count; at++) {
        if (fabs(periods / search->fractions[at] - 1.0) < search->harmonic) {
            return 1;
        }
    }
    return 0;
}

INNER void correlate(const Search *search, const float *left, float *products) {
    for (ptrdiff_t lag = 0; lag < search->last + 2; lag++) {
        products[lag] = product(left, left + lag, search->size);
    }
}

/* Whether the autocorrelation at a period that is not the first voice's is strong enough. */
INNER int has_other_period(const Search *search, float *left, double period) {
    float *raw = search->raw;
    for (ptrdiff_t at = 0; at < search->size; at++) {
        left[at] *= search->window[at];
    }
    correlate(search, left, raw);
    float power = raw[0] > 1e-30f ? raw[0] : 1e-30f;
    for (ptrdiff_t lag = 0; lag < search->last + 2; lag++) {
        raw[lag] /= power * search->own[lag];
    }
    for (ptrdiff_t lag = search->first; lag <= search->last; lag++) {
        int peak = raw[lag] >= raw[lag - 1] && raw[lag] > raw[lag + 1];
        if (peak && raw[lag] > search->strength && !is_own(search, (double)lag / period)) {
            return 1;
        }
    }
    return 0;
}

INNER int has_second(const Search *search, const float *frame, double period) {
    float power = windowed_power(frame, search), left[2];
    power = power > 1e-20f ? power : 1e-20f;
    for (int side = 0; side < 2; side++) {
        without_period(frame, search->size, side ? period : -period, search->sides[side]);
        left[side] = windowed_power(search->sides[side], search) / power;
    }
    int less = left[0] < left[1] ? 0 : 1;
    return 0.5f * left[less] > search->least_left && has_other_period(search, search->sides[less], period);
}

WIDE static void second_voice(const Search *search, const float *wave, const long long *starts, const double *periods,
                              ptrdiff_t count, char *found) {
    memcpy(search->sides[0], search->window, (size_t)search->size * sizeof(float));
    correlate(search, search->sides[0], search->own);
    for (ptrdiff_t lag = search->last + 1; lag >= 0; lag--) {
        search->own[lag] /= search->own[0];
    }
    for (ptrdiff_t at = 0; at < count; at++) {
        found[at] = (char)has_second(search, wave + starts[at], periods[at]);
    }
}

/* Whether all that is read of each frame lies within the wave. */
static int within(const long long *starts, const double *periods, ptrdiff_t count, ptrdiff_t size, ptrdiff_t samples) {
    for (ptrdiff_t at = 0; at < count; at++) {
        double period = periods[at], start = (double)starts[at], reach = period + 2.0 > LANES ? period + 2.0 : LANES;
        if (!(period > 0.0 && start - period - 1.0 >= 0.0 && start + (double)size + reach <= (double)samples)) {
            return 0;
        }
    }
    return 1;
}

/* Lays out a scratch of zeros; returns NULL if there is no memory. */
static float *scratch_of(Search *search, const float *window) {
    ptrdiff_t filled = search->size + search->last + 2 + LANES, lags = search->last + 2;
    float *scratch = PyMem_Calloc((size_t)(3 * filled + 2 * lags), sizeof(float));
    if (scratch != NULL) {
        search->window = scratch;
        search->sides[0] = scratch + filled, search->sides[1] = scratch + 2 * filled;
        search->own = scratch + 3 * filled, search->raw = search->own + lags;
        memcpy(search->window, window, (size_t)search->size * sizeof(float));
    }
    return scratch;
}

/* second_voice(wave float32, starts int64, periods float64, window float32 (frame,), first lag, last lag, least left,
 *              strength, fractions float64, harmonic, found bool) */
PyObject *voice_second(PyObject *module, PyObject *arguments) {
    (void)module;
    Py_buffer wave, starts, periods, window, fractions, found;
    Search search = {0};
    if (!PyArg_ParseTuple(arguments, "y*y*y*y*nnffy*dw*", &wave, &starts, &periods, &window, &search.first,
                          &search.last, &search.least_left, &search.strength, &fractions, &search.harmonic, &found)) {
        return NULL;
    }
    ptrdiff_t count = found.len;
    search.size = ITEMS(window, float), search.fractions = fractions.buf;
    search.fraction_count = ITEMS(fractions, double);
    int fits = ITEMS(starts, long long) == count && ITEMS(periods, double) == count && search.first > 0 &&
               search.first <= search.last && search.last < search.size - 1 &&
               within(starts.buf, periods.buf, count, search.size, ITEMS(wave, float));
    float *scratch = fits ? scratch_of(&search, window.buf) : NULL;
    if (scratch != NULL) {
        Py_BEGIN_ALLOW_THREADS
        second_voice(&search, wave.buf, starts.buf, periods.buf, count, found.buf);
        Py_END_ALLOW_THREADS
    }
    int out_of_memory = fits && scratch == NULL;
    PyMem_Free(scratch);
    PyBuffer_Release(&wave), PyBuffer_Release(&starts), PyBuffer_Release(&periods), PyBuffer_Release(&window);
    PyBuffer_Release(&fractions), PyBuffer_Release(&found);
    return out_of_memory ? PyErr_NoMemory() : answer(fits ? NULL : SIZES);
}
