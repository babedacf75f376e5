/* Sums over the bins of spectra. */

#include "bands.h"
#include "squares.h"

#include <stdint.h>

enum { SIDE = 16 };

/* Of a few bins or frames. */
static void sum_one_by_one(const float *power, ptrdiff_t frames, ptrdiff_t bins, const int64_t *edges, ptrdiff_t bands,
                           float *sums) {
    for (ptrdiff_t frame = 0; frame < frames; frame++, power += bins) {
        for (ptrdiff_t band = 0; band < bands; band++) {
            float sum = 0.0f;
            for (ptrdiff_t bin = edges[band]; bin < edges[band + 1]; bin++) {
                sum += power[bin];
            }
            *sums++ = sum;
        }
    }
}

INNER void add_rows(const float *restrict rows, ptrdiff_t count, float *restrict sums) {
    for (ptrdiff_t row = 0; row < count; row++) {
        for (ptrdiff_t lane = 0; lane < SIDE; lane++) {
            sums[lane] += rows[row * SIDE + lane];
        }
    }
}

/* Of so many frames beside each other: a band holds but a few bins, too few to be summed side by side themselves. */
static WIDE void sum_beside(const float *power, ptrdiff_t bins, const int64_t *edges, ptrdiff_t bands, float *sums) {
    float square[SIDE * SIDE];
    for (ptrdiff_t band = 0, bin = edges[0], start = 0, end = 0; band < bands; band++) {
        float sum[SIDE] = {0.0f};
        while (bin < edges[band + 1]) {
            if (bin >= end) {
                start = bin + SIDE <= bins ? bin : bins - SIDE, end = start + SIDE;
                swap(power + start, bins, square, SIDE);
            }
            ptrdiff_t stop = edges[band + 1] < end ? (ptrdiff_t)edges[band + 1] : end;
            add_rows(square + (bin - start) * SIDE, stop - bin, sum);
            bin = stop;
        }
        for (ptrdiff_t frame = 0; frame < SIDE; frame++) {
            sums[frame * bands + band] = sum[frame];
        }
    }
}

static void sum_bands(const float *power, ptrdiff_t frames, ptrdiff_t bins, const int64_t *edges, ptrdiff_t bands,
                      float *sums) {
    if (frames < SIDE || bins < SIDE) {
        sum_one_by_one(power, frames, bins, edges, bands, sums);
        return;
    }
    for (ptrdiff_t start = 0; start < frames; start += SIDE) {
        ptrdiff_t frame = start + SIDE <= frames ? start : frames - SIDE; /* the last ones overlap those before */
        sum_beside(power + frame * bins, bins, edges, bands, sums + frame * bands);
    }
}

static int in_order(const int64_t *edges, ptrdiff_t bands, ptrdiff_t bins) {
    for (ptrdiff_t band = 0; band < bands; band++) {
        if (edges[band] < 0 || edges[band + 1] < edges[band] || edges[band + 1] > bins) {
            return 0;
        }
    }
    return 1;
}

/* (spectrogram, bins, edges, sums): see pipeline.dsp.spectra.band_power. */
PyObject *band_power(PyObject *self, PyObject *args) {
    Py_buffer power, edges, sums;
    Py_ssize_t bins;
    if (!PyArg_ParseTuple(args, "y*ny*w*", &power, &bins, &edges, &sums)) {
        return NULL;
    }
    ptrdiff_t frames = bins > 0 ? ITEMS(power, float) / bins : 0, bands = ITEMS(edges, int64_t) - 1;
    int fits = bins > 0 && bands >= 0 && ITEMS(power, float) == frames * bins && ITEMS(sums, float) == frames * bands &&
               in_order(edges.buf, bands, bins);
    if (fits) {
        Py_BEGIN_ALLOW_THREADS
        sum_bands(power.buf, frames, bins, edges.buf, bands, sums.buf);
        Py_END_ALLOW_THREADS
    }
    PyBuffer_Release(&power);
    PyBuffer_Release(&edges);
    PyBuffer_Release(&sums);
    return answer(fits ? NULL : SIZES);
}
