/* One pass of a transform after Stockham: every number of a row is transformed beside its neighbours, so that no
 * result has to be put in order afterwards. Parts of `span` numbers that follow each other are treated alike. */

#ifndef VOICEPREP_FFT_PASSES_H
#define VOICEPREP_FFT_PASSES_H

#include "kernels.h"
#include "fft.h"

/* Said before a loop whose turns read nothing that others of them write. */
#if defined(__clang__)
#define APART _Pragma("clang loop vectorize(assume_safety)")
#elif defined(__GNUC__)
#define APART _Pragma("GCC ivdep")
#else
#define APART
#endif

typedef struct {
    float re, im;
} Number;

INNER Number number(const float *re, const float *im, ptrdiff_t at) { return (Number){re[at], im[at]}; }
INNER Number plus(Number a, Number b) { return (Number){a.re + b.re, a.im + b.im}; }
INNER Number minus(Number a, Number b) { return (Number){a.re - b.re, a.im - b.im}; }
INNER Number times(float a, Number b) { return (Number){a * b.re, a * b.im}; }
INNER Number by_i(Number a) { return (Number){-a.im, a.re}; }
INNER Number turned(Number a, float re, float im) { return (Number){a.re * re - a.im * im, a.re * im + a.im * re}; }

INNER void put(float *restrict re, float *restrict im, ptrdiff_t at, Number value) {
    re[at] = value.re;
    im[at] = value.im;
}

/* What the transform of a row needs: the inputs lie `step` apart, the results `apart`, and turns are for all lanes. */
#define ROW                                                                                                           \
    const float *restrict re, const float *restrict im, float *restrict to_re, float *restrict to_im,                 \
        const float *restrict turns, ptrdiff_t step, ptrdiff_t apart, ptrdiff_t lanes
#define GET(input) number(re, im, lane + (input) * step)
#define PUT(output, value) put(to_re, to_im, lane + (output) * apart, value)
#define PUT_TURNED(output, value) PUT(output, turned(value, turns[2 * (output) - 2], turns[2 * (output) - 1]))

INNER void row_2(ROW) {
    APART for (ptrdiff_t lane = 0; lane < lanes; lane++) {
        Number a = GET(0), b = GET(1);
        PUT(0, plus(a, b));
        PUT_TURNED(1, minus(a, b));
    }
}

INNER void row_3(ROW) {
    APART for (ptrdiff_t lane = 0; lane < lanes; lane++) {
        Number a = GET(0), b = GET(1), c = GET(2);
        Number sum = plus(b, c), across = times(0.86602540378443864676f, by_i(minus(c, b)));
        Number along = plus(a, times(-0.5f, sum));
        PUT(0, plus(a, sum));
        PUT_TURNED(1, plus(along, across));
        PUT_TURNED(2, minus(along, across));
    }
}

INNER void row_4(ROW) {
    APART for (ptrdiff_t lane = 0; lane < lanes; lane++) {
        Number a = GET(0), b = GET(1), c = GET(2), d = GET(3);
        Number even = plus(a, c), odd = plus(b, d), along = minus(a, c), across = by_i(minus(d, b));
        PUT(0, plus(even, odd));
        PUT_TURNED(1, plus(along, across));
        PUT_TURNED(2, minus(even, odd));
        PUT_TURNED(3, minus(along, across));
    }
}

INNER void row_5(ROW) {
    const float cos_1 = 0.30901699437494742410f, cos_2 = -0.80901699437494742410f;
    const float sin_1 = 0.95105651629515357212f, sin_2 = 0.58778525229247312917f;
    APART for (ptrdiff_t lane = 0; lane < lanes; lane++) {
        Number a = GET(0), b = GET(1), c = GET(2), d = GET(3), e = GET(4);
        Number outer = plus(b, e), inner = plus(c, d), wide = by_i(minus(e, b)), narrow = by_i(minus(d, c));
        Number along_1 = plus(a, plus(times(cos_1, outer), times(cos_2, inner)));
        Number along_2 = plus(a, plus(times(cos_2, outer), times(cos_1, inner)));
        Number across_1 = plus(times(sin_1, wide), times(sin_2, narrow));
        Number across_2 = minus(times(sin_2, wide), times(sin_1, narrow));
        PUT(0, plus(a, plus(outer, inner)));
        PUT_TURNED(1, plus(along_1, across_1));
        PUT_TURNED(2, plus(along_2, across_2));
        PUT_TURNED(3, minus(along_2, across_2));
        PUT_TURNED(4, minus(along_1, across_1));
    }
}

INNER void row_of(ROW, ptrdiff_t radix) {
    switch (radix) {
    case 2: row_2(re, im, to_re, to_im, turns, step, apart, lanes); break;
    case 3: row_3(re, im, to_re, to_im, turns, step, apart, lanes); break;
    case 4: row_4(re, im, to_re, to_im, turns, step, apart, lanes); break;
    default: row_5(re, im, to_re, to_im, turns, step, apart, lanes); break;
    }
}

/* One pass: of each group, `radix` parts are transformed into parts that follow each other, and turned. */
INNER void pass(const float *re, const float *im, float *to_re, float *to_im, const float *turns, ptrdiff_t groups,
                ptrdiff_t span, ptrdiff_t lanes, ptrdiff_t radix) {
    for (ptrdiff_t group = 0; group < groups; group++, turns += 2 * (radix - 1)) {
        for (ptrdiff_t row = 0; row < span; row += lanes) {
            ptrdiff_t from = group * span + row, to = radix * group * span + row;
            row_of(re + from, im + from, to_re + to, to_im + to, turns, groups * span, span, lanes, radix);
        }
    }
}

#endif
