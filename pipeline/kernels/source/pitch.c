/* pipeline/dsp/pitch.py: autocorrelations of frames at two lags to a sample, and their best peaks; a frame a lane.
 *
 * The autocorrelation is the cosine transform of the power spectrum. With two lags to a sample the even ones are the
 * real parts of a transform as long as the first, and the odd ones sums of its imaginary parts. */

#include "many.h"
#include "voice.h"

#include <math.h>
#include <stdlib.h>

enum { PAIR = 2 * MANY }; /* frames that go through together */

typedef struct {
    Many *many;
    const float *window, *from_window; /* of the frame; its own autocorrelation, at 0 over that at each lag */
    ptrdiff_t size, lags;
    float *sines, *cosines;            /* of half turns over the bins */
} Correlator;

/* Writes what the second transform is taken of at a bin of some power and at its mirror image. */
INNER void fold(const float *restrict power, float sine, float *restrict low, float *restrict high) {
    for (int lane = 0; lane < MANY; lane++) {
        low[lane] = (0.5f - sine) * power[lane];
        high[lane] = (0.5f + sine) * power[lane];
    }
}

/* The same where the bin is its own mirror image. */
INNER void keep(const float *restrict power, float share, float *restrict to) {
    for (int lane = 0; lane < MANY; lane++) {
        to[lane] = share * power[lane];
    }
}

INNER void add(const float *restrict power, float factor, float *restrict sum) {
    for (int lane = 0; lane < MANY; lane++) {
        sum[lane] += factor * power[lane];
    }
}

INNER void powers(const float *restrict re, const float *restrict im, ptrdiff_t low, ptrdiff_t high,
                  float *restrict one, float *restrict two) {
    for (int lane = 0; lane < MANY; lane++) {
        Number a, b;
        of_pair(number(re, im, low * MANY + lane), number(re, im, high * MANY + lane), &a, &b);
        one[lane] = a.re * a.re + a.im * a.im;
        two[lane] = b.re * b.re + b.im * b.im;
    }
}

/* From spectra to what the second transform is taken of; `first` becomes the correlations at the lag of 1. */
INNER void fold_all(const Correlator *correlator, int held, float *first) {
    Many *many = correlator->many;
    ptrdiff_t length = many->length;
    float *re = many->work[held][0], *im = many->work[held][1], *to_re = many->work[!held][0],
          *to_im = many->work[!held][1], one[MANY], two[MANY];
    for (ptrdiff_t bin = 0; bin <= length / 2; bin++) {
        ptrdiff_t mirror = bin ? length - bin : 0, low = bin * MANY, high = mirror * MANY;
        float share = bin ? 1.0f : 0.5f;
        powers(re, im, bin, mirror, one, two);
        if (bin == mirror) {
            keep(one, share, to_re + low), keep(two, share, to_im + low);
        } else {
            fold(one, correlator->sines[bin], to_re + low, to_re + high);
            fold(two, correlator->sines[bin], to_im + low, to_im + high);
        }
        add(one, share * correlator->cosines[bin], first), add(two, share * correlator->cosines[bin], first + MANY);
    }
}

/* The lags of an even number and the one after; `first` goes from odd lag to odd lag. */
INNER void two_lags(const float *restrict low_re, const float *restrict low_im, const float *restrict high_re,
                    const float *restrict high_im, float *restrict first, float *restrict one, float *restrict two) {
    for (int lane = 0; lane < MANY; lane++) {
        Number a, b;
        of_pair((Number){low_re[lane], low_im[lane]}, (Number){high_re[lane], high_im[lane]}, &a, &b);
        one[lane] = a.re, two[lane] = b.re;
        one[MANY + lane] = first[lane] -= a.im, two[MANY + lane] = first[MANY + lane] -= b.im;
    }
}

INNER void correlate(const Correlator *correlator, const float *re, const float *im, float *first, float *one,
                     float *two) {
    ptrdiff_t length = correlator->many->length;
    for (ptrdiff_t half = 0; 2 * half < correlator->lags; half++) {
        ptrdiff_t low = half * MANY, high = (half ? length - half : 0) * MANY;
        two_lags(re + low, im + low, re + high, im + high, first, one + 2 * low, two + 2 * low);
    }
}

