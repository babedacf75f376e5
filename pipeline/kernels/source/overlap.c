/* There and back: a frame is transformed, changed, transformed back and added to the hops it reaches over. */

#include "overlap.h"
#include "kernels.h"

#include <stdlib.h>
#include <string.h>

static const float LEAST_WEIGHT = 1e-6f; /* to be divided by */

/* One over the sum of the squared windows that reach a hop, the last of which began so many hops before, and the first. */
static void weigh(const Overlap *overlap, ptrdiff_t last, ptrdiff_t first, float *scale) {
    for (ptrdiff_t at = 0; at < overlap->hop; at++) {
        float sum = 0.0f;
        for (ptrdiff_t back = last; back <= first; back++) {
            float weight = overlap->window[back * overlap->hop + at];
            sum += weight * weight;
        }
        scale[at] = 1.0f / (sum > LEAST_WEIGHT ? sum : LEAST_WEIGHT);
    }
}

int overlap_new(Overlap *overlap, const float *window, ptrdiff_t size, ptrdiff_t hop, ptrdiff_t length,
                ptrdiff_t samples) {
    ptrdiff_t rows = (size + hop - 1) / hop, whole = rows * hop;
    ptrdiff_t room = length > whole ? length : whole;
    *overlap = (Overlap){size, hop, 1 + samples / hop, samples, rows, NULL, NULL, NULL, NULL, NULL};
    overlap->scale = calloc((size_t)(2 * hop + whole + room), sizeof(float));
    overlap->fft = fft_new(length, window, size);
    if (overlap->scale == NULL || overlap->fft == NULL) {
        return 0;
    }
    overlap->end = overlap->scale + hop;
    overlap->window = overlap->end + hop;
    overlap->frame = overlap->window + whole;
    memcpy(overlap->window, window, (size_t)size * sizeof(float));
    weigh(overlap, 0, rows - 1, overlap->scale);
    return 1;
}

void overlap_free(Overlap *overlap) {
    fft_free(overlap->fft);
    free(overlap->scale);
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

/* What a hop is divided by: fewer windows reach it at the ends. */
static const float *scale_of(const Overlap *overlap, ptrdiff_t row) {
    ptrdiff_t most = overlap->rows - 1, last = row - overlap->frames + 1;
    if (row >= most && last <= 0) {
        return overlap->scale;
    }
    weigh(overlap, last > 0 ? last : 0, row < most ? row : most, overlap->end);
    return overlap->end;
}

/* Writes the first hop of the sums and of the frame, where it lies within the wave. */
WIDE static void write_hop(const Overlap *overlap, const Channel *channel, ptrdiff_t row) {
    ptrdiff_t hop = overlap->hop, start = row * hop - overlap->size / 2; /* frames are centred on multiples of the hop */
    ptrdiff_t first = start < 0 ? -start : 0, left = overlap->samples - start, end = left < hop ? left : hop;
    float *restrict out = channel->out, back = channel->back;
    const float *restrict sums = channel->sums, *restrict scale = scale_of(overlap, row);
    const float *restrict frame = overlap->frame, *restrict window = overlap->window;
    for (ptrdiff_t at = first; at < end; at++) {
        out[start + at] = (sums[at] + frame[at] * window[at]) * scale[at] + back;
    }
}

/* Adds the other hops of the frame, and moves up the sums. */
WIDE static void move_up(const Overlap *overlap, float *sums) {
    ptrdiff_t hop = overlap->hop, kept = (overlap->rows - 1) * hop;
    const float *restrict frame = overlap->frame + hop, *restrict window = overlap->window + hop;
    for (ptrdiff_t at = 0; at < kept; at++) {
        sums[at] = sums[at + hop] + frame[at] * window[at];
    }
    memset(sums + kept, 0, (size_t)hop * sizeof(float));
}

void overlap_add(const Overlap *overlap, const Channel *channel, ptrdiff_t frame, const float *gains) {
    ptrdiff_t start = frame * overlap->hop - overlap->size / 2, last = overlap->frames - 1;
    fft_filter(overlap->fft, frame_at(overlap, channel->wave, start), channel->dc, gains, overlap->frame);
    ptrdiff_t end = frame < last ? frame + 1 : frame + overlap->rows + 1;
    for (ptrdiff_t row = frame; row < end; row++) {
        write_hop(overlap, channel, row);
        move_up(overlap, channel->sums);
        if (frame == last) {
            memset(overlap->frame, 0, (size_t)(overlap->rows * overlap->hop) * sizeof(float));
        }
    }
}
