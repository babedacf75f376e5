/* Where noise rises between the pauses that it was learned from. */

#include "quantiles.h"
#include "smoothing.h"

#include <math.h>
#include <stdlib.h>

WIDE static void smooth_second(const Heard *heard, ptrdiff_t first, ptrdiff_t end, float *sums, float *out) {
    for (ptrdiff_t frame = first; frame < end; frame++, out += heard->bins) {
        smooth(heard, frame, 0, heard->bins, sums, out);
        for (ptrdiff_t bin = 0; heard->empty[frame] && bin < heard->bins; bin++) {
            out[bin] = INFINITY;
        }
    }
}

WIDE static void count_quiet(const float *restrict smooth, const float *restrict limit, int32_t *restrict counts,
                             ptrdiff_t rows, ptrdiff_t bins) {
    for (ptrdiff_t row = 0; row < rows; row++) {
        for (ptrdiff_t bin = 0; bin < bins; bin++) {
            counts[bin] += smooth[row * bins + bin] <= limit[bin];
        }
    }
}

WIDE static void floors_of(const Columns *columns, double quantile, ptrdiff_t heard, double *floors) {
    quantiles_of(columns, quantile, heard, floors);
}

typedef struct {
    float *smooth, *sums, *limit; /* three seconds of frames, of which each goes where it stays; a frame */
    int32_t *counts, *columns;
} Room;

/* The noise of a second, of some bins, from what was heard in the rows. */
static void raise_bins(const Rise *rise, const Room *room, const ptrdiff_t *bins, int count, ptrdiff_t rows,
                       ptrdiff_t width, ptrdiff_t heard, double *noise) {
    double floors[COLUMNS];
    for (ptrdiff_t row = 0; row < rows; row++) {
        for (int at = 0; at < COLUMNS; at++) {
            memcpy(room->columns + row * COLUMNS + at, room->smooth + row * width + bins[at < count ? at : 0], sizeof(float));
        }
    }
    floors_of(&(Columns){room->columns, rows}, rise->quantile, heard, floors);
    for (int at = 0; at < count; at++) {
        double learned = noise[bins[at]], risen = rise->bias * floors[at], most = rise->most_ratio * learned;
        risen = risen < most ? risen : most;
        noise[bins[at]] = risen > rise->ratio * learned ? risen : learned;
    }
}

/* Bins with too few frames below what was learned are looked at, a row of columns at a time; most need not be. */
static void raise_second(const Heard *heard, const Rise *rise, const Room *room, ptrdiff_t present, double *noise) {
    ptrdiff_t rows = 3 * rise->second, few[COLUMNS], enough = (ptrdiff_t)(rise->quantile * (double)(present - 1)) + 2;
    int count = 0;
    for (ptrdiff_t bin = 0; bin < heard->bins; bin++) {
        room->limit[bin] = (float)(rise->ratio / rise->bias * noise[bin]);
        room->counts[bin] = 0;
    }
    count_quiet(room->smooth, room->limit, room->counts, rows, heard->bins);
    for (ptrdiff_t bin = 0; bin < heard->bins; bin++) {
        if (room->counts[bin] < enough) {
            few[count++] = bin;
        }
        if (count == COLUMNS || (count > 0 && bin == heard->bins - 1)) {
            raise_bins(rise, room, few, count, rows, heard->bins, present, noise);
            count = 0;
        }
    }
}

/* Smooths a second into its place; frames beyond the ends are as if they were empty. */
static void take_in(const Heard *heard, const Rise *rise, const Room *room, ptrdiff_t at) {
    ptrdiff_t length = rise->second, first = at * length, left = heard->frames - first;
    ptrdiff_t frames = left < 0 ? 0 : left < length ? left : length;
    float *to = room->smooth + at % 3 * length * heard->bins;
    smooth_second(heard, first, first + frames, room->sums, to);
    for (ptrdiff_t rest = frames * heard->bins; rest < length * heard->bins; rest++) {
        to[rest] = INFINITY;
    }
}

static ptrdiff_t present_in(const Heard *heard, ptrdiff_t first, ptrdiff_t end) {
    ptrdiff_t present = 0;
    for (ptrdiff_t frame = first < 0 ? 0 : first; frame < end && frame < heard->frames; frame++) {
        present += !heard->empty[frame];
    }
    return present;
}

int follow_noise(const Heard *heard, const Rise *rise, double *noise, ptrdiff_t seconds) {
    ptrdiff_t rows = 3 * rise->second, bins = heard->bins, cells = rows * bins + 3 * bins + 2 + rows * COLUMNS;
    float *memory = malloc((size_t)cells * sizeof(float));
    if (memory == NULL) {
        return 0;
    }
    float *sums = memory + rows * bins, *limit = sums + bins + 2;
    int32_t *counts = (int32_t *)(limit + bins);
    Room room = {memory, sums, limit, counts, counts + bins};
    for (ptrdiff_t at = 0; at < rows * bins; at++) {
        memory[at] = INFINITY;
    }
    take_in(heard, rise, &room, 0);
    for (ptrdiff_t at = 0; at < seconds; at++) {
        take_in(heard, rise, &room, at + 1);
        ptrdiff_t present = present_in(heard, (at - 1) * rise->second, (at + 2) * rise->second);
        if (2 * present >= rows) {
            raise_second(heard, rise, &room, present, noise + at * bins);
        }
    }
    free(memory);
    return 1;
}
