/* The gains of one frame after another: see pipeline/dsp/log_mmse.py, which says what is computed and names it. */

#ifndef VOICEPREP_LOG_MMSE_H
#define VOICEPREP_LOG_MMSE_H

#include "kernels.h"

#include <math.h>

typedef struct {
    float weight, most_posterior, least_argument, least; /* `least` is that of 1 + prior SNR, times 1 + weight */
    float floor_gain;
} LogMmse;

INNER float smaller(float a, float b) { return a < b ? a : b; }
INNER float larger(float a, float b) { return a > b ? a : b; }

/* exp(E1(v)) is 1 + 1 / (v p(v)), where p is smooth and grows as exp(v) does: a polynomial, fitted for the least relative
 * error of the root, which is 5e-6. Where p is off, beyond v = 20, nothing is left of 1 / (v p(v)). */
INNER float beyond_one(float v) {
    static const float p[] = {1.78105669f,      1.39218577f,    0.631088367f,     0.236549419f,
                              -5.31144879e-05f, 0.0434339837f, -0.00959564863f, 0.0017304433f};
    float low = p[0] + v * p[1] + v * v * (p[2] + v * p[3]), high = p[4] + v * p[5] + v * v * (p[6] + v * p[7]);
    return 1.0f / (v * (low + v * v * (v * v) * high));
}

/* Writes the gains of the next frame; `holds` is what each bin keeps of the last one. */
INNER void next_gains(const LogMmse *rule, const float *restrict power, const float *restrict per_noise,
                      float *restrict holds, float *restrict gains, ptrdiff_t bins) {
    const LogMmse r = *rule;
    for (ptrdiff_t bin = 0; bin < bins; bin++) {
        float posterior = smaller(power[bin] * per_noise[bin], r.most_posterior);
        float share = larger(larger(posterior, 1.0f) + holds[bin], r.least);
        share = 1.0f - (1.0f + r.weight) / share;
        float square = share * share * (1.0f + beyond_one(larger(share * posterior, r.least_argument)));
        square = smaller(square, 1.0f);
        holds[bin] = r.weight + r.weight * square * posterior;
        gains[bin] = r.floor_gain + (1.0f - r.floor_gain) * sqrtf(square);
    }
}

#endif
