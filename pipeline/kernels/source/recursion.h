/* A recursive filter of two sections, block by block: see pipeline/dsp/recursive.py. */

#ifndef VOICEPREP_RECURSION_H
#define VOICEPREP_RECURSION_H

#include <stddef.h>

enum { RECURSION_BLOCK = 8, RECURSION_STATES = 4, RECURSION_PART = 512 };

/* What the filter does to a block, as pipeline.dsp.recursive lays it out. */
typedef struct {
    double response[RECURSION_BLOCK][RECURSION_BLOCK];  /* of each sample: its share of the block's output */
    double onward[RECURSION_BLOCK][RECURSION_STATES];   /* of each sample: its share of the state after the block */
    double ringing[RECURSION_STATES][RECURSION_BLOCK];  /* of each state before it: its share of the output */
    double memory[RECURSION_STATES][RECURSION_STATES];  /* of each state before it: its share of the state after it */
    double memories[RECURSION_STATES][RECURSION_STATES]; /* the same over two blocks */
} Recursion;

/* Filters (samples - dc) into `out`, which may be `samples`, and moves `state` on. What follows goes on from there where
 * `count` is a multiple of two blocks. */
void recursion_forward(const Recursion *filter, double *state, const float *samples, float dc, float *out, ptrdiff_t count);
/* The same from the last sample to the first. */
void recursion_backward(const Recursion *filter, double *state, const float *samples, float *out, ptrdiff_t count);

#endif
