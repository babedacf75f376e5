/* Sums over the frames of a spectrogram: of their bins, and of each bin over the frames of one kind. */

#include "voice.h"
#include <string.h>

enum { LANES = 16, BLOCK = 64 };

INNER double row_sum(const float *restrict row, ptrdiff_t bins) {
    float sum[LANES] = {0.0f};
    ptrdiff_t bin = 0;
    for (; bin + LANES <= bins; bin += LANES) {
        for (int lane = 0; lane < LANES; lane++) {
            sum[lane] += row[bin + lane];
        }
    }
    double all = 0.0;
    for (; bin < bins; bin++) {
        all += row[bin];
    }
    for (int lane = 0; lane < LANES; lane++) {
        all += sum[lane];
    }
    return all;
}

WIDE static void row_sums(const float *power, ptrdiff_t bins, ptrdiff_t first, ptrdiff_t end, ptrdiff_t frames,
                          double *sums) {
    for (ptrdiff_t frame = 0; frame < frames; frame++) {
        sums[frame] = row_sum(power + frame * bins + first, end - first);
    }
}

/* row_sums(power float32 (frames, bins), first bin, end, sums float64 (frames,)) */
PyObject *voice_row_sums(PyObject *module, PyObject *arguments) {
    (void)module;
    Py_buffer power, sums;
    Py_ssize_t bins, first, end;
    if (!PyArg_ParseTuple(arguments, "y*nnnw*", &power, &bins, &first, &end, &sums)) {
        return NULL;
    }
    ptrdiff_t frames = ITEMS(sums, double);
    int fits = 0 <= first && first <= end && end <= bins && ITEMS(power, float) == frames * bins;
    if (fits) {
        Py_BEGIN_ALLOW_THREADS
        row_sums(power.buf, bins, first, end, frames, sums.buf);
        Py_END_ALLOW_THREADS
    }
    PyBuffer_Release(&power), PyBuffer_Release(&sums);
    return answer(fits ? NULL : SIZES);
}

WIDE static void masked_means(const float *restrict power, const char *mask, ptrdiff_t frames, ptrdiff_t bands,
                              double *restrict means) {
    ptrdiff_t held = 0;
    for (ptrdiff_t frame = 0; frame < frames; frame++) {
        held += mask[frame] != 0;
        for (ptrdiff_t band = 0; mask[frame] && band < bands; band++) {
            means[band] += power[frame * bands + band];
        }
    }
    for (ptrdiff_t band = 0; band < bands; band++) {
        means[band] /= (double)(held ? held : 1);
    }
}

/* masked_means(power float32 (frames, bands), mask bool (frames,), means float64 (bands,)): 0 where the mask is empty */
PyObject *voice_masked_means(PyObject *module, PyObject *arguments) {
    (void)module;
    Py_buffer power, mask, means;
    if (!PyArg_ParseTuple(arguments, "y*y*w*", &power, &mask, &means)) {
        return NULL;
    }
    ptrdiff_t bands = ITEMS(means, double);
    int fits = ITEMS(power, float) == mask.len * bands;
    if (fits) {
        Py_BEGIN_ALLOW_THREADS
        memset(means.buf, 0, (size_t)means.len);
        masked_means(power.buf, mask.buf, mask.len, bands, means.buf);
        Py_END_ALLOW_THREADS
    }
    PyBuffer_Release(&power), PyBuffer_Release(&mask), PyBuffer_Release(&means);
    return answer(fits ? NULL : SIZES);
}

INNER void add_row(const float *restrict row, ptrdiff_t bins, float *restrict sum) {
    for (ptrdiff_t bin = 0; bin < bins; bin++) {
        sum[bin] += row[bin];
    }
}

/* Sums of float32 stay right as long as they are short: those of a block go to float64. */
INNER void flush(float *restrict block, ptrdiff_t bins, double *restrict sum) {
    for (ptrdiff_t bin = 0; bin < bins; bin++) {
        sum[bin] += block[bin];
        block[bin] = 0.0f;
    }
}

/* Adds up the bins of each frame, below and from `low` on, and the frames of each kind; what is no kind is in none. */
WIDE static void outline(const float *power, ptrdiff_t bins, const unsigned char *kinds, ptrdiff_t frames,
                         ptrdiff_t low, float *block, double *sums, double *totals) {
    ptrdiff_t held[2] = {0, 0};
    for (ptrdiff_t frame = 0; frame < frames; frame++) {
        const float *row = power + frame * bins;
        totals[2 * frame] = row_sum(row, low);
        totals[2 * frame + 1] = row_sum(row + low, bins - low);
        int kind = kinds[frame] - 1;
        if (kind == 0 || kind == 1) {
            add_row(row, bins, block + kind * bins);
            if (++held[kind] % BLOCK == 0) {
                flush(block + kind * bins, bins, sums + kind * bins);
            }
        }
    }
    flush(block, 2 * bins, sums);
}

/* outline(power float32 (frames, bins), kinds uint8 (frames,): 1 or 2, low bins, sums float64 (2, bins),
 *         totals float64 (frames, 2)) */
PyObject *voice_outline(PyObject *module, PyObject *arguments) {
    (void)module;
    Py_buffer power, kinds, sums, totals;
    Py_ssize_t low;
    if (!PyArg_ParseTuple(arguments, "y*y*nw*w*", &power, &kinds, &low, &sums, &totals)) {
        return NULL;
    }
    ptrdiff_t bins = ITEMS(sums, double) / 2, frames = kinds.len;
    float *block = PyMem_Calloc((size_t)(2 * bins + 1), sizeof(float));
    int fits = 0 <= low && low <= bins && ITEMS(sums, double) == 2 * bins && ITEMS(power, float) == frames * bins &&
               ITEMS(totals, double) == 2 * frames;
    if (fits && block != NULL) {
        Py_BEGIN_ALLOW_THREADS
        memset(sums.buf, 0, (size_t)sums.len);
        outline(power.buf, bins, kinds.buf, frames, low, block, sums.buf, totals.buf);
        Py_END_ALLOW_THREADS
    }
    int out_of_memory = block == NULL;
    PyMem_Free(block);
    PyBuffer_Release(&power), PyBuffer_Release(&kinds), PyBuffer_Release(&sums), PyBuffer_Release(&totals);
    return out_of_memory ? PyErr_NoMemory() : answer(fits ? NULL : SIZES);
}
