/* One pass of a transform after Stockham: every number of a row is transformed beside its neighbours, so that no
 * result has to be put in order afterwards. Parts of `span` numbers that follow each other are treated alike. */

#ifndef VOICEPREP_FFT_PASSES_H
#define VOICEPREP_FFT_PASSES_H

#include "kernels.h"
#include "fft.h"

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

/* The transforms of two to five numbers. */

INNER void transform_2(const Number *in, Number *out) {
    out[0] = plus(in[0], in[1]);
    out[1] = minus(in[0], in[1]);
}

INNER void transform_3(const Number *in, Number *out) {
    Number sum = plus(in[1], in[2]), across = times(0.86602540378443864676f, by_i(minus(in[2], in[1])));
    Number along = plus(in[0], times(-0.5f, sum));
    out[0] = plus(in[0], sum);
    out[1] = plus(along, across);
    out[2] = minus(along, across);
}

INNER void transform_4(const Number *in, Number *out) {
    Number even = plus(in[0], in[2]), odd = plus(in[1], in[3]);
    Number along = minus(in[0], in[2]), across = by_i(minus(in[3], in[1]));
    out[0] = plus(even, odd);
    out[1] = plus(along, across);
    out[2] = minus(even, odd);
    out[3] = minus(along, across);
}

INNER void transform_5(const Number *in, Number *out) {
    const float cos_1 = 0.30901699437494742410f, cos_2 = -0.80901699437494742410f;
    const float sin_1 = 0.95105651629515357212f, sin_2 = 0.58778525229247312917f;
    Number outer = plus(in[1], in[4]), inner = plus(in[2], in[3]);
    Number wide = by_i(minus(in[4], in[1])), narrow = by_i(minus(in[3], in[2]));
    Number along_1 = plus(in[0], plus(times(cos_1, outer), times(cos_2, inner)));
    Number along_2 = plus(in[0], plus(times(cos_2, outer), times(cos_1, inner)));
    Number across_1 = plus(times(sin_1, wide), times(sin_2, narrow));
    Number across_2 = minus(times(sin_2, wide), times(sin_1, narrow));
    out[0] = plus(in[0], plus(outer, inner));
    out[1] = plus(along_1, across_1);
    out[2] = plus(along_2, across_2);
    out[3] = minus(along_2, across_2);
    out[4] = minus(along_1, across_1);
}

INNER void transform_few(const Number *in, Number *out, ptrdiff_t radix) {
    switch (radix) {
    case 2: transform_2(in, out); break;
    case 3: transform_3(in, out); break;
    case 4: transform_4(in, out); break;
    default: transform_5(in, out); break;
    }
}

/* One pass: of each group, `radix` parts are transformed into parts that follow each other, and turned. */
INNER void pass(const float *restrict re, const float *restrict im, float *restrict to_re, float *restrict to_im,
                const float *restrict turns, ptrdiff_t groups, ptrdiff_t span, ptrdiff_t lanes, ptrdiff_t radix) {
    for (ptrdiff_t group = 0; group < groups; group++, turns += 2 * (radix - 1)) {
        for (ptrdiff_t row = 0; row < span; row += lanes) {
            ptrdiff_t from = group * span + row, to = radix * group * span + row;
            for (ptrdiff_t lane = 0; lane < lanes; lane++) {
                Number in[5], out[5];
                for (ptrdiff_t part = 0; part < radix; part++) {
                    in[part] = number(re, im, from + part * groups * span + lane);
                }
                transform_few(in, out, radix);
                put(to_re, to_im, to + lane, out[0]);
                for (ptrdiff_t part = 1; part < radix; part++) {
                    Number value = turned(out[part], turns[2 * part - 2], turns[2 * part - 1]);
                    put(to_re, to_im, to + part * span + lane, value);
                }
            }
        }
    }
}

#endif
