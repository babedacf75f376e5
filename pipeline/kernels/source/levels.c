/* How many samples there are at each level: see pipeline/dsp/ceilings.py. */

#include "defects.h"
#include <math.h>

enum { TILE = 512, TABLES = 4 };

#define MIDDLE 1.5811388300841898 /* root of 2.5 */
#define LOG_MIDDLE 0.45814536593707755

INNER double lowest_of(const float *restrict level, ptrdiff_t count) {
    float lowest[LANES];
    ptrdiff_t at = 0;
    for (int lane = 0; lane < LANES; lane++) {
        lowest[lane] = -INFINITY; /* turned round */
    }
    for (; at + LANES <= count; at += LANES) {
        for (int lane = 0; lane < LANES; lane++) {
            lowest[lane] = -level[at + lane] > lowest[lane] ? -level[at + lane] : lowest[lane];
        }
    }
    for (; at < count; at++) {
        lowest[0] = -level[at] > lowest[0] ? -level[at] : lowest[0];
    }
    return -(double)highest_lane(lowest);
}

/* The level of a sample over the lowest, by the logarithm: log(x) = log(c) + 2 artanh((x - c) / (x + c)). It is right to
 * the last digit or two from 1 to 2.5, the inverse of LOUD, and vectors are made of it where a library's would be called. */
INNER int level_in(double ratio) {
    double part = (ratio - MIDDLE) / (ratio + MIDDLE), square = part * part, sum = 0.0;
    for (int odd = 23; odd > 0; odd -= 2) {
        sum = sum * square + 1.0 / odd;
    }
    return (int)((LOG_MIDDLE + 2.0 * part * sum) * (1.0 / FINENESS));
}

/* Count into several tables: neighbours are of one level, and need not wait for each other. */
INNER void count_levels(const Side *side, double lowest, int counts[TABLES][LEVELS]) {
    double scale = 1.0 / lowest;
    memset(counts, 0, sizeof(int[TABLES][LEVELS]));
    for (ptrdiff_t first = 0; first < side->count; first += TILE) {
        int levels[TILE], count = (int)(side->count - first < TILE ? side->count - first : TILE);
        for (int sample = 0; sample < count; sample++) {
            levels[sample] = level_in((double)side->level[first + sample] * scale);
        }
        for (int sample = 0; sample < count; sample++) {
            counts[sample % TABLES][levels[sample]]++;
        }
    }
}

WIDE int add_up_levels(const Side *side, double *restrict lowest, int *restrict sums) {
    int counts[TABLES][LEVELS], levels = LEVELS;
    *lowest = lowest_of(side->level, side->count);
    count_levels(side, *lowest, counts);
    for (int level = 0; level < LEVELS; level++) {
        counts[0][level] += counts[1][level] + counts[2][level] + counts[3][level];
    }
    while (levels > 1 && counts[0][levels - 1] == 0) {
        levels--;
    }
    int sum = sums[0] = 0;
    for (int level = 0; level < levels; level++) {
        sums[1 + level] = sum += counts[0][level];
    }
    for (int level = levels; level < ROOM; level++) {
        sums[1 + level] = sum;
    }
    return levels;
}
