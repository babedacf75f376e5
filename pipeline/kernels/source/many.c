/* What is known of transforms in lanes before any sample is: see many.h. */

#include "many.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

static const double FULL_TURN = 6.28318530717958647693;

/* Splits a length into passes; returns what is left of it when no radix fits: 1 if all is well. */
static ptrdiff_t split(Many *many) {
    static const ptrdiff_t radices[] = {4, 5, 3, 2, 7};
    ptrdiff_t left = many->length;
    for (size_t at = 0; at < sizeof radices / sizeof radices[0]; at++) {
        for (; left % radices[at] == 0 && many->passes < FFT_MOST_PASSES; left /= radices[at]) {
            many->radices[many->passes++] = radices[at];
        }
    }
    return left;
}

static void fill_turns(Many *many) {
    float *turns = many->turns;
    ptrdiff_t left = many->length;
    for (ptrdiff_t at = 0; at < many->passes; at++) {
        ptrdiff_t radix = many->radices[at], groups = left / radix;
        for (ptrdiff_t group = 0; group < groups; group++) {
            for (ptrdiff_t input = 1; input < radix; input++) {
                double angle = FULL_TURN * (double)(group * input) / (double)left;
                *turns++ = (float)cos(angle);
                *turns++ = (float)-sin(angle);
            }
        }
        left = groups;
    }
}

/* All in one piece, from a line of the cache on: the struct itself, two works of two parts, and the turns. */
Many *many_new(ptrdiff_t length) {
    Many plan = {0};
    plan.length = length;
    if (length < 1 || length > PTRDIFF_MAX / 1024 || split(&plan) != 1) {
        return NULL;
    }
    size_t numbers = (size_t)length * MANY, start = (sizeof(Many) + 63) / 64 * 64;
    Many *many = calloc(1, start + 64 + (4 * numbers + 4 * (size_t)length) * sizeof(float));
    if (many == NULL) {
        return NULL;
    }
    float *next = (float *)(((uintptr_t)many + start + 63) / 64 * 64);
    *many = plan;
    for (int at = 0; at < 4; at++, next += numbers) {
        many->work[at / 2][at % 2] = next;
    }
    many->turns = next; /* fewer than two numbers for each of `length` */
    fill_turns(many);
    return many;
}

void many_free(Many *many) { free(many); }
