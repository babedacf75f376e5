/* pipeline/dsp/voice.py: how much likelier a voice is than noise, frame by frame. */

#include "voice.h"
#include <math.h>

enum { LANES = 4, BLOCK = 32, MOST_BANDS = 128 };

/* A band's ratio is x - 1 - ln(x), at most 30, which it reaches here. */
static const float HIGHEST = 34.54218122f;

/* Writes how far each band lies over the noise. A step of its own: with sums in it, no compiler does without jumps. */
INNER void over_noise(const float *restrict power, const float *restrict inverse, ptrdiff_t count,
                      float *restrict over) {
    for (ptrdiff_t at = 0; at < count; at++) {
        float ratio = power[at] * inverse[at];
        ratio = ratio > 1.0f ? ratio : 1.0f;
        over[at] = ratio < HIGHEST ? ratio : HIGHEST;
    }
}

/* The logarithm of the product is the sum of the logarithms: one for a frame. */
INNER void sum_and_product(const float *restrict over, ptrdiff_t bands, double *total, double *all) {
    float sum[LANES] = {0.0f};
    double product[LANES] = {1.0, 1.0, 1.0, 1.0}, rest = 0.0, last = 1.0;
    ptrdiff_t band = 0;
    for (; band + LANES <= bands; band += LANES) {
        for (int lane = 0; lane < LANES; lane++) {
            sum[lane] += over[band + lane] - 1.0f;
            product[lane] *= over[band + lane];
        }
    }
    for (; band < bands; band++) {
        rest += over[band] - 1.0f;
        last *= over[band];
    }
    *total = (sum[0] + sum[1]) + (sum[2] + sum[3]) + rest;
    *all = (product[0] * product[1]) * (product[2] * product[3]) * last;
}

INNER void ratios_of(const float *over, ptrdiff_t bands, ptrdiff_t frames, double *ratios) {
    double all[BLOCK];
    for (ptrdiff_t frame = 0; frame < frames; frame++) {
        sum_and_product(over + frame * bands, bands, ratios + frame, all + frame);
    }
    for (ptrdiff_t frame = 0; frame < frames; frame++) {
        ratios[frame] = (ratios[frame] - log(all[frame])) / (double)bands;
    }
}

WIDE static void mean_ratios(const float *power, const float *inverse, ptrdiff_t bands, ptrdiff_t frames,
                             double *ratios) {
    float over[BLOCK * MOST_BANDS], repeated[BLOCK * MOST_BANDS];
    for (ptrdiff_t at = 0; at < BLOCK * bands; at++) {
        repeated[at] = inverse[at % bands];
    }
    for (ptrdiff_t frame = 0; frame < frames; frame += BLOCK) {
        ptrdiff_t held = frames - frame < BLOCK ? frames - frame : BLOCK;
        over_noise(power + frame * bands, repeated, held * bands, over);
        ratios_of(over, bands, held, ratios + frame);
    }
}

/* mean_ratios(bands float32 (frames, bands), 1/noise float32 (bands,), ratios float64 (frames,)) */
PyObject *voice_mean_ratios(PyObject *module, PyObject *arguments) {
    (void)module;
    Py_buffer power, inverse, ratios;
    if (!PyArg_ParseTuple(arguments, "y*y*w*", &power, &inverse, &ratios)) {
        return NULL;
    }
    ptrdiff_t bands = ITEMS(inverse, float), frames = ITEMS(ratios, double);
    int fits = bands > 0 && bands <= MOST_BANDS && ITEMS(power, float) == frames * bands;
    if (fits) {
        Py_BEGIN_ALLOW_THREADS
        mean_ratios(power.buf, inverse.buf, bands, frames, ratios.buf);
        Py_END_ALLOW_THREADS
    }
    PyBuffer_Release(&power), PyBuffer_Release(&inverse), PyBuffer_Release(&ratios);
    return answer(fits ? NULL : SIZES);
}
