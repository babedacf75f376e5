/* Transforms of many sequences at once, one a lane: number `at` of all of them lies at work[0][0 or 1] + at * MANY.
 *
 *     Many *many = many_new(length);     // NULL where there is no memory, or a prime factor above 7
 *     many_load(many, 0, wave, starts, window, size, centred);    // MANY frames as real parts
 *     many_load(many, 1, wave, starts + MANY, ...);               // and MANY more as imaginary parts
 *     int held = many_transform(many, 0); // from work[0]; spectra are in many->work[held]
 *     many_free(many);
 *
 * Two real sequences are transformed as one: see `of_pair`. */

#ifndef VOICEPREP_MANY_H
#define VOICEPREP_MANY_H

#include "fft.h"
#include "fft_passes.h"

#include <math.h>

enum { MANY = 16 };

typedef struct {
    ptrdiff_t length, passes, radices[FFT_MOST_PASSES];
    float *turns; /* for each pass, group and input but the first */
    float *work[2][2];
    float power[2][MANY]; /* of the frames that were loaded as real and as imaginary parts */
} Many;

Many *many_new(ptrdiff_t length);
void many_free(Many *many);

INNER void many_windowed(const float *wave, const long long *starts, const float *window, ptrdiff_t size, int centred,
                         float *restrict to) {
    float mean[MANY] = {0.0f};
    for (ptrdiff_t at = 0; at < size; at++) {
        for (int lane = 0; lane < MANY; lane++) {
            to[at * MANY + lane] = wave[starts[lane] + at];
        }
        for (int lane = 0; centred && lane < MANY; lane++) {
            mean[lane] += to[at * MANY + lane];
        }
    }
    for (int lane = 0; lane < MANY; lane++) {
        mean[lane] /= (float)size;
    }
    for (ptrdiff_t at = 0; at < size; at++) {
        for (int lane = 0; lane < MANY; lane++) {
            to[at * MANY + lane] = (to[at * MANY + lane] - mean[lane]) * window[at];
        }
    }
}

/* Makes the sum of squares of each frame 1, and says what it was. */
INNER void many_leveled(float *restrict frames, ptrdiff_t size, float *restrict power) {
    float factor[MANY] = {0.0f};
    for (ptrdiff_t at = 0; at < size; at++) {
        for (int lane = 0; lane < MANY; lane++) {
            factor[lane] += frames[at * MANY + lane] * frames[at * MANY + lane];
        }
    }
    for (int lane = 0; lane < MANY; lane++) {
        power[lane] = factor[lane] > 1e-30f ? factor[lane] : 1e-30f;
        factor[lane] = 1.0f / sqrtf(power[lane]);
    }
    for (ptrdiff_t at = 0; at < size; at++) {
        for (int lane = 0; lane < MANY; lane++) {
            frames[at * MANY + lane] *= factor[lane];
        }
    }
}

/* Loads frames, without their means if `centred`, under a window and made as loud as each other: else the rounding of a
 * loud one would drown a soft one that goes through beside it. */
INNER void many_load(Many *many, int part, const float *wave, const long long *starts, const float *window,
                     ptrdiff_t size, int centred) {
    float *frames = many->work[0][part];
    many_windowed(wave, starts, window, size, centred, frames);
    many_leveled(frames, size, many->power[part]);
    for (ptrdiff_t at = size * MANY; at < many->length * MANY; at++) {
        frames[at] = 0.0f;
    }
}

INNER void row_7(ROW) {
    const float cos_1 = 0.62348980185873353053f, cos_2 = -0.22252093395631440429f, cos_3 = -0.90096886790241912624f;
    const float sin_1 = 0.78183148246802980871f, sin_2 = 0.97492791218182360702f, sin_3 = 0.43388373911755812048f;
    APART for (ptrdiff_t lane = 0; lane < lanes; lane++) {
        Number a = GET(0), b = plus(GET(1), GET(6)), c = plus(GET(2), GET(5)), d = plus(GET(3), GET(4));
        Number e = by_i(minus(GET(6), GET(1))), f = by_i(minus(GET(5), GET(2))), g = by_i(minus(GET(4), GET(3)));
        Number along_1 = plus(plus(a, times(cos_1, b)), plus(times(cos_2, c), times(cos_3, d)));
        Number along_2 = plus(plus(a, times(cos_2, b)), plus(times(cos_3, c), times(cos_1, d)));
        Number along_3 = plus(plus(a, times(cos_3, b)), plus(times(cos_1, c), times(cos_2, d)));
        Number across_1 = plus(times(sin_1, e), plus(times(sin_2, f), times(sin_3, g)));
        Number across_2 = minus(times(sin_2, e), plus(times(sin_3, f), times(sin_1, g)));
        Number across_3 = plus(minus(times(sin_3, e), times(sin_1, f)), times(sin_2, g));
        PUT(0, plus(plus(a, b), plus(c, d)));
        PUT(1, plus(along_1, across_1));
        PUT(2, plus(along_2, across_2));
        PUT(3, plus(along_3, across_3));
        PUT(4, minus(along_3, across_3));
        PUT(5, minus(along_2, across_2));
        PUT(6, minus(along_1, across_1));
    }
}

INNER void pass_7(float *from[2], float *to[2], Turns turns, ptrdiff_t groups, ptrdiff_t span) {
    for (ptrdiff_t group = 0; group < groups; group++, turns.group += 12) {
        for (ptrdiff_t at = 0; at < span; at += MANY) {
            ptrdiff_t get = group * span + at, put = 7 * group * span + at;
            row_7(from[0] + get, from[1] + get, to[0] + put, to[1] + put, turns, groups * span, span, MANY, BY_GROUP);
        }
    }
}

/* Transforms what one of the two works holds; returns which of them holds the result. */
INNER int many_transform(Many *many, int held) {
    Turns turns = {many->turns, many->turns, many->turns}; /* the places are not looked at */
    ptrdiff_t span = MANY;
    for (ptrdiff_t at = 0; at < many->passes; at++, held = !held) {
        ptrdiff_t radix = many->radices[at], groups = many->length * MANY / span / radix;
        float **from = many->work[held], **to = many->work[!held];
        switch (radix) {
        case 2: pass(from, to, turns, groups, span, MANY, BY_GROUP, 2); break;
        case 3: pass(from, to, turns, groups, span, MANY, BY_GROUP, 3); break;
        case 4: pass(from, to, turns, groups, span, MANY, BY_GROUP, 4); break;
        case 5: pass(from, to, turns, groups, span, MANY, BY_GROUP, 5); break;
        default: pass_7(from, to, turns, groups, span); break;
        }
        turns.group += 2 * (radix - 1) * groups;
        span *= radix;
    }
    return held;
}

/* The spectra at one frequency of two real sequences, of which the second was taken for imaginary parts, from what is
 * held at that frequency and at its mirror image. */
INNER void of_pair(Number low, Number high, Number *one, Number *two) {
    *one = (Number){0.5f * (low.re + high.re), 0.5f * (low.im - high.im)};
    *two = (Number){0.5f * (low.im + high.im), 0.5f * (high.re - low.re)};
}

#endif
