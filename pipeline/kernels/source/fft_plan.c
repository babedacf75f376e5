/* What is known of a transform before any sample is: in which steps it is done, and by what is turned between them. */

#include "kernels.h"
#include "fft.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The room of an array, in floats: whole lines of the cache. */
static ptrdiff_t room(ptrdiff_t items) { return (items + 15) / 16 * 16; }

/* exp(-2 pi i at / length), to the last bit of float32: by the series, which needs an eighth of the circle only. */
static void turn(ptrdiff_t at, ptrdiff_t length, float *re, float *im) {
    ptrdiff_t eighth = 8 * (at % length) / length, rest = 8 * (at % length) - eighth * length;
    ptrdiff_t near = eighth & 1 ? length - rest : rest; /* from the nearer axis on */
    double angle = 0.78539816339744830962 * (double)near / (double)length, square = -angle * angle;
    double cosine = 1.0, sine = angle, term = 1.0;
    for (int order = 1; order < 18; order += 2) {
        term *= square / (order * (order + 1));
        cosine += term;
        sine += angle * term / (order + 2);
    }
    int swapped = ((eighth + 1) >> 1) & 1;
    double x = swapped ? sine : cosine, y = swapped ? cosine : sine;
    *re = (float)(eighth >= 2 && eighth < 6 ? -x : x);
    *im = (float)(eighth >= 4 ? y : -y);
}

/* Splits a size into passes. Returns what is left of it when no radix fits: 1 if all is well. */
static ptrdiff_t split(FftPasses *passes, ptrdiff_t size) {
    static const ptrdiff_t radices[] = {4, 5, 3, 2};
    for (size_t at = 0; at < 4; at++) {
        for (; size % radices[at] == 0; size /= radices[at]) {
            passes->radices[passes->count++] = radices[at];
        }
    }
    return size;
}

/* As many lanes as there are rows to each at least, so that the rows of a square are at hand wherever it lies. */
static ptrdiff_t lanes_of(ptrdiff_t half) {
    for (ptrdiff_t lanes = 16; lanes > 2; lanes /= 2) {
        if (half % lanes == 0 && half / lanes >= lanes) {
            return lanes;
        }
    }
    return 1;
}

/* Writes the turns of passes over so many numbers: fewer than two for each number and pass. */
static void fill_turns(FftPasses *passes, ptrdiff_t size) {
    float *turns = passes->turns;
    for (ptrdiff_t at = 0; at < passes->count; at++) {
        ptrdiff_t radix = passes->radices[at], groups = size / radix;
        for (ptrdiff_t group = 0; group < groups; group++) {
            for (ptrdiff_t input = 1; input < radix; input++, turns += 2) {
                turn(group * input, size, turns, turns + 1);
            }
        }
        size = groups;
    }
}

static void fill(Fft *fft, const float *window) {
    for (ptrdiff_t at = 0; at < fft->size; at++) {
        fft->window[at & 1][at / 2] = window == NULL ? 1.0f : window[at];
    }
    fill_turns(&fft->over_rows, fft->rows);
    fill_turns(&fft->over_lanes, fft->lanes);
    for (ptrdiff_t at = 0; at < fft->half; at++) {
        ptrdiff_t row = at / fft->lanes, lane = at % fft->lanes;
        turn(row * lane, fft->half, &fft->between[0][at], &fft->between[1][at]);
    }
    for (ptrdiff_t at = 0; at <= fft->half / 2; at++) {
        turn(at, fft->length, &fft->untangling[0][at], &fft->untangling[1][at]);
    }
}

/* Hands out arrays one after the other; from NULL on, it counts what they need. */
static float *take(float **next, ptrdiff_t items) {
    float *array = *next;
    *next = (float *)((uintptr_t)array + (uintptr_t)room(items) * sizeof(float));
    return array;
}

static size_t lay_out(Fft *fft, float *start) {
    float *next = start;
    for (int part = 0; part < 2; part++) {
        fft->window[part] = take(&next, fft->half);
        fft->between[part] = take(&next, fft->half);
        fft->untangling[part] = take(&next, fft->half / 2 + 1);
        fft->work[0][part] = take(&next, fft->half);
        fft->work[1][part] = take(&next, fft->half);
    }
    fft->over_rows.turns = take(&next, 2 * fft->rows);
    fft->over_lanes.turns = take(&next, 2 * fft->lanes);
    return (size_t)((uintptr_t)next - (uintptr_t)start);
}

Fft *fft_new(ptrdiff_t length, const float *window, ptrdiff_t size) {
    Fft *fft = length >= 2 && length % 2 == 0 && size <= length ? calloc(1, sizeof(Fft)) : NULL;
    if (fft == NULL) {
        return NULL;
    }
    fft->length = length, fft->half = length / 2, fft->bins = fft->half + 1, fft->size = size;
    fft->lanes = lanes_of(fft->half), fft->rows = fft->half / fft->lanes;
    int fits = split(&fft->over_rows, fft->rows) == 1 && split(&fft->over_lanes, fft->lanes) == 1;
    fft->memory = fits ? calloc(1, lay_out(fft, NULL) + 64) : NULL;
    if (fft->memory == NULL) {
        fft_free(fft);
        return NULL;
    }
    lay_out(fft, (float *)(((uintptr_t)fft->memory + 63) / 64 * 64));
    fill(fft, window);
    return fft;
}

void fft_free(Fft *fft) {
    if (fft != NULL) {
        free(fft->memory);
        free(fft);
    }
}
