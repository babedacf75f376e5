/* Blocks of a wave as they are, or as they were before a high-pass: see pipeline/dsp/loud_blocks.py. */

#ifndef VOICEPREP_LOUD_VIEW_H
#define VOICEPREP_LOUD_VIEW_H

#include "defects.h"

enum { BLOCK = 512, CHAINS = 8 };

/* The blocks that are looked at. */
typedef struct {
    const float *wave;
    const ptrdiff_t *index;
    const double *start, *kept;
    ptrdiff_t blocks;
    float mean;
    double factor; /* of the leaky sum: what a high-pass took away of it */
} Blocks;

INNER void centre(const Blocks *from, ptrdiff_t number, float *restrict view) {
    const float *restrict block = from->wave + from->index[number] * BLOCK;
    for (int at = 0; at < BLOCK; at++) {
        view[at] = block[at] - from->mean;
    }
}

/* Add to some blocks what a high-pass took. Side by side, since each sum waits for the one before. */
INNER void undo(const Blocks *from, ptrdiff_t first, int chains, float *restrict view) {
    double sum[CHAINS];
    for (int chain = 0; chain < chains; chain++) {
        sum[chain] = from->start[first + chain];
    }
    for (int at = 0; at < BLOCK; at++) {
        double part = 1.0 / from->kept[at + 1], factor = from->factor * from->kept[at + 1];
        for (int chain = 0; chain < chains; chain++) {
            float *sample = view + chain * BLOCK + at;
            sum[chain] += part * (double)*sample;
            *sample = (float)((double)*sample + factor * sum[chain]);
        }
    }
}

/* Write some blocks as they were before the high-pass. */
INNER void look_at(const Blocks *from, ptrdiff_t first, int count, float *restrict view) {
    for (int number = 0; number < count; number++) {
        centre(from, first + number, view + number * BLOCK);
    }
    if (from->factor != 0.0 && count == CHAINS) {
        undo(from, first, CHAINS, view);
    } else if (from->factor != 0.0) {
        undo(from, first, count, view);
    }
}

#endif
