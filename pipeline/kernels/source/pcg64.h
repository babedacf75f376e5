/* The random numbers of numpy's PCG64 (O'Neill 2014: PCG XSL RR 128/64), four steps at a time: each step waits for the
 * one before, four lanes do not wait for each other. */

#ifndef VOICEPREP_PCG64_H
#define VOICEPREP_PCG64_H

#include "kernels.h"
#include <stdint.h>
#include <string.h>

enum { PCG_LANES = 4 };

typedef struct {
    uint64_t low, high;
} Word128;

/* How a state goes on: times a factor, plus an increment. */
typedef struct {
    Word128 times, plus;
} Step128;

static const Word128 PCG_TIMES = {0x4385DF649FCCF645u, 0x2360ED051FC65DA4u};

INNER uint64_t high_half(uint64_t a, uint64_t b) {
#ifdef __SIZEOF_INT128__
    return (uint64_t)((unsigned __int128)a * b >> 64);
#else
    uint64_t a0 = (uint32_t)a, a1 = a >> 32, b0 = (uint32_t)b, b1 = b >> 32;
    uint64_t middle = a1 * b0 + (a0 * b0 >> 32), other = a0 * b1 + (uint32_t)middle;
    return a1 * b1 + (middle >> 32) + (other >> 32);
#endif
}

INNER Word128 product(Word128 a, Word128 b) {
    return (Word128){a.low * b.low, high_half(a.low, b.low) + a.low * b.high + a.high * b.low};
}

INNER Word128 sum(Word128 a, Word128 b) {
    uint64_t low = a.low + b.low;
    return (Word128){low, a.high + b.high + (low < a.low)};
}

INNER Word128 stepped(Word128 state, Step128 step) { return sum(product(state, step.times), step.plus); }

/* One step that is as far as two. */
INNER Step128 joined(Step128 first, Step128 second) {
    return (Step128){product(first.times, second.times), stepped(first.plus, second)};
}

INNER uint64_t drawn(Word128 state) {
    uint64_t folded = state.high ^ state.low;
    unsigned turn = (unsigned)(state.high >> 58);
    return folded >> turn | folded << (-turn & 63);
}

/* Write a number as four of 16 bits, the lowest first. */
INNER void put(uint64_t number, uint16_t *parts) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    number = number << 48 | (number & 0xFFFF0000u) << 16 | (number >> 16 & 0xFFFF0000u) | number >> 48;
#endif
    memcpy(parts, &number, sizeof number);
}

/* Draw `count` numbers; `state` goes on by as many. */
INNER void draw(Word128 *state, Word128 increment, uint16_t *parts, ptrdiff_t count) {
    Step128 one = {PCG_TIMES, increment}, two = joined(one, one), four = joined(two, two);
    Word128 lanes[PCG_LANES];
    for (int lane = 0; lane < PCG_LANES; lane++) {
        lanes[lane] = stepped(lane ? lanes[lane - 1] : *state, one);
    }
    ptrdiff_t at = 0;
    for (; at + PCG_LANES <= count; at += PCG_LANES) {
        for (int lane = 0; lane < PCG_LANES; lane++) {
            put(drawn(lanes[lane]), parts + 4 * (at + lane));
            *state = lanes[lane];
            lanes[lane] = stepped(lanes[lane], four);
        }
    }
    for (int lane = 0; at < count; at++, lane++) {
        put(drawn(lanes[lane]), parts + 4 * at);
        *state = lanes[lane];
    }
}

#endif
