/* Power smoothed over time and frequency, which tells quiet moments from the dips of noise. */

#ifndef VOICEPREP_SMOOTHING_H
#define VOICEPREP_SMOOTHING_H

#include "kernels.h"
#include "noise_floor.h"

INNER ptrdiff_t within(ptrdiff_t at, ptrdiff_t last) { return at < 0 ? 0 : at > last ? last : at; }

/* A frame, mirrored beyond the ends. */
INNER const float *row_of(const Heard *heard, ptrdiff_t frame) {
    ptrdiff_t last = heard->frames - 1;
    frame = frame < 0 ? -1 - frame : frame > last ? 2 * last + 1 - frame : frame;
    return heard->power + within(frame, last) * heard->bins;
}

/* Means over five frames and three bins, of some bins; what is empty lies above everything, and is never quiet.
 * `sums` has room for two more. */
INNER void smooth(const Heard *heard, ptrdiff_t frame, ptrdiff_t first, ptrdiff_t count, float *restrict sums,
                  float *restrict out) {
    ptrdiff_t from = within(first - 1, heard->bins - 1), end = within(first + count, heard->bins - 1) + 1;
    const float *restrict a = row_of(heard, frame - 2), *restrict b = row_of(heard, frame - 1);
    const float *restrict c = row_of(heard, frame), *restrict d = row_of(heard, frame + 1);
    const float *restrict e = row_of(heard, frame + 2);
    float *restrict to = sums + 1 - first;
    for (ptrdiff_t bin = from; bin < end; bin++) {
        to[bin] = ((a[bin] + b[bin]) + (c[bin] + d[bin]) + e[bin]) * (1.0f / 15.0f);
    }
    sums[0] = first > 0 ? sums[0] : sums[1];
    sums[count + 1] = first + count < heard->bins ? sums[count + 1] : sums[count];
    for (ptrdiff_t at = 0; at < count; at++) {
        out[at] = sums[at + 1] + sums[at + 2] + sums[at];
    }
}

#endif
