/* What is known of transforms in lanes before any sample is: see many.h. */

#include "many.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

static const double FULL_TURN = 6.28318530717958647693;

/* Splits a length into passes; returns what is left of it when no radix fits: 1 if all is well. */
static ptrdiff_t split(FftPasses *passes, ptrdiff_t length) {
    static const ptrdiff_t radices[] = {4, 5, 3, 2, 7};
    for (size_t at = 0; at < sizeof radices / sizeof radices[0]; at++) {
        for (; length % radices[at] == 0 && passes->count < FFT_MOST_PASSES; length /= radices[at]) {
            passes->radices[passes->count++] = radices[at];
        }
    }
    return length;
}

static void fill_turns(FftPasses *passes, ptrdiff_t length) {
    float *turns = passes->turns;
    for (ptrdiff_t at = 0; at < passes->count; at++) {
        ptrdiff_t radix = passes->radices[at], groups = length / radix;
        for (ptrdiff_t group = 0; group < groups; group++) {
            for (ptrdiff_t input = 1; input < radix; input++) {
                double angle = FULL_TURN * (double)(group * input) / (double)length;
                *turns++ = (float)cos(angle);
                *turns++ = (float)-sin(angle);
            }
        }
        length = groups;
    }
}

/* All in one piece, from a line of the cache on: the struct itself, two works of two parts, and the turns. */
Many *many_new(ptrdiff_t length) {
    FftPasses passes = {0};
    if (length < 1 || length > PTRDIFF_MAX / 1024 || split(&passes, length) != 1) {
        return NULL;
    }
    size_t numbers = (size_t)length * MANY, start = (sizeof(Many) + 127) / 64 * 64;
    Many *many = calloc(1, start + (4 * numbers + 4 * (size_t)length) * sizeof(float));
    if (many == NULL) {
        return NULL;
    }
    float *next = (float *)(((uintptr_t)many + start - 64 + 63) / 64 * 64);
    many->length = length, many->passes = passes;
    for (int at = 0; at < 4; at++, next += numbers) {
        many->work[at / 2][at % 2] = next;
    }
    many->passes.turns = next; /* fewer than two numbers for each of `length` */
    fill_turns(&many->passes, length);
    return many;
}

void many_free(Many *many) { free(many); }
