/* Numbers with a real and an imaginary part, which lie in two arrays; and their transform. */

#ifndef VOICEPREP_FFT_NUMBERS_H
#define VOICEPREP_FFT_NUMBERS_H

#include "fft.h"
#include "kernels.h"

/* Said before a loop whose turns read nothing that others of them write. */
#if defined(__clang__)
#define APART _Pragma("clang loop vectorize(assume_safety)")
#elif defined(__GNUC__)
#define APART _Pragma("GCC ivdep") _Pragma("GCC unroll 1")
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

/* Transforms the `half` numbers in work[0]; returns in which of both their spectrum is. */
int fft_transform(const Fft *fft, float *work[2][2]);

#endif
