/* A recursive filter, block by block. Of each part of the wave first the states before all blocks: what a block adds to
 * them does not wait for them, so that only one product of matrices in two blocks does. Then the blocks' outputs, which
 * wait for nothing. Samples, states and sums are float64. */

#include "recursion.h"
#include "vectors.h"

enum { BLOCK = RECURSION_BLOCK, STATES = RECURSION_STATES, PART = RECURSION_PART, TWO = 2 * BLOCK };

/* Under this a state is nothing: else filters ring through digital silence with numbers too small for quick sums. */
static const double NOTHING = 1e-30;

/* Adds what is left of a state. */
INNER void carry(const four *memory, const four *state, four *to) {
    four other = {0};
    PLUS_TIMES(*to, AT(*state, 0), memory[0]);
    PLUS_TIMES(other, AT(*state, 2), memory[2]);
    PLUS_TIMES(*to, AT(*state, 1), memory[1]);
    PLUS_TIMES(other, AT(*state, 3), memory[3]);
    PLUS(*to, other);
}

/* What a block adds to the state after it; two sums, since each product waits for the sum before it. */
INNER void feed(const four *onward, const double *samples, four *fed) {
    four one = {0}, other = {0};
    for (int at = 0; at < BLOCK; at += 2) {
        PLUS_TIMES(one, samples[at], onward[at]);
        PLUS_TIMES(other, samples[at + 1], onward[at + 1]);
    }
    PLUS(one, other);
    *fed = one;
}

/* The state before each block of a part; moves `state` to the end of it. */
INNER void find_states(const Recursion *filter, four *state, const double *samples, ptrdiff_t count, four *states) {
    four onward[BLOCK], memory[STATES], memories[STATES], now = *state;
    memcpy(onward, filter->onward, sizeof onward);
    memcpy(memory, filter->memory, sizeof memory);
    memcpy(memories, filter->memories, sizeof memories);
    for (ptrdiff_t at = 0; at < count; at += TWO, states += 2) {
        four first, second;
        feed(onward, samples + at, &first);
        feed(onward, samples + at + BLOCK, &second);
        carry(memory, &first, &second);
        carry(memories, &now, &second);
        carry(memory, &now, &first);
        states[0] = now;
        states[1] = first;
        now = second;
    }
    *state = now;
}

INNER void find_output(const Recursion *filter, const double *samples, ptrdiff_t count, const four *states, float *out) {
    eight response[BLOCK], ringing[STATES];
    memcpy(response, filter->response, sizeof response);
    memcpy(ringing, filter->ringing, sizeof ringing);
    for (ptrdiff_t at = 0; at < count; at += BLOCK, states++) {
        const double *before = (const double *)states;
        eight answer = {0}, other = {0};
        for (int sample = 0; sample < BLOCK; sample += 2) {
            PLUS_TIMES(answer, samples[at + sample], response[sample]);
            PLUS_TIMES(other, samples[at + sample + 1], response[sample + 1]);
        }
        for (int one = 0; one < STATES; one += 2) {
            PLUS_TIMES(answer, before[one], ringing[one]);
            PLUS_TIMES(other, before[one + 1], ringing[one + 1]);
        }
        PLUS(answer, other);
        store_rounded(out + at, &answer);
    }
}

/* Filters a part that stays in the nearest cache; `samples` is filled up with zeros to two blocks, and so is `out`. */
WIDE static void filter_part(const Recursion *filter, double *state, double *samples, ptrdiff_t count, float *out) {
    four now, states[PART / BLOCK];
    ptrdiff_t whole = (count + TWO - 1) / TWO * TWO;
    for (ptrdiff_t at = count; at < whole; at++) {
        samples[at] = 0.0;
    }
    memcpy(&now, state, sizeof now);
    find_states(filter, &now, samples, whole, states);
    find_output(filter, samples, whole, states, out);
    memcpy(state, &now, sizeof now);
    int rings = 0;
    for (int at = 0; at < STATES; at++) {
        rings |= state[at] > NOTHING || state[at] < -NOTHING;
    }
    for (int at = 0; at < STATES; at++) {
        state[at] = rings ? state[at] : 0.0;
    }
}

WIDE void recursion_forward(const Recursion *filter, double *state, const float *samples, float dc, float *out,
                            ptrdiff_t count) {
    _Alignas(64) double part[PART];
    _Alignas(64) float through[PART];
    for (ptrdiff_t start = 0; start < count; start += PART) {
        ptrdiff_t here = count - start < PART ? count - start : PART;
        for (ptrdiff_t at = 0; at < here; at++) {
            part[at] = samples[start + at] - dc;
        }
        if (here % TWO == 0) {
            filter_part(filter, state, part, here, out + start);
        } else {
            filter_part(filter, state, part, here, through);
            memcpy(out + start, through, (size_t)here * sizeof *out);
        }
    }
}

WIDE void recursion_backward(const Recursion *filter, double *state, const float *samples, float *out, ptrdiff_t count) {
    _Alignas(64) double part[PART];
    _Alignas(64) float through[PART];
    for (ptrdiff_t end = count; end > 0; end -= PART) {
        ptrdiff_t here = end < PART ? end : PART;
        for (ptrdiff_t at = 0; at < here; at++) {
            part[at] = samples[end - 1 - at];
        }
        filter_part(filter, state, part, here, through);
        for (ptrdiff_t at = 0; at < here; at++) {
            out[end - 1 - at] = through[at];
        }
    }
}
