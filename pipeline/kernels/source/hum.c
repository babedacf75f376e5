/* pipeline/dsp/hum.py: the lower part of the spectrum of long windows that are not empty. */

#include "many.h"
#include "voice.h"

enum { PAIR = 2 * MANY };

/* A bin's power in the windows that went through together: `filled` of them, one a row of `bins`. */
INNER void put_powers(const Many *many, int held, ptrdiff_t bin, ptrdiff_t filled, ptrdiff_t bins, float *to) {
    const float *re = many->work[held][0], *im = many->work[held][1];
    ptrdiff_t low = bin * MANY, high = (bin ? many->length - bin : 0) * MANY;
    float power[PAIR];
    for (int lane = 0; lane < MANY; lane++) {
        Number one, two;
        of_pair(number(re, im, low + lane), number(re, im, high + lane), &one, &two);
        power[lane] = (one.re * one.re + one.im * one.im) * many->power[0][lane];
        power[MANY + lane] = (two.re * two.re + two.im * two.im) * many->power[1][lane];
    }
    for (ptrdiff_t row = 0; row < filled; row++) {
        to[row * bins + bin] = power[row];
    }
}

WIDE static void window_powers(Many *many, const float *wave, const long long *starts, ptrdiff_t count,
                               const float *window, ptrdiff_t bins, float *powers) {
    long long some[PAIR];
    for (ptrdiff_t first = 0; first < count; first += PAIR) {
        ptrdiff_t filled = count - first < PAIR ? count - first : PAIR;
        for (ptrdiff_t at = 0; at < PAIR; at++) {
            some[at] = starts[first + (at < filled ? at : filled - 1)];
        }
        many_load(many, 0, wave, some, window, many->length, 0);
        many_load(many, 1, wave, some + MANY, window, many->length, 0);
        int held = many_transform(many, 0);
        for (ptrdiff_t bin = 0; bin < bins; bin++) {
            put_powers(many, held, bin, filled, bins, powers + first * bins);
        }
    }
}

/* window_powers(wave float32, starts int64, window float32, powers float32 (windows, bins)); ValueError also for a
 * window whose length has a prime factor above 7 */
PyObject *voice_window_powers(PyObject *module, PyObject *arguments) {
    (void)module;
    Py_buffer wave, starts, window, powers;
    if (!PyArg_ParseTuple(arguments, "y*y*y*w*", &wave, &starts, &window, &powers)) {
        return NULL;
    }
    ptrdiff_t count = ITEMS(starts, long long), size = ITEMS(window, float), bins = count ? ITEMS(powers, float) / count : 0;
    int fits = bins <= size / 2 + 1 && ITEMS(powers, float) == bins * count;
    for (ptrdiff_t at = 0; fits && at < count; at++) {
        long long start = ((const long long *)starts.buf)[at];
        fits = start >= 0 && start <= ITEMS(wave, float) - size;
    }
    Many *many = fits ? many_new(size) : NULL;
    if (many != NULL) {
        Py_BEGIN_ALLOW_THREADS
        window_powers(many, wave.buf, starts.buf, count, window.buf, bins, powers.buf);
        Py_END_ALLOW_THREADS
    }
    fits = many != NULL;
    many_free(many);
    PyBuffer_Release(&wave), PyBuffer_Release(&starts), PyBuffer_Release(&window), PyBuffer_Release(&powers);
    return answer(fits ? NULL : SIZES);
}
