/* Transforms of single frames: see fft.h for what, and fft_passes.h for how.
 *
 * The even samples are taken as real and the odd ones as imaginary parts of half as many numbers. These lie in rows of
 * as many as a vector holds, and are transformed over the rows, turned, and transformed within each row; from their
 * spectrum follows that of the samples. */

#include "fft.h"
#include "fft_passes.h"

#include <string.h>

/* Transforms over the rows, to and fro between two arrays; returns which of them holds the result. */
INNER int transform_rows(const FftPasses *passes, float *work[2][2], ptrdiff_t rows, ptrdiff_t lanes, int from) {
    const float *turns = passes->turns;
    ptrdiff_t span = lanes;
    for (ptrdiff_t at = 0; at < passes->count; at++, from = !from) {
        ptrdiff_t radix = passes->radices[at], groups = rows * lanes / span / radix;
        float *re = work[from][0], *im = work[from][1], *to_re = work[!from][0], *to_im = work[!from][1];
        switch (radix) {
        case 2: pass(re, im, to_re, to_im, turns, groups, span, lanes, 2); break;
        case 3: pass(re, im, to_re, to_im, turns, groups, span, lanes, 3); break;
        case 4: pass(re, im, to_re, to_im, turns, groups, span, lanes, 4); break;
        default: pass(re, im, to_re, to_im, turns, groups, span, lanes, 5); break;
        }
        turns += 2 * (radix - 1) * groups;
        span *= radix;
    }
    return from;
}

/* Turns the numbers of a square and swaps its rows with its columns. */
INNER void load_square(const float *restrict re, const float *restrict im, const float *restrict turn_re,
                       const float *restrict turn_im, float *restrict to_re, float *restrict to_im, ptrdiff_t lanes) {
    float turned_re[256], turned_im[256];
    for (ptrdiff_t at = 0; at < lanes * lanes; at++) {
        Number value = turned(number(re, im, at), turn_re[at], turn_im[at]);
        put(turned_re, turned_im, at, value);
    }
    for (ptrdiff_t lane = 0; lane < lanes; lane++) {
        for (ptrdiff_t row = 0; row < lanes; row++) {
            to_re[lane * lanes + row] = turned_re[row * lanes + lane];
            to_im[lane * lanes + row] = turned_im[row * lanes + lane];
        }
    }
}

/* Transforms within the rows, square by square; the last one overlaps the one before. */
INNER void transform_lanes(const Fft *fft, float *from[2], float *to[2], ptrdiff_t lanes) {
    float squares[2][2][256], *work[2][2] = {{squares[0][0], squares[0][1]}, {squares[1][0], squares[1][1]}};
    for (ptrdiff_t start = 0; start < fft->rows; start += lanes) {
        ptrdiff_t row = start + lanes <= fft->rows ? start : fft->rows - lanes, at = row * lanes;
        load_square(from[0] + at, from[1] + at, fft->between[0] + at, fft->between[1] + at, work[0][0], work[0][1], lanes);
        int held = transform_rows(&fft->over_lanes, work, lanes, lanes, 0);
        for (ptrdiff_t line = 0; line < lanes; line++) {
            memcpy(to[0] + line * fft->rows + row, work[held][0] + line * lanes, (size_t)lanes * sizeof(float));
            memcpy(to[1] + line * fft->rows + row, work[held][1] + line * lanes, (size_t)lanes * sizeof(float));
        }
    }
}

INNER int transform_by(const Fft *fft, float *work[2][2], ptrdiff_t lanes) {
    int held = transform_rows(&fft->over_rows, work, fft->rows, lanes, 0);
    if (lanes > 1) {
        transform_lanes(fft, work[held], work[!held], lanes);
        held = !held;
    }
    return held;
}

/* Transforms what is in work[0]; returns where the result is. */
static WIDE int transform(const Fft *fft, float *work[2][2]) {
    switch (fft->lanes) {
    case 16: return transform_by(fft, work, 16);
    case 8: return transform_by(fft, work, 8);
    case 4: return transform_by(fft, work, 4);
    default: return transform_by(fft, work, 1);
    }
}

INNER void load(const Fft *fft, const float *restrict samples, float dc) {
    const float *restrict even = fft->window[0], *restrict odd = fft->window[1];
    float *restrict re = fft->work[0][0], *restrict im = fft->work[0][1];
    ptrdiff_t pairs = fft->size / 2;
    for (ptrdiff_t at = 0; at < pairs; at++) {
        re[at] = (samples[2 * at] - dc) * even[at];
        im[at] = (samples[2 * at + 1] - dc) * odd[at];
    }
    memset(re + pairs, 0, (size_t)(fft->half - pairs) * sizeof(float));
    memset(im + pairs, 0, (size_t)(fft->half - pairs) * sizeof(float));
    if (fft->size % 2) {
        re[pairs] = (samples[2 * pairs] - dc) * even[pairs];
    }
}

