/* Levels of blocks, and the leaky sum up to each: see pipeline/dsp/loud_blocks.py. */

#include "defects.h"

enum { BLOCK = 512 };

typedef struct {
    float top, bottom;
    double sum, leaky;
} Levels;

/* Highest, lowest, sum, and sum with what a leaky sum keeps of each until the block ends. */
INNER Levels levels_of(const float *restrict block, const double *restrict weights) {
    float top[LANES], bottom[LANES];
    double sum[LANES] = {0.0}, leaky[LANES] = {0.0};
    for (int lane = 0; lane < LANES; lane++) {
        top[lane] = bottom[lane] = block[lane];
    }
    for (int at = 0; at < BLOCK; at += LANES) {
        for (int lane = 0; lane < LANES; lane++) {
            float value = block[at + lane];
            top[lane] = value > top[lane] ? value : top[lane];
            bottom[lane] = value < bottom[lane] ? value : bottom[lane];
            sum[lane] += (double)value;
            leaky[lane] += weights[at + lane] * (double)value;
        }
    }
    Levels all = {top[0], bottom[0], sum[0], leaky[0]};
    for (int lane = 1; lane < LANES; lane++) {
        all.top = top[lane] > all.top ? top[lane] : all.top;
        all.bottom = bottom[lane] < all.bottom ? bottom[lane] : all.bottom;
        all.sum += sum[lane];
        all.leaky += leaky[lane];
    }
    return all;
}

/* Levels of all blocks; the mean of the wave; and in `start` the leaky sum of all that came before each, less the mean. */
WIDE static double measure(const float *restrict wave, ptrdiff_t samples, const double *restrict kept,
                           float *restrict top, float *restrict bottom, double *restrict start) {
    double weights[BLOCK], sum = 0.0, all_kept = 0.0, before = 0.0;
    ptrdiff_t blocks = samples / BLOCK;
    for (int at = 0; at < BLOCK; at++) {
        weights[at] = kept[BLOCK - 1 - at];
        all_kept += kept[at];
    }
    for (ptrdiff_t number = 0; number < blocks; number++) {
        Levels levels = levels_of(wave + number * BLOCK, weights);
        top[number] = levels.top;
        bottom[number] = levels.bottom;
        start[number] = levels.leaky;
        sum += levels.sum;
    }
    for (ptrdiff_t at = blocks * BLOCK; at < samples; at++) {
        sum += (double)wave[at];
    }
    double mean = samples > 0 ? sum / (double)samples : 0.0;
    for (ptrdiff_t number = 0; number < blocks; number++) {
        double own = start[number] - mean * all_kept;
        start[number] = before;
        before = own + kept[BLOCK] * before;
    }
    return mean;
}

PyObject *block_levels(PyObject *self, PyObject *args) {
    Py_buffer in[5];
    if (!PyArg_ParseTuple(args, "y*y*w*w*w*", &in[0], &in[1], &in[2], &in[3], &in[4])) {
        return NULL;
    }
    ptrdiff_t samples = ITEMS(in[0], float), blocks = samples / BLOCK;
    double mean = 0.0;
    int fits = ITEMS(in[1], double) == BLOCK + 1 && ITEMS(in[2], float) == blocks && ITEMS(in[3], float) == blocks &&
               ITEMS(in[4], double) == blocks;
    if (fits) {
        Py_BEGIN_ALLOW_THREADS
        mean = measure(in[0].buf, samples, in[1].buf, in[2].buf, in[3].buf, in[4].buf);
        Py_END_ALLOW_THREADS
    } else {
        PyErr_SetString(PyExc_ValueError, SIZES);
    }
    release(in, 5);
    return fits ? PyFloat_FromDouble(mean) : NULL;
}
