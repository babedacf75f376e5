/* What is measured of a wave that comes part by part and is not kept. */

#ifndef VOICEPREP_MEASURES_H
#define VOICEPREP_MEASURES_H

#include <stddef.h>
#include <stdint.h>

/* Sums and sums of squares of the stretches between bounds, which rise from 0 to the size of the wave. */
typedef struct {
    const int64_t *bounds; /* stretches + 1 of them */
    double *sums, *squares;
    ptrdiff_t stretches, at; /* how many, and which one comes */
    int64_t position;
} Stretches;

/* The magnitude, averaged over each step and then twice over time (ITU-T P.56). */
typedef struct {
    double *averages; /* one a step, the last of which need not be whole */
    ptrdiff_t step, left; /* samples of a step, and how many of them are to come */
    double decay, sum, once, twice;
} Envelope;

/* Every `factor`-th sample of the wave through a short filter, which looks at what lies from `delay` samples before it on. */
typedef struct {
    const float *taps;
    float *out, *buffer;
    ptrdiff_t length, factor, count, at; /* of the taps; between samples; samples to come out; which one comes */
    ptrdiff_t start, filled;             /* within the buffer: where the next one looks first, and what is there */
} Thinning;

enum { MEASURED_PART = 4096, TAPS_OF = 8 };

/* A sum and a sum of squares. */
void add_sums(const float *samples, ptrdiff_t count, double *sum, double *square);
void stretches_add(Stretches *these, const float *samples, ptrdiff_t count);
void envelope_add(Envelope *this, const float *samples, ptrdiff_t count);
/* The average of a last step that is not whole. */
void envelope_end(Envelope *this);

/* The length of the taps is a multiple of TAPS_OF: zeros fill them up. False where memory is lacking. */
int thinning_begin(Thinning *this, ptrdiff_t delay);
/* Where the next part of the wave is to be put, up to MEASURED_PART samples. */
float *thinning_room(Thinning *this);
void thinning_add(Thinning *this, ptrdiff_t count);
/* What is still to come out: after the wave there is nothing. */
void thinning_end(Thinning *this);

#endif
