/* A quantile of many positive values, without sorting them. */

#include "defects.h"
#include <math.h>

enum { BITS = 11, BINS = 1 << BITS };

/* The value of a rank among positive ones, whose bits are in their order: by the highest bits first, then among those
 * that share them. What is looked at shrinks, in `room`. */
static double ranked(const double *values, ptrdiff_t count, ptrdiff_t rank, uint64_t *restrict room) {
    memcpy(room, values, (size_t)count * sizeof *room);
    for (int shift = 64 - BITS; count > 1 && shift > -BITS; shift -= BITS) {
        ptrdiff_t held[BINS] = {0}, left = 0;
        int right = shift > 0 ? shift : 0;
        uint64_t bin = 0;
        for (ptrdiff_t at = 0; at < count; at++) {
            held[room[at] >> right & (BINS - 1)]++;
        }
        for (; rank >= held[bin]; bin++) {
            rank -= held[bin];
        }
        for (ptrdiff_t at = 0; at < count; at++) {
            uint64_t value = room[at];
            room[left] = value;
            left += (value >> right & (BINS - 1)) == bin;
        }
        count = left;
    }
    double value;
    memcpy(&value, room, sizeof value);
    return value;
}

/* The value of the rank after one whose value is known. */
static double after(const double *values, ptrdiff_t count, ptrdiff_t rank, double known) {
    ptrdiff_t up_to = 0;
    double higher = INFINITY;
    for (ptrdiff_t at = 0; at < count; at++) {
        up_to += values[at] <= known;
        higher = values[at] > known && values[at] < higher ? values[at] : higher;
    }
    return up_to > rank + 1 || up_to == count ? known : higher;
}

double ranked_at(const double *values, ptrdiff_t count, double share, uint64_t *room) {
    double place = share * (double)(count - 1);
    ptrdiff_t rank = (ptrdiff_t)place;
    double lower = ranked(values, count, rank, room);
    return lower + (place - (double)rank) * (after(values, count, rank, lower) - lower);
}
