/* The quiet moments of each bin: see pipeline/dsp/noise_spectrum.py, which says what is computed and names it. */

#ifndef VOICEPREP_NOISE_FLOOR_H
#define VOICEPREP_NOISE_FLOOR_H

#include <stddef.h>

typedef struct {
    const float *power;
    const unsigned char *empty;
    ptrdiff_t frames, bins;
} Heard;

typedef struct {
    double quantile, bias, ratio, most_ratio; /* of the frames, 0 to 1; of risen noise */
    ptrdiff_t second;                         /* its frames */
} Rise;

/* Raises the noise of each second where the quiet moments of it and of its neighbours lie clearly above it; returns 0
 * where memory is lacking. */
int follow_noise(const Heard *heard, const Rise *rise, double *noise, ptrdiff_t seconds);

/* Writes the quantile of each bin over all that was heard, which is something; returns 0 where memory is lacking. */
int quiet_floor(const Heard *heard, double quantile, double *floor);

#endif
