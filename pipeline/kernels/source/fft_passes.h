/* One pass of a transform after Stockham: every number of a row is transformed beside its neighbours, so that no
 * result has to be put in order afterwards. Parts of `span` numbers that follow each other are treated alike. */

#ifndef VOICEPREP_FFT_PASSES_H
#define VOICEPREP_FFT_PASSES_H

#include "fft_numbers.h"

/* By what results are turned: those of a group by the same in every row and lane, those of the rows' last pass each by
 * what leads over to the lanes, those of the lanes' last pass by nothing. */
enum { BY_GROUP, BY_PLACE, BY_NOTHING };

typedef struct {
    const float *group, *place_re, *place_im;
} Turns;

INNER Number turned_by(Number value, Turns turns, int how, ptrdiff_t output, ptrdiff_t place) {
    if (how == BY_GROUP) {
        return output == 0 ? value : turned(value, turns.group[2 * output - 2], turns.group[2 * output - 1]);
    }
    return how == BY_PLACE ? turned(value, turns.place_re[place], turns.place_im[place]) : value;
}

/* What the transform of a row takes: its inputs lie `step` apart, its results `apart`. */
#define ROW                                                                                                           \
    const float *restrict re, const float *restrict im, float *restrict to_re, float *restrict to_im, Turns turns,    \
        ptrdiff_t step, ptrdiff_t apart, ptrdiff_t lanes, int how
#define GET(input) number(re, im, lane + (input) * step)
#define PUT(output, value)                                                                                            \
    put(to_re, to_im, lane + (output) * apart, turned_by(value, turns, how, output, lane + (output) * apart))

INNER void row_2(ROW) {
    APART for (ptrdiff_t lane = 0; lane < lanes; lane++) {
        Number a = GET(0), b = GET(1);
        PUT(0, plus(a, b));
        PUT(1, minus(a, b));
    }
}

INNER void row_3(ROW) {
    APART for (ptrdiff_t lane = 0; lane < lanes; lane++) {
        Number a = GET(0), b = GET(1), c = GET(2);
        Number sum = plus(b, c), across = times(0.86602540378443864676f, by_i(minus(c, b)));
        Number along = plus(a, times(-0.5f, sum));
        PUT(0, plus(a, sum));
        PUT(1, plus(along, across));
        PUT(2, minus(along, across));
    }
}

INNER void row_4(ROW) {
    APART for (ptrdiff_t lane = 0; lane < lanes; lane++) {
        Number a = GET(0), b = GET(1), c = GET(2), d = GET(3);
        Number even = plus(a, c), odd = plus(b, d), along = minus(a, c), across = by_i(minus(d, b));
        PUT(0, plus(even, odd));
        PUT(1, plus(along, across));
        PUT(2, minus(even, odd));
        PUT(3, minus(along, across));
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
        PUT(1, plus(along_1, across_1));
        PUT(2, plus(along_2, across_2));
        PUT(3, minus(along_2, across_2));
        PUT(4, minus(along_1, across_1));
    }
}

INNER void row(ROW, ptrdiff_t radix) {
    switch (radix) {
    case 2: row_2(re, im, to_re, to_im, turns, step, apart, lanes, how); break;
    case 3: row_3(re, im, to_re, to_im, turns, step, apart, lanes, how); break;
    case 4: row_4(re, im, to_re, to_im, turns, step, apart, lanes, how); break;
    default: row_5(re, im, to_re, to_im, turns, step, apart, lanes, how); break;
    }
}

/* One pass: of each group, `radix` parts are transformed into parts that follow each other, and turned. */
INNER void pass(float *from[2], float *to[2], Turns turns, ptrdiff_t groups, ptrdiff_t span, ptrdiff_t lanes, int how,
                ptrdiff_t radix) {
    for (ptrdiff_t group = 0; group < groups; group++, turns.group += 2 * (radix - 1)) {
        for (ptrdiff_t at = 0; at < span; at += lanes) {
            ptrdiff_t get = group * span + at, put = radix * group * span + at;
            Turns here = {turns.group, turns.place_re + put, turns.place_im + put};
            row(from[0] + get, from[1] + get, to[0] + put, to[1] + put, here, groups * span, span, lanes, how, radix);
        }
    }
}

#endif
