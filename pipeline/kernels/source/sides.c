/* The loud samples of one side of a wave: see pipeline/dsp/clipping.py. */

#include "defects.h"
#include <math.h>

enum { TILE = 512, WORD = 8 };

#define LOUD 0.4
#define TINY 1e-30f /* so that no share of it is lost: no sound is so faint */

/* How far out a sample lies on a side: 1 for tops, -1 for bottoms, 0 for both as one. */
INNER float level_of(float value, int side) {
    return side == 0 ? fabsf(value) : side > 0 ? value : -value;
}

INNER float highest_of(const float *restrict wave, ptrdiff_t count, int side) {
    float highest[LANES] = {0.0f};
    ptrdiff_t at = 0;
    for (; at + LANES <= count; at += LANES) {
        for (int lane = 0; lane < LANES; lane++) {
            float level = level_of(wave[at + lane], side);
            highest[lane] = level > highest[lane] ? level : highest[lane];
        }
    }
    for (; at < count; at++) {
        float level = level_of(wave[at], side);
        highest[0] = level > highest[0] ? level : highest[0];
    }
    return highest_lane(highest);
}

/* What is over this is over the value, and the other way round, as far as floats go. */
INNER float float_under(double value) {
    float nearest = (float)value;
    return (double)nearest > value ? nextafterf(nearest, 0.0f) : nearest;
}

/* Copy the loud samples of some: first a mask, so that whole words of others are passed by. */
INNER void keep_loud(Side *restrict to, const float *restrict wave, const int32_t *restrict at, ptrdiff_t count,
                     float over, int side) {
    float *restrict levels = to->level;
    int32_t *restrict places = to->at;
    ptrdiff_t kept = to->count;
    unsigned char loud[TILE] = {0};
    for (ptrdiff_t sample = 0; sample < count; sample++) {
        loud[sample] = level_of(wave[sample], side) > over;
    }
    for (ptrdiff_t sample = 0; sample < count; sample += WORD) {
        uint64_t some;
        ptrdiff_t stop = sample + WORD < count ? sample + WORD : count;
        memcpy(&some, loud + sample, sizeof some);
        for (ptrdiff_t next = sample; some != 0 && next < stop; next++) {
            levels[kept] = level_of(wave[next], side);
            places[kept] = at[next];
            kept += loud[next];
        }
    }
    to->count = kept;
}

/* Of very many every other stretch of the wave is looked at, every third and so on. */
INNER void thin(Side *restrict side, ptrdiff_t every, ptrdiff_t stretch) {
    ptrdiff_t kept = 0, end = 0;
    int some = 0;
    for (ptrdiff_t sample = 0; sample < side->count; sample++) {
        if (side->at[sample] >= end) {
            end = (side->at[sample] / stretch + 1) * stretch;
            some = side->at[sample] / stretch % every == 0;
        }
        side->level[kept] = side->level[sample];
        side->at[kept] = side->at[sample];
        kept += some;
    }
    side->count = kept;
}

INNER void take(Side *restrict to, const Samples *from, int side) {
    float highest = highest_of(from->wave, from->count, side), over = float_under(LOUD * (double)highest);
    to->count = 0;
    for (ptrdiff_t first = 0; highest > TINY && first < from->count; first += TILE) {
        ptrdiff_t count = from->count - first < TILE ? from->count - first : TILE;
        keep_loud(to, from->wave + first, from->at + first, count, over, side);
    }
    if (to->count > from->enough) {
        thin(to, 1 + to->count / from->enough, from->stretch);
    }
}

WIDE static void take_tops(Side *to, const Samples *from) {
    take(to, from, 1);
}

WIDE static void take_bottoms(Side *to, const Samples *from) {
    take(to, from, -1);
}

WIDE static void take_both(Side *to, const Samples *from) {
    take(to, from, 0);
}

void take_side(Side *to, const Samples *from, int side) {
    (side == 0 ? take_both : side > 0 ? take_tops : take_bottoms)(to, from);
}
