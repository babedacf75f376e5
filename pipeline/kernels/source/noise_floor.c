/* Where noise rises between what was learned of it, and what it is where there are no pauses to learn from. */

#include "noise_floor.h"
#include "quantiles.h"

#include <math.h>
#include <stdlib.h>

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

/* Smooths some bins of all that was heard; returns the number of rows. */
WIDE static ptrdiff_t gather(const Heard *heard, ptrdiff_t first, ptrdiff_t count, int32_t *columns) {
    float sums[COLUMNS + 2], smoothed[COLUMNS] = {0.0f};
    ptrdiff_t rows = 0;
    for (ptrdiff_t frame = 0; frame < heard->frames; frame++) {
        if (!heard->empty[frame]) {
            smooth(heard, frame, first, count, sums, smoothed);
            memcpy(columns + rows++ * COLUMNS, smoothed, sizeof smoothed);
        }
    }
    return rows;
}

int quiet_floor(const Heard *heard, double quantile, double *floor) {
    int32_t *columns = malloc((size_t)heard->frames * COLUMNS * sizeof(int32_t) + 1);
    if (columns == NULL) {
        return 0;
    }
    for (ptrdiff_t first = 0; first < heard->bins; first += COLUMNS) {
        double floors[COLUMNS];
        ptrdiff_t left = heard->bins - first, count = left < COLUMNS ? left : COLUMNS;
        ptrdiff_t rows = gather(heard, first, count, columns);
        floors_of(&(Columns){columns, rows}, quantile, rows, floors);
        memcpy(floor + first, floors, (size_t)count * sizeof(double));
    }
    free(columns);
    return 1;
}
