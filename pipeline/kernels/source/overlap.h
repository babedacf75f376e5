/* A wave with each frame's spectrum changed, hop by hop: see pipeline/dsp/filtering.py, which says what is computed. */

#ifndef VOICEPREP_OVERLAP_H
#define VOICEPREP_OVERLAP_H

#include "fft.h"

typedef struct {
    ptrdiff_t size, hop, frames;  /* of the window; between frames; how many of these the wave has */
    ptrdiff_t samples, rows;      /* of the wave; hops that a frame reaches over, in whole or in part */
    Fft *fft;
    float *scale, *end;           /* of a hop between the ends, and of one at an end */
    float *window, *frame;        /* with zeros up to whole hops */
} Overlap;

typedef struct {
    const float *wave;
    float *sums, *out;            /* `rows` hops of what frames have been added to; the samples that are done */
    float dc, back;               /* taken off before; added in the end */
} Channel;

/* Makes room for waves of so many samples; returns 0 where that cannot be. `overlap_free` is due in any case. */
int overlap_new(Overlap *overlap, const float *window, ptrdiff_t size, ptrdiff_t hop, ptrdiff_t length,
                ptrdiff_t samples);
void overlap_free(Overlap *overlap);

/* Changes a frame and writes the hop that no later one reaches; the last frame writes all that is left. */
void overlap_add(const Overlap *overlap, const Channel *channel, ptrdiff_t frame, const float *gains);

#endif