/* Over the power of the frame, which is 1 but for rounding and silence, and over what the window alone would have. */
INNER void scale(const Correlator *correlator, float *restrict correlation) {
    float power[MANY], least = 0.5f * (float)correlator->many->length;
    for (int lane = 0; lane < MANY; lane++) {
        power[lane] = correlation[lane] > least ? correlation[lane] : least;
    }
    for (ptrdiff_t lag = 0; lag < correlator->lags; lag++) {
        for (int lane = 0; lane < MANY; lane++) {
            correlation[lag * MANY + lane] *= correlator->from_window[lag] / power[lane];
        }
    }
}

/* PAIR frames at once: the correlations of MANY lie lag by lag, then those of the others. */
WIDE static void correlate_pair(const Correlator *correlator, const float *wave, const long long *starts,
                                float *correlation) {
    Many *many = correlator->many;
    float first[2 * MANY] = {0.0f}, *other = correlation + correlator->lags * MANY;
    many_load(many, 0, wave, starts, correlator->window, correlator->size, 1);
    many_load(many, 1, wave, starts + MANY, correlator->window, correlator->size, 1);
    int held = many_transform(many, 0);
    fold_all(correlator, held, first);
    held = many_transform(many, !held);
    correlate(correlator, many->work[held][0], many->work[held][1], first, correlation, other);
    scale(correlator, correlation), scale(correlator, other);
}

static void correlate_all(const Correlator *correlator, const float *wave, const long long *starts, ptrdiff_t count,
                          float *correlation) {
    long long last[PAIR];
    for (ptrdiff_t frame = 0; frame < count; frame += PAIR) {
        const long long *some = starts + frame;
        if (count - frame < PAIR) {
            for (ptrdiff_t at = 0; at < PAIR; at++) {
                last[at] = starts[frame + at < count ? frame + at : count - 1];
            }
            some = last;
        }
        correlate_pair(correlator, wave, some, correlation + frame * correlator->lags);
    }
}

static int within(const long long *starts, ptrdiff_t count, ptrdiff_t size, ptrdiff_t samples) {
    for (ptrdiff_t at = 0; at < count; at++) {
        if (starts[at] < 0 || starts[at] > samples - size) {
            return 0;
        }
    }
    return 1;
}

/* Half turns over the bins; NULL where there is no memory. */
static float *half_turns(ptrdiff_t length) {
    ptrdiff_t bins = length / 2 + 1;
    float *turns = malloc((size_t)(2 * bins) * sizeof(float));
    for (ptrdiff_t bin = 0; turns != NULL && bin < bins; bin++) {
        double angle = 3.14159265358979323846 * (double)bin / (double)length;
        turns[bin] = (float)sin(angle), turns[bins + bin] = (float)cos(angle);
    }
    return turns;
}

/* pitch_correlations(wave float32, starts int64, window float32 (frame,), its from_window float32 (lags,),
 *                    length of the transform, correlations float32: lags for each frame, to the next PAIR of them) */
PyObject *voice_pitch_correlations(PyObject *module, PyObject *arguments) {
    (void)module;
    Py_buffer wave, starts, window, from_window, found;
    Py_ssize_t length;
    if (!PyArg_ParseTuple(arguments, "y*y*y*y*nw*", &wave, &starts, &window, &from_window, &length, &found)) {
        return NULL;
    }
    ptrdiff_t count = ITEMS(starts, long long), size = ITEMS(window, float), lags = ITEMS(from_window, float);
    int fits = size > 0 && size <= length && lags > 0 && lags <= length && lags % 2 == 0 &&
               ITEMS(found, float) == (count + PAIR - 1) / PAIR * PAIR * lags &&
               within(starts.buf, count, size, ITEMS(wave, float));
    Correlator correlator = {fits ? many_new(length) : NULL, window.buf, from_window.buf, size, lags, NULL, NULL};
    float *turns = correlator.many ? half_turns(length) : NULL;
    if (turns != NULL) {
        correlator.sines = turns, correlator.cosines = turns + length / 2 + 1;
        Py_BEGIN_ALLOW_THREADS
        correlate_all(&correlator, wave.buf, starts.buf, count, found.buf);
        Py_END_ALLOW_THREADS
    }
    fits = fits && turns != NULL;
    free(turns), many_free(correlator.many);
    PyBuffer_Release(&wave), PyBuffer_Release(&starts), PyBuffer_Release(&window), PyBuffer_Release(&from_window);
    PyBuffer_Release(&found);
    return answer(fits ? NULL : SIZES);
}
