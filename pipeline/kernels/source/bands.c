/* Sums over the bins and over the frames of spectra. */

#include "bands.h"

#include <stdint.h>
#include <string.h>

enum { LANES = 8 };

/* Eight sums side by side, then what is left over: bands of voices hold but a few bins. */
INNER float sum(const float *restrict bins, ptrdiff_t count) {
    float lanes[LANES] = {0.0f}, rest = 0.0f;
    ptrdiff_t whole = count / LANES * LANES;
    for (ptrdiff_t at = 0; at < whole; at += LANES) {
        for (ptrdiff_t lane = 0; lane < LANES; lane++) {
            lanes[lane] += bins[at + lane];
        }
    }
    for (ptrdiff_t at = whole; at < count; at++) {
        rest += bins[at];
    }
    return rest + (((lanes[0] + lanes[4]) + (lanes[1] + lanes[5])) + ((lanes[2] + lanes[6]) + (lanes[3] + lanes[7])));
}

static WIDE void sum_bands(const float *restrict power, ptrdiff_t frames, ptrdiff_t bins, const int64_t *restrict edges,
                           ptrdiff_t bands, float *restrict sums) {
    for (ptrdiff_t frame = 0; frame < frames; frame++, power += bins) {
        for (ptrdiff_t band = 0; band < bands; band++) {
            *sums++ = sum(power + edges[band], edges[band + 1] - edges[band]);
        }
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
    return fits ? Py_NewRef(Py_None) : PyErr_Format(PyExc_ValueError, "bands or sizes that do not fit");
}

INNER void add(const float *restrict power, double *restrict sums, ptrdiff_t bins) {
    for (ptrdiff_t bin = 0; bin < bins; bin++) {
        sums[bin] += power[bin];
    }
}

static WIDE void sum_frames(const float *restrict power, const char *restrict chosen, ptrdiff_t frames, ptrdiff_t bins,
                            double *restrict sums) {
    memset(sums, 0, (size_t)bins * sizeof(double));
    for (ptrdiff_t frame = 0; frame < frames; frame++) {
        if (chosen[frame]) {
            add(power + frame * bins, sums, bins);
        }
    }
}

/* (spectrogram, chosen, sums): see pipeline.dsp.spectra.mean_spectrum. */
PyObject *mean_spectrum(PyObject *self, PyObject *args) {
    Py_buffer power, chosen, sums;
    if (!PyArg_ParseTuple(args, "y*y*w*", &power, &chosen, &sums)) {
        return NULL;
    }
    ptrdiff_t frames = ITEMS(chosen, char), bins = ITEMS(sums, double);
    int fits = ITEMS(power, float) == frames * bins;
    if (fits) {
        Py_BEGIN_ALLOW_THREADS
        sum_frames(power.buf, chosen.buf, frames, bins, sums.buf);
        Py_END_ALLOW_THREADS
    }
    PyBuffer_Release(&power);
    PyBuffer_Release(&chosen);
    PyBuffer_Release(&sums);
    return fits ? Py_NewRef(Py_None) : PyErr_Format(PyExc_ValueError, "sizes that do not fit");
}
