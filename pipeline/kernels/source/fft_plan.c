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

/* Splits the rows into passes. Returns whether that leaves nothing. */
static int split(Fft *fft) {
    static const ptrdiff_t radices[] = {4, 5, 3, 2};
    ptrdiff_t left = fft->rows, count = 0;
    for (size_t at = 0; at < 4; at++) {
        while (left % radices[at] == 0) {
            left /= radices[at];
            fft->radices[count] = radices[at];
            fft->left[count++] = left;
        }
    }
    return left == 1;
}

/* As many lanes as there are rows to each at least, so that the rows of a square are at hand wherever it lies. */
static ptrdiff_t lanes_of(ptrdiff_t half) {
    for (ptrdiff_t lanes = 16; lanes > 4; lanes /= 2) {
        if (half % lanes == 0 && half / lanes >= lanes) {
            return lanes;
        }
    }
    return 1;
}

/* Writes the turns of one pass over so many numbers; returns where those of the next begin. */
static float *fill_turns(float *turns, ptrdiff_t size, ptrdiff_t radix) {
    for (ptrdiff_t group = 0; group < size / radix; group++) {
        for (ptrdiff_t input = 1; input < radix; input++, turns += 2) {
            turn(group * input, size, turns, turns + 1);
        }
    }
    return turns;
}

static void fill(Fft *fft, const float *window) {
    for (ptrdiff_t at = 0; at < fft->size; at++) {
        fft->window[at & 1][at / 2] = window == NULL ? 1.0f : window[at];
    }
    float *turns = fft->turns[0];
    for (ptrdiff_t at = 0, size = fft->rows; size > 1; size = fft->left[at++]) {
        turns = fill_turns(turns, size, fft->radices[at]);
    }
    fill_turns(fft->turns[1], fft->lanes, 4);
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
    fft->turns[0] = take(&next, 2 * fft->rows);
    fft->turns[1] = take(&next, 2 * fft->lanes);
    return (size_t)((uintptr_t)next - (uintptr_t)start);
}

Fft *fft_new(ptrdiff_t length, const float *window, ptrdiff_t size) {
    Fft *fft = length >= 2 && length % 2 == 0 && size <= length ? calloc(1, sizeof(Fft)) : NULL;
    if (fft == NULL) {
        return NULL;
    }
    fft->length = length, fft->half = length / 2, fft->bins = fft->half + 1, fft->size = size;
    fft->lanes = lanes_of(fft->half), fft->rows = fft->half / fft->lanes;
    fft->memory = split(fft) ? calloc(1, lay_out(fft, NULL) + 64) : NULL;
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
