/* Sums over stretches of a wave, and its envelope. */

#include "measures.h"
#include "vectors.h"
#include <math.h>

enum { LANES = 8 };

/* In float64: frames are told by what is left when the mean is taken off. */
WIDE void add_sums(const float *samples, ptrdiff_t count, double *sum, double *square) {
    eight sums = {0}, squares = {0}, here;
    double rest = 0.0, rest_squared = 0.0;
    ptrdiff_t at = 0;
    for (; at + LANES <= count; at += LANES) {
        load_widened(&here, samples + at);
        PLUS(sums, here);
        PLUS_SQUARE(squares, here);
    }
    for (; at < count; at++) {
        rest += samples[at];
        rest_squared += (double)samples[at] * samples[at];
    }
    *sum += total(&sums) + rest;
    *square += total(&squares) + rest_squared;
}

void stretches_add(Stretches *these, const float *samples, ptrdiff_t count) {
    int64_t end = these->position + count;
    while (these->at < these->stretches) {
        int64_t until = these->bounds[these->at + 1], stop = until < end ? until : end;
        ptrdiff_t here = (ptrdiff_t)(stop - these->position);
        add_sums(samples, here, these->sums + these->at, these->squares + these->at);
        samples += here;
        these->position = stop;
        if (stop < until) {
            return;
        }
        these->at++;
    }
}

INNER float magnitude(const float *samples, ptrdiff_t count) {
    float sums[LANES] = {0}, rest = 0.0f;
    ptrdiff_t at = 0;
    for (; at + LANES <= count; at += LANES) {
        for (int lane = 0; lane < LANES; lane++) {
            sums[lane] += fabsf(samples[at + lane]);
        }
    }
    for (; at < count; at++) {
        rest += fabsf(samples[at]);
    }
    for (int lane = 0; lane < LANES / 2; lane++) {
        sums[lane] += sums[lane + LANES / 2];
    }
    return (sums[0] + sums[2]) + (sums[1] + sums[3]) + rest;
}

INNER void end_step(Envelope *this) {
    this->once = this->decay * this->once + (1.0 - this->decay) * (this->sum / (double)this->step);
    this->twice = this->decay * this->twice + (1.0 - this->decay) * this->once;
    *this->averages++ = this->twice;
    this->sum = 0.0;
    this->left = this->step;
}

WIDE void envelope_add(Envelope *this, const float *samples, ptrdiff_t count) {
    while (count > 0) {
        ptrdiff_t here = this->left < count ? this->left : count;
        this->sum += magnitude(samples, here);
        this->left -= here;
        samples += here;
        count -= here;
        if (this->left == 0) {
            end_step(this);
        }
    }
}

void envelope_end(Envelope *this) {
    if (this->left < this->step) {
        end_step(this);
    }
}
