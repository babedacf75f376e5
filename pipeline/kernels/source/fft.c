/* Transforms of single frames: see fft.h for what.
 *
 * The even samples are taken as real and the odd ones as imaginary parts of half as many numbers; from the spectrum of
 * these follows that of the samples, as those of the even and of the odd ones are told apart by their symmetry. */

#include "fft.h"
#include "fft_numbers.h"

#include <string.h>

INNER void load(const Fft *fft, const float *restrict samples, float dc) {
    const float *restrict even = fft->window[0], *restrict odd = fft->window[1];
    float *restrict re = fft->work[0][0], *restrict im = fft->work[0][1];
    ptrdiff_t pairs = fft->size / 2;
    APART for (ptrdiff_t at = 0; at < pairs; at++) {
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
    ptrdiff_t half = fft->half, end = (half + 1) / 2;
    const float *restrict turn_re = fft->untangling[0], *restrict turn_im = fft->untangling[1];
    APART for (ptrdiff_t at = 1; at < end; at++) {
        Number below, above;
        untangle(number(re, im, at), number(re, im, half - at), turn_re[at], turn_im[at], &below, &above);
        up[at] = below.re * below.re + below.im * below.im;
        down[-at] = above.re * above.re + above.im * above.im;
    }
}

WIDE void fft_power(Fft *fft, const float *samples, float dc, float *power) {
    load(fft, samples, dc);
    int held = fft_transform(fft, fft->work);
    const float *re = fft->work[held][0], *im = fft->work[held][1];
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
    ptrdiff_t half = fft->half, end = (half + 1) / 2;
    const float *restrict turn_re = fft->untangling[0], *restrict turn_im = fft->untangling[1];
    APART for (ptrdiff_t at = 1; at < end; at++) {
        Number low = number(from_re, from_im, at), high = number(from_re, from_im, half - at), below, above;
        untangle(low, high, turn_re[at], turn_im[at], &below, &above);
        put(up_re, up_im, at, below);
        put(down_re, down_im, -at, (Number){above.re, -above.im});
    }
}

WIDE void fft_forward(Fft *fft, const float *samples, float dc, float *re, float *im) {
    load(fft, samples, dc);
    int held = fft_transform(fft, fft->work);
    const float *of_re = fft->work[held][0], *of_im = fft->work[held][1];
    ptrdiff_t half = fft->half, middle = half / 2;
    untangle_spectrum(fft, of_re, of_im, re, im, re + half, im + half);
    if (half % 2 == 0) {
        put(re, im, middle, (Number){of_re[middle], -of_im[middle]});
    }
    put(re, im, 0, (Number){of_re[0] + of_im[0], 0.0f});
    put(re, im, half, (Number){of_re[0] - of_im[0], 0.0f});
}

/* The other way round, and scaled: the bins of the numbers from those of the samples. */
INNER void tangle(const Fft *fft, const float *restrict re, const float *restrict im, float *restrict up_re,
                  float *restrict up_im, float *restrict down_re, float *restrict down_im) {
    ptrdiff_t half = fft->half, end = (half + 1) / 2;
    float scale = 1.0f / (float)fft->length;
    const float *restrict turn_re = fft->untangling[0], *restrict turn_im = fft->untangling[1];
    APART for (ptrdiff_t at = 1; at < end; at++) {
        Number low = number(re, im, at), high = {re[half - at], -im[half - at]};
        Number even = times(scale, plus(low, high));
        Number odd = by_i(turned(times(scale, minus(low, high)), turn_re[at], -turn_im[at]));
        put(up_re, up_im, at, plus(even, odd));
        put(down_re, down_im, -at, (Number){even.re - odd.re, odd.im - even.im});
    }
}

INNER void interleave(const float *restrict re, const float *restrict im, float *restrict frame, ptrdiff_t pairs) {
    APART for (ptrdiff_t at = 0; at < pairs; at++) {
        frame[2 * at] = re[at];
        frame[2 * at + 1] = im[at];
    }
}

WIDE void fft_inverse(Fft *fft, const float *re, const float *im, float *frame) {
    float *swapped[2][2] = {{fft->work[0][1], fft->work[0][0]}, {fft->work[1][1], fft->work[1][0]}};
    float *to_re = fft->work[0][0], *to_im = fft->work[0][1], scale = 1.0f / (float)fft->length;
    ptrdiff_t half = fft->half, middle = half / 2;
    tangle(fft, re, im, to_re, to_im, to_re + half, to_im + half);
    if (half % 2 == 0) {
        put(to_re, to_im, middle, (Number){2.0f * scale * re[middle], -2.0f * scale * im[middle]});
    }
    put(to_re, to_im, 0, (Number){scale * (re[0] + re[half]), scale * (re[0] - re[half])});
    int held = fft_transform(fft, swapped);
    interleave(fft->work[held][0], fft->work[held][1], frame, half);
}

/* Untangled, changed and tangled again in one: with half the sum of the gains of the two bins the even and the odd
 * numbers stay what they are, with half the difference each goes over to the other. */
INNER void change(const Fft *fft, const float *restrict gains, float *restrict up_re, float *restrict up_im,
                  float *restrict down_re, float *restrict down_im) {
    ptrdiff_t half = fft->half, end = (half + 1) / 2;
    float scale = 0.5f / (float)fft->length;
    const float *restrict turn_re = fft->untangling[0], *restrict turn_im = fft->untangling[1];
    APART for (ptrdiff_t at = 1; at < end; at++) {
        Number low = number(up_re, up_im, at), high = number(down_re, down_im, -at);
        float stays = scale * (gains[at] + gains[half - at]), goes = scale * (gains[at] - gains[half - at]);
        Number even = {low.re + high.re, low.im - high.im}, odd = {low.im + high.im, high.re - low.re};
        Number to_even = plus(times(stays, even), times(goes, turned(odd, turn_re[at], turn_im[at])));
        Number to_odd = by_i(plus(times(stays, odd), times(goes, turned(even, turn_re[at], -turn_im[at]))));
        put(up_re, up_im, at, plus(to_even, to_odd));
        put(down_re, down_im, -at, (Number){to_even.re - to_odd.re, to_odd.im - to_even.im});
    }
}

WIDE void fft_filter(Fft *fft, const float *samples, float dc, const float *gains, float *frame) {
    load(fft, samples, dc);
    int held = fft_transform(fft, fft->work);
    float *re = fft->work[held][0], *im = fft->work[held][1], scale = 1.0f / (float)fft->length;
    float *swapped[2][2] = {{im, re}, {fft->work[!held][1], fft->work[!held][0]}};
    ptrdiff_t half = fft->half, middle = half / 2;
    float first = gains[0] * (re[0] + im[0]), last = gains[half] * (re[0] - im[0]);
    change(fft, gains, re, im, re + half, im + half);
    if (half % 2 == 0) {
        put(re, im, middle, times(2.0f * scale * gains[middle], number(re, im, middle)));
    }
    put(re, im, 0, (Number){scale * (first + last), scale * (first - last)});
    held = fft_transform(fft, swapped);
    interleave(swapped[held][1], swapped[held][0], frame, half);
}
