/* Waves with each frame's spectrum changed: what Python calls. */

#include "denoising.h"
#include "log_mmse.h"
#include "overlap.h"

#include <stdlib.h>

/* Frames overlap, and are filled up by less than as much again a few times over: no number of items overflows. */
static int grid_fits(ptrdiff_t size, ptrdiff_t hop, ptrdiff_t length) {
    return hop > 0 && hop <= size && length >= size && length / 16 <= size;
}

/* filtered(wave, dc, window, hop, length, gains, first, sums, out): some frames, from one on. */
PyObject *filtered(PyObject *Py_UNUSED(module), PyObject *arguments) {
    Py_buffer all[5], *wave = &all[0], *window = &all[1], *gains = &all[2], *sums = &all[3], *out = &all[4];
    Py_ssize_t hop, length, first;
    float dc;
    if (!PyArg_ParseTuple(arguments, "y*fy*nny*nw*w*", wave, &dc, window, &hop, &length, gains, &first, sums, out)) {
        return NULL;
    }
    ptrdiff_t samples = ITEMS(*wave, float), size = ITEMS(*window, float), bins = length / 2 + 1;
    ptrdiff_t frames = bins > 0 ? ITEMS(*gains, float) / bins : 0;
    const char *mistake = SIZES;
    if (grid_fits(size, hop, length) && first >= 0 && first <= 1 + samples / hop - frames &&
        ITEMS(*gains, float) == frames * bins && ITEMS(*out, float) == samples &&
        ITEMS(*sums, float) == (size + hop - 1) / hop * hop) {
        Overlap overlap;
        Channel channel = {wave->buf, sums->buf, out->buf, dc, 0.0f};
        Py_BEGIN_ALLOW_THREADS
        mistake = overlap_new(&overlap, window->buf, size, hop, length, samples) ? NULL : NO_ROOM;
        for (ptrdiff_t at = 0; mistake == NULL && at < frames; at++) {
            overlap_add(&overlap, &channel, first + at, (float *)gains->buf + at * bins);
        }
        overlap_free(&overlap);
        Py_END_ALLOW_THREADS
    }
    return finished(mistake, all, 5);
}

typedef struct {
    LogMmse rule;
    const float *power, *per_noise;
    Py_ssize_t second; /* frames that have the same noise */
    float *holds, *gains;
} Noise;

WIDE static void gains_at(const Noise *noise, ptrdiff_t frame, ptrdiff_t bins) {
    const float *power = noise->power + frame * bins, *per_noise = noise->per_noise + frame / noise->second * bins;
    next_gains(&noise->rule, power, per_noise, noise->holds, noise->gains, bins);
}

/* Each frame's gains are made and used at once, in every channel: they are never more than one frame. */
static const char *lower(const Overlap *overlap, Noise *noise, const float *wave, const float *dc, ptrdiff_t channels,
                         float *out) {
    ptrdiff_t bins = overlap->fft->bins, room = overlap->rows * overlap->hop;
    float *memory = calloc((size_t)(2 * bins + channels * room), sizeof(float)), *sums = memory + 2 * bins;
    if (memory == NULL) {
        return NO_ROOM;
    }
    noise->holds = memory, noise->gains = memory + bins;
    for (ptrdiff_t bin = 0; bin < bins; bin++) {
        noise->holds[bin] = 2.0f * noise->rule.weight;
    }
    for (ptrdiff_t frame = 0; frame < overlap->frames; frame++) {
        gains_at(noise, frame, bins);
        for (ptrdiff_t at = 0; at < channels; at++) {
            ptrdiff_t start = at * overlap->samples;
            Channel channel = {wave + start, sums + at * room, out + start, dc[at], dc[at]};
            overlap_add(overlap, &channel, frame, noise->gains);
        }
    }
    free(memory);
    return NULL;
}

static int sizes_fit(const Overlap *overlap, const Py_buffer *power, const Py_buffer *per_noise, Py_ssize_t second) {
    ptrdiff_t bins = overlap->fft->bins, seconds = ITEMS(*per_noise, float) / bins;
    return ITEMS(*power, float) == overlap->frames * bins && ITEMS(*per_noise, float) == seconds * bins &&
           second > 0 && (overlap->frames - 1) / second < seconds;
}

/* noise_lowered(wave, dc, window, hop, length, power, per_noise, second, rule, out): of all channels, by one's noise. */
PyObject *noise_lowered(PyObject *Py_UNUSED(module), PyObject *arguments) {
    Py_buffer all[6], *wave = &all[0], *dc = &all[1], *window = &all[2], *power = &all[3], *per_noise = &all[4], *out = &all[5];
    Py_ssize_t hop, length;
    Noise noise;
    LogMmse *rule = &noise.rule;
    if (!PyArg_ParseTuple(arguments, "y*y*y*nny*y*n(fffff)w*", wave, dc, window, &hop, &length, power, per_noise,
                          &noise.second, &rule->weight, &rule->most_posterior, &rule->least_argument, &rule->least,
                          &rule->floor_gain, out)) {
        return NULL;
    }
    ptrdiff_t channels = ITEMS(*dc, float), samples = channels ? ITEMS(*wave, float) / channels : 0;
    ptrdiff_t size = ITEMS(*window, float);
    const char *mistake = SIZES;
    noise.power = power->buf, noise.per_noise = per_noise->buf;
    if (grid_fits(size, hop, length) && wave->len == out->len && ITEMS(*wave, float) == channels * samples) {
        Overlap overlap;
        Py_BEGIN_ALLOW_THREADS
        if (!overlap_new(&overlap, window->buf, size, hop, length, samples)) {
            mistake = NO_ROOM;
        } else if (sizes_fit(&overlap, power, per_noise, noise.second)) {
            mistake = lower(&overlap, &noise, wave->buf, dc->buf, channels, out->buf);
        }
        overlap_free(&overlap);
        Py_END_ALLOW_THREADS
    }
    return finished(mistake, all, 6);
}
