/* pipeline/dsp/images.py: how much a band is like the one mirrored below. */

#include "voice.h"
#include <math.h>

enum { LANES = 16 };

typedef struct {
    const float *level;
    ptrdiff_t frames, first, end;
    double edge;
    float *above_mean, *below_mean; /* of each frame */
} Mirror;

/* The bin that is mirrored to another one lies between two: a line is drawn from one to the other. */
typedef struct {
    const float *above, *low, *high;
    float part;
} Pair;

INNER Pair pair_at(const Mirror *mirror, ptrdiff_t bin) {
    double at = 2.0 * mirror->edge - (double)bin;
    ptrdiff_t low = (ptrdiff_t)at;
    const float *row = mirror->level + low * mirror->frames;
    return (Pair){mirror->level + bin * mirror->frames, row, row + mirror->frames, (float)(at - (double)low)};
}

INNER float below_at(const Pair *pair, ptrdiff_t frame) {
    return (1.0f - pair->part) * pair->low[frame] + pair->part * pair->high[frame];
}

INNER void find_means(const Mirror *mirror) {
    float *restrict above = mirror->above_mean, *restrict below = mirror->below_mean;
    for (ptrdiff_t bin = mirror->first; bin < mirror->end; bin++) {
        Pair pair = pair_at(mirror, bin);
        for (ptrdiff_t frame = 0; frame < mirror->frames; frame++) {
            above[frame] += pair.above[frame];
            below[frame] += below_at(&pair, frame);
        }
    }
    float bins = (float)(mirror->end - mirror->first);
    for (ptrdiff_t frame = 0; frame < mirror->frames; frame++) {
        above[frame] /= bins;
        below[frame] /= bins;
    }
}

INNER float sum_of(const float *lanes) {
    float sum = 0.0f;
    for (int lane = 0; lane < LANES; lane++) {
        sum += lanes[lane];
    }
    return sum;
}

/* What is left of one bin and of its mirror without the means of the frames, in float32 (`one`, `two`: a row each). */
INNER void without_means(const Mirror *mirror, ptrdiff_t bin, float *restrict one, float *restrict two) {
    Pair pair = pair_at(mirror, bin);
    for (ptrdiff_t frame = 0; frame < mirror->frames; frame++) {
        one[frame] = pair.above[frame] - mirror->above_mean[frame];
        two[frame] = below_at(&pair, frame) - mirror->below_mean[frame];
    }
}

INNER float mean_of(const float *restrict row, ptrdiff_t frames) {
    float lanes[LANES] = {0.0f}, rest = 0.0f;
    ptrdiff_t frame = 0;
    for (; frame + LANES <= frames; frame += LANES) {
        for (int lane = 0; lane < LANES; lane++) {
            lanes[lane] += row[frame + lane];
        }
    }
    for (; frame < frames; frame++) {
        rest += row[frame];
    }
    return (sum_of(lanes) + rest) / (float)frames;
}

/* Adds a row's products: of both, of the first with itself, of the second with itself. */
INNER void add_products(const float *restrict one, const float *restrict two, ptrdiff_t frames, double *products) {
    float mean_one = mean_of(one, frames), mean_two = mean_of(two, frames);
    float both[LANES] = {0.0f}, first[LANES] = {0.0f}, second[LANES] = {0.0f};
    ptrdiff_t frame = 0;
    for (; frame + LANES <= frames; frame += LANES) {
        for (int lane = 0; lane < LANES; lane++) {
            float a = one[frame + lane] - mean_one, b = two[frame + lane] - mean_two;
            both[lane] += a * b, first[lane] += a * a, second[lane] += b * b;
        }
    }
    for (; frame < frames; frame++) {
        float a = one[frame] - mean_one, b = two[frame] - mean_two;
        both[0] += a * b, first[0] += a * a, second[0] += b * b;
    }
    products[0] += sum_of(both), products[1] += sum_of(first), products[2] += sum_of(second);
}

WIDE static double correlation(const Mirror *mirror, float *one, float *two) {
    double products[3] = {0.0, 0.0, 0.0};
    find_means(mirror);
    for (ptrdiff_t bin = mirror->first; bin < mirror->end; bin++) {
        without_means(mirror, bin, one, two);
        add_products(one, two, mirror->frames, products);
    }
    double power = sqrt(products[1] * products[2]);
    return products[0] / (power > 1e-9 ? power : 1e-9);
}

/* mirrored(level float32 (bins, frames), bins, edge in bins, first bin above, end) -> correlation */
PyObject *voice_mirrored(PyObject *module, PyObject *arguments) {
    (void)module;
    Py_buffer level;
    Py_ssize_t bins;
    Mirror mirror = {NULL, 0, 0, 0, 0.0, NULL, NULL};
    if (!PyArg_ParseTuple(arguments, "y*ndnn", &level, &bins, &mirror.edge, &mirror.first, &mirror.end)) {
        return NULL;
    }
    mirror.level = level.buf, mirror.frames = bins > 0 ? ITEMS(level, float) / bins : 0;
    double lowest = 2.0 * mirror.edge - (double)(mirror.end - 1), highest = 2.0 * mirror.edge - (double)mirror.first;
    int fits = bins > 0 && mirror.frames > 0 && ITEMS(level, float) == bins * mirror.frames && mirror.first >= 0 &&
               mirror.first < mirror.end && mirror.end <= bins && lowest >= 0.0 && highest < (double)(bins - 1);
    float *scratch = PyMem_Calloc((size_t)(4 * mirror.frames + 1), sizeof(float));
    double found = 0.0;
    if (fits && scratch != NULL) {
        mirror.above_mean = scratch, mirror.below_mean = scratch + mirror.frames;
        Py_BEGIN_ALLOW_THREADS
        found = correlation(&mirror, scratch + 2 * mirror.frames, scratch + 3 * mirror.frames);
        Py_END_ALLOW_THREADS
    }
    int out_of_memory = scratch == NULL;
    PyMem_Free(scratch);
    PyBuffer_Release(&level);
    return out_of_memory ? PyErr_NoMemory() : fits ? PyFloat_FromDouble(found) : answer(SIZES);
}
