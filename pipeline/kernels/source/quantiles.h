/* Order statistics of many columns at once, without sorting any: bit by bit, which vectors do for a row of columns. */

#ifndef VOICEPREP_QUANTILES_H
#define VOICEPREP_QUANTILES_H

#include "kernels.h"

#include <stdint.h>
#include <string.h>

enum { COLUMNS = 16 };

/* Bits of what is not negative are in the order of the numbers themselves. */
typedef struct {
    const int32_t *bits; /* rows of COLUMNS */
    ptrdiff_t rows;
} Columns;

INNER void count_below(const Columns *columns, const int32_t *limits, int32_t *counts) {
    int32_t found[COLUMNS] = {0}, limit[COLUMNS];
    memcpy(limit, limits, sizeof limit);
    for (ptrdiff_t row = 0; row < columns->rows; row++) {
        for (int at = 0; at < COLUMNS; at++) {
            found[at] += columns->bits[row * COLUMNS + at] < limit[at];
        }
    }
    memcpy(counts, found, sizeof found);
}

/* The largest number of which no more than `rank` are below: the one of this rank. */
INNER void of_rank(const Columns *columns, int32_t rank, int32_t *result) {
    int32_t tried[COLUMNS], below[COLUMNS];
    memset(result, 0, COLUMNS * sizeof *result);
    for (int bit = 30; bit >= 0; bit--) {
        for (int at = 0; at < COLUMNS; at++) {
            tried[at] = result[at] | (int32_t)1 << bit;
        }
        count_below(columns, tried, below);
        for (int at = 0; at < COLUMNS; at++) {
            result[at] = below[at] <= rank ? tried[at] : result[at];
        }
    }
}

/* The number after it: the same again, or the least that is above. */
INNER void after_rank(const Columns *columns, int32_t rank, const int32_t *held, int32_t *result) {
    int32_t limit[COLUMNS], least[COLUMNS], upto[COLUMNS];
    for (int at = 0; at < COLUMNS; at++) {
        limit[at] = held[at] + 1;
        least[at] = INT32_MAX;
    }
    count_below(columns, limit, upto);
    for (ptrdiff_t row = 0; row < columns->rows; row++) {
        for (int at = 0; at < COLUMNS; at++) {
            int32_t bits = columns->bits[row * COLUMNS + at], above = bits >= limit[at] ? bits : INT32_MAX;
            least[at] = above < least[at] ? above : least[at];
        }
    }
    for (int at = 0; at < COLUMNS; at++) {
        result[at] = upto[at] >= rank + 2 ? held[at] : least[at];
    }
}

INNER double number_of(int32_t bits) {
    float number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

/* The quantile of each column, as numpy.percentile gives it of the lowest `heard` of the rows. */
INNER void quantiles_of(const Columns *columns, double quantile, ptrdiff_t heard, double *result) {
    double at = quantile * (double)(heard - 1);
    int32_t rank = (int32_t)at, low[COLUMNS], high[COLUMNS];
    of_rank(columns, rank, low);
    after_rank(columns, rank, low, high);
    for (int column = 0; column < COLUMNS; column++) {
        double from = number_of(low[column]), to = rank + 1 < heard ? number_of(high[column]) : from;
        result[column] = from + (to - from) * (at - rank);
    }
}

#endif