/* The bins `at` and `half - at` of the samples: half of the sum and of the difference of what they are made of. */
INNER void untangle(Number low, Number high, float turn_re, float turn_im, Number *below, Number *above) {
    Number even = {0.5f * (low.re + high.re), 0.5f * (low.im - high.im)};
    Number odd = {0.5f * (low.im + high.im), 0.5f * (high.re - low.re)};
    Number across = turned(odd, turn_re, turn_im);
    *below = plus(even, across);
    *above = minus(even, across);
}

INNER void untangle_power(const Fft *fft, const float *restrict re, const float *restrict im, float *restrict up,
                          float *restrict down) {
    ptrdiff_t half = fft->half;
    const float *restrict turn_re = fft->untangling[0], *restrict turn_im = fft->untangling[1];
    for (ptrdiff_t at = 1; 2 * at < half; at++) {
        Number below, above;
        untangle(number(re, im, at), number(re, im, half - at), turn_re[at], turn_im[at], &below, &above);
        up[at] = below.re * below.re + below.im * below.im;
        down[-at] = above.re * above.re + above.im * above.im;
    }
}

WIDE void fft_power(Fft *fft, const float *samples, float dc, float *power) {
    load(fft, samples, dc);
    float **held = fft->work[transform(fft, fft->work)], *re = held[0], *im = held[1];
    ptrdiff_t half = fft->half;
    untangle_power(fft, re, im, power, power + half);
    if (half % 2 == 0) {
        power[half / 2] = re[half / 2] * re[half / 2] + im[half / 2] * im[half / 2];
    }
    power[0] = (re[0] + im[0]) * (re[0] + im[0]);
    power[half] = (re[0] - im[0]) * (re[0] - im[0]);
}

INNER void untangle_spectrum(const Fft *fft, const float *restrict from_re, const float *restrict from_im,
                             float *restrict up_re, float *restrict up_im, float *restrict down_re,
                             float *restrict down_im) {
    ptrdiff_t half = fft->half;
    const float *restrict turn_re = fft->untangling[0], *restrict turn_im = fft->untangling[1];
    for (ptrdiff_t at = 1; 2 * at < half; at++) {
        Number low = number(from_re, from_im, at), high = number(from_re, from_im, half - at), below, above;
        untangle(low, high, turn_re[at], turn_im[at], &below, &above);
        put(up_re, up_im, at, below);
        put(down_re, down_im, -at, (Number){above.re, -above.im});
    }
}

WIDE void fft_forward(Fft *fft, const float *samples, float dc, float *re, float *im) {
    load(fft, samples, dc);
    float **held = fft->work[transform(fft, fft->work)];
    ptrdiff_t half = fft->half, middle = half / 2;
    untangle_spectrum(fft, held[0], held[1], re, im, re + half, im + half);
    if (half % 2 == 0) {
        put(re, im, middle, (Number){held[0][middle], -held[1][middle]});
    }
    put(re, im, 0, (Number){held[0][0] + held[1][0], 0.0f});
    put(re, im, half, (Number){held[0][0] - held[1][0], 0.0f});
}

/* The other way round, and scaled: the bins of the numbers from those of the samples. */
INNER void tangle(const Fft *fft, const float *restrict re, const float *restrict im, float *restrict up_re,
                  float *restrict up_im, float *restrict down_re, float *restrict down_im) {
    ptrdiff_t half = fft->half;
    float scale = 1.0f / (float)fft->length;
    const float *restrict turn_re = fft->untangling[0], *restrict turn_im = fft->untangling[1];
    for (ptrdiff_t at = 1; 2 * at < half; at++) {
        Number low = number(re, im, at), high = {re[half - at], -im[half - at]};
        Number even = times(scale, plus(low, high));
        Number odd = by_i(turned(times(scale, minus(low, high)), turn_re[at], -turn_im[at]));
        put(up_re, up_im, at, plus(even, odd));
        put(down_re, down_im, -at, (Number){even.re - odd.re, odd.im - even.im});
    }
}

INNER void interleave(const float *restrict re, const float *restrict im, float *restrict frame, ptrdiff_t pairs) {
    for (ptrdiff_t at = 0; at < pairs; at++) {
        frame[2 * at] = re[at];
        frame[2 * at + 1] = im[at];
    }
}

WIDE void fft_inverse(Fft *fft, const float *re, const float *im, float *frame) {
    float *swapped[2][2] = {{fft->work[0][1], fft->work[0][0]}, {fft->work[1][1], fft->work[1][0]}};
    float **to = fft->work[0], scale = 1.0f / (float)fft->length;
    ptrdiff_t half = fft->half, middle = half / 2;
    tangle(fft, re, im, to[0], to[1], to[0] + half, to[1] + half);
    if (half % 2 == 0) {
        put(to[0], to[1], middle, (Number){2.0f * scale * re[middle], -2.0f * scale * im[middle]});
    }
    put(to[0], to[1], 0, (Number){scale * (re[0] + re[half]), scale * (re[0] - re[half])});
    float **held = fft->work[transform(fft, swapped)];
    interleave(held[0], held[1], frame, half);
}
