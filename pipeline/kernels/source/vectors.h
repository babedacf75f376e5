/* Four and eight numbers at a time: what a compiler makes of loops over them is a third of the speed. Elsewhere than with
 * gcc and clang they are loops. */

#ifndef VOICEPREP_VECTORS_H
#define VOICEPREP_VECTORS_H

#include "kernels.h"
#include <string.h>

#if defined(__GNUC__)

typedef double four __attribute__((vector_size(32)));
typedef double eight __attribute__((vector_size(64)));
typedef float eight_floats __attribute__((vector_size(32)));

#define PLUS(sum, other) ((sum) += (other))
#define PLUS_TIMES(sum, share, values) ((sum) += (share) * (values))
#define PLUS_SQUARE(sum, values) ((sum) += (values) * (values))
#define AT(values, at) ((values)[at])

INNER void load_widened(eight *to, const float *from) {
    eight_floats values;
    memcpy(&values, from, sizeof values);
    *to = __builtin_convertvector(values, eight);
}

INNER void add_product(eight_floats *to, const float *values, const float *others) {
    eight_floats these, those;
    memcpy(&these, values, sizeof these);
    memcpy(&those, others, sizeof those);
    *to += these * those;
}

INNER void store_rounded(float *to, const eight *values) {
    eight_floats rounded = __builtin_convertvector(*values, eight_floats);
    memcpy(to, &rounded, sizeof rounded);
}

#else

typedef struct {
    double at[4];
} four;
typedef struct {
    double at[8];
} eight;
typedef struct {
    float at[8];
} eight_floats;

#define LANES(values) ((int)(sizeof(values) / sizeof(double)))
#define PLUS(sum, other) for (int lane = 0; lane < LANES(sum); lane++) (sum).at[lane] += (other).at[lane]
#define PLUS_TIMES(sum, share, values) \
    for (int lane = 0; lane < LANES(sum); lane++) (sum).at[lane] += (share) * (values).at[lane]
#define PLUS_SQUARE(sum, values) \
    for (int lane = 0; lane < LANES(sum); lane++) (sum).at[lane] += (values).at[lane] * (values).at[lane]
#define AT(values, lane) ((values).at[lane])

INNER void load_widened(eight *to, const float *from) {
    for (int lane = 0; lane < 8; lane++) {
        to->at[lane] = from[lane];
    }
}

INNER void add_product(eight_floats *to, const float *values, const float *others) {
    for (int lane = 0; lane < 8; lane++) {
        to->at[lane] += values[lane] * others[lane];
    }
}

INNER void store_rounded(float *to, const eight *values) {
    for (int lane = 0; lane < 8; lane++) {
        to[lane] = (float)values->at[lane];
    }
}

#endif

INNER double total(const eight *values) {
    const double *at = (const double *)values;
    return ((at[0] + at[4]) + (at[2] + at[6])) + ((at[1] + at[5]) + (at[3] + at[7]));
}

/* The sum of each of four: neighbours are added until one is left. */
INNER void store_totals(float *to, const eight_floats *of) {
#if defined(__clang__) || __GNUC__ >= 12
#define PAIRS(these, those) \
    (__builtin_shufflevector(these, those, 0, 2, 8, 10, 4, 6, 12, 14) + \
     __builtin_shufflevector(these, those, 1, 3, 9, 11, 5, 7, 13, 15))
    eight_floats pairs[2] = {PAIRS(of[0], of[1]), PAIRS(of[2], of[3])}, halves = PAIRS(pairs[0], pairs[1]);
    for (int at = 0; at < 4; at++) {
        to[at] = halves[at] + halves[at + 4];
    }
#undef PAIRS
#else
    for (int one = 0; one < 4; one++) {
        const float *at = (const float *)&of[one];
        to[one] = ((at[0] + at[1]) + (at[2] + at[3])) + ((at[4] + at[5]) + (at[6] + at[7]));
    }
#endif
}

#endif
