/* Power per frame of speech and band: see pipeline/dsp/emptied.py. */

#include "defects.h"

enum { BANDS = 32, FRAMES = 4 };

/* Some frames at once, so that no sum waits for the one before. */
INNER void sum_bands(const float *const *frames, int count, const float *restrict weights, ptrdiff_t bins,
                     float *restrict bands) {
    float sums[FRAMES][BANDS] = {{0.0f}};
    for (ptrdiff_t bin = 0; bin < bins; bin++) {
        for (int frame = 0; frame < count; frame++) {
            for (int band = 0; band < BANDS; band++) {
                sums[frame][band] += frames[frame][bin] * weights[bin * BANDS + band];
            }
        }
    }
    for (int frame = 0; frame < count; frame++) {
        for (int band = 0; band < BANDS; band++) {
            bands[frame * BANDS + band] = sums[frame][band];
        }
    }
}

WIDE static void sum_spoken(const float *spectrogram, ptrdiff_t frames, ptrdiff_t row, const unsigned char *spoken,
                            const float *weights, ptrdiff_t bins, float *bands) {
    const float *some[FRAMES];
    int count = 0;
    for (ptrdiff_t frame = 0; frame < frames; frame++) {
        if (spoken[frame]) {
            some[count++] = spectrogram + frame * row;
        }
        if (count == FRAMES) {
            sum_bands(some, FRAMES, weights, bins, bands);
            bands += FRAMES * BANDS;
            count = 0;
        }
    }
    if (count > 0) {
        sum_bands(some, count, weights, bins, bands);
    }
}

/* Arguments: a spectrogram, its bins, the first that has a weight; which frames are spoken; weights of the bins from
 * that on for each band; and room for the bands of what is spoken. */
PyObject *spoken_bands(PyObject *self, PyObject *args) {
    Py_buffer in[4];
    Py_ssize_t row, first;
    if (!PyArg_ParseTuple(args, "y*nny*y*w*", &in[0], &row, &first, &in[1], &in[2], &in[3])) {
        return NULL;
    }
    ptrdiff_t frames = in[1].len, bins = ITEMS(in[2], float) / BANDS, spoken = 0;
    for (ptrdiff_t frame = 0; frame < frames; frame++) {
        spoken += ((const unsigned char *)in[1].buf)[frame] != 0;
    }
    int fits = row > 0 && first >= 0 && first + bins <= row && ITEMS(in[0], float) == frames * row &&
               ITEMS(in[2], float) == bins * BANDS && ITEMS(in[3], float) == spoken * BANDS;
    if (fits) {
        Py_BEGIN_ALLOW_THREADS
        sum_spoken((const float *)in[0].buf + first, frames, row, in[1].buf, in[2].buf, bins, in[3].buf);
        Py_END_ALLOW_THREADS
    }
    return finished(fits ? NULL : SIZES, in, 4);
}
