/* Spectra of real frames and the way back, in float32: one frame at a time, which stays in the nearest cache.
 *
 *     Fft *fft = fft_new(length, window, size);       // at the beginning of a call: some 30 us
 *     for each frame:
 *         fft_forward(fft, samples, dc, re, im);      // of `size` samples, windowed, filled up with zeros to `length`
 *         ...                                         // re[k], im[k], k < fft->bins == length / 2 + 1
 *         fft_inverse(fft, re, im, frame);            // `length` samples: what numpy's irfft gives
 *     fft_free(fft);
 *
 * Spectra are two arrays, real and imaginary parts apart, from 0 to half the sample rate, unscaled as numpy's rfft.
 * `samples` may lie anywhere in a wave: no more than `size` of them are read. Nothing needs to be aligned. Forward and
 * back may not share buffers. All else that is needed lies in the Fft, so that it is one thread's; no function here
 * touches Python, so that all may be called without its lock.
 *
 * Lengths are even and have no prime factor above 5. They are quick where half of one is a multiple of 16 from 256 on, or
 * of 8 from 64 on: 256, 512, 720, 1440, 1536, 3072; others take three times as long. */

#ifndef VOICEPREP_FFT_H
#define VOICEPREP_FFT_H

#include <stddef.h>

enum { FFT_MOST_PASSES = 40 };

typedef struct {
    ptrdiff_t length, bins, size;   /* samples of a transform; its bins; samples of the window */
    ptrdiff_t half, lanes, rows;    /* pairs of samples, as the numbers transformed: so many rows of lanes */
    ptrdiff_t radices[FFT_MOST_PASSES], left[FFT_MOST_PASSES]; /* of each pass over the rows: what it splits, and leaves */
    float *turns[2];                /* for each pass, group and input but the first, over the rows and over the lanes */
    float *window[2];               /* for even and for odd samples */
    float *between[2];              /* turns of each number between the rows and the lanes */
    float *untangling[2];           /* turns of each bin up to a quarter of the sample rate */
    float *work[2][2];
    void *memory;
} Fft;

/* Returns NULL for a length that is not handled, or where memory is lacking. `window` may be NULL: all ones. */
Fft *fft_new(ptrdiff_t length, const float *window, ptrdiff_t size);
void fft_free(Fft *fft);

/* The spectrum of (samples - dc) * window. */
void fft_forward(Fft *fft, const float *samples, float dc, float *re, float *im);
/* Its squared magnitude, `bins` of them. */
void fft_power(Fft *fft, const float *samples, float dc, float *power);
/* The samples of a spectrum, `length` of them; the imaginary parts of the first and of the last bin are not looked at. */
void fft_inverse(Fft *fft, const float *re, const float *im, float *frame);
/* What comes back of (samples - dc) * window with a gain on each bin: forward, changed and inverse in one. */
void fft_filter(Fft *fft, const float *samples, float dc, const float *gains, float *frame);

#endif
