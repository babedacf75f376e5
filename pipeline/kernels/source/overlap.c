/* There and back: a frame is transformed, changed, transformed back and added to the hops it reaches over. */

#include "overlap.h"
#include "kernels.h"

#include <stdlib.h>
#include <string.h>

static const float LEAST_WEIGHT = 1e-6f; /* to be divided by */

int overlap_new(Overlap *overlap, const float *window, ptrdiff_t size, ptrdiff_t hop, ptrdiff_t length,
                ptrdiff_t samples) {
    ptrdiff_t bins = length / 2 + 1;
    *overlap = (Overlap){window, size, hop, 1 + samples / hop, samples, (size + hop - 1) / hop, NULL, NULL, NULL, NULL, NULL};
    overlap->re = malloc((size_t)(2 * bins + length + hop) * sizeof(float));
    overlap->fft = fft_new(length, window, size);
    if (overlap->re == NULL || overlap->fft == NULL) {
        return 0;
    }
    overlap->im = overlap->re + bins;
    overlap->frame = overlap->im + bins;
    overlap->scale = overlap->frame + length;
    return 1;
}

void overlap_free(Overlap *overlap) {
    fft_free(overlap->fft);
    free(overlap->re);
}

/* The frame at `start`, as a copy where it reaches over an end of the wave: reflected, or zeros around a short one. */
static const float *frame_at(const Overlap *overlap, const float *wave, ptrdiff_t start) {
    ptrdiff_t last = overlap->samples - 1;
    if (start >= 0 && start + overlap->size <= overlap->samples) {
        return wave + start;
    }
    for (ptrdiff_t at = 0; at < overlap->size; at++) {
        ptrdiff_t from = start + at;
        if (overlap->samples > overlap->size) {
            from = from < 0 ? -from : from;
            from = from > last ? 2 * last - from : from;
        }
        overlap->frame[at] = from >= 0 && from <= last ? wave[from] : 0.0f;
    }
    return overlap->frame;
}

/* One over the sum of the squared windows that reach a hop: fewer do at the ends. */
static void weigh(const Overlap *overlap, ptrdiff_t row) {
    for (ptrdiff_t at = 0; at < overlap->hop; at++) {
        float sum = 0.0f;
        for (ptrdiff_t back = 0, in = at; in < overlap->size; back++, in += overlap->hop) {
            int reaches = row - back >= 0 && row - back < overlap->frames;
            sum += reaches ? overlap->window[in] * overlap->window[in] : 0.0f;
        }
        overlap->scale[at] = 1.0f / (sum > LEAST_WEIGHT ? sum : LEAST_WEIGHT);
    }
}

/* Writes a hop of the sums, where it lies within the wave, and moves up the others. */
WIDE static void write_hop(const Overlap *overlap, const Channel *channel, ptrdiff_t row) {
    ptrdiff_t hop = overlap->hop, start = row * hop - overlap->size / 2; /* frames are centred on multiples of the hop */
    ptrdiff_t first = start < 0 ? -start : 0, left = overlap->samples - start, end = left < hop ? left : hop;
    float *restrict out = channel->out + start;
    const float *restrict sums = channel->sums, *restrict scale = overlap->scale;
    for (ptrdiff_t at = first; at < end; at++) {
        out[at] = sums[at] * scale[at] + channel->back;
    }
    memmove(channel->sums, channel->sums + hop, (size_t)((overlap->rows - 1) * hop) * sizeof(float));
    memset(channel->sums + (overlap->rows - 1) * hop, 0, (size_t)hop * sizeof(float));
}

WIDE static void change(const Overlap *overlap, const float *restrict gains) {
    float *restrict re = overlap->re, *restrict im = overlap->im;
    for (ptrdiff_t bin = 0; bin < overlap->fft->bins; bin++) {
        re[bin] *= gains[bin];
        im[bin] *= gains[bin];
    }
}

WIDE static void add(const Overlap *overlap, float *restrict sums) {
    const float *restrict frame = overlap->frame, *restrict window = overlap->window;
    for (ptrdiff_t at = 0; at < overlap->size; at++) {
        sums[at] += frame[at] * window[at];
    }
}

void overlap_add(const Overlap *overlap, const Channel *channel, ptrdiff_t frame, const float *gains) {
    ptrdiff_t start = frame * overlap->hop - overlap->size / 2, last = overlap->frames - 1;
    fft_forward(overlap->fft, frame_at(overlap, channel->wave, start), channel->dc, overlap->re, overlap->im);
    change(overlap, gains);
    fft_inverse(overlap->fft, overlap->re, overlap->im, overlap->frame);
    add(overlap, channel->sums);
    ptrdiff_t end = frame < last ? frame + 1 : frame + overlap->rows + 1;
    for (ptrdiff_t row = frame; row < end; row++) {
        if (row < overlap->rows || row >= overlap->frames) { /* in between, all hops are weighed alike */
            weigh(overlap, row);
        }
        write_hop(overlap, channel, row);
    }
}
