/* pipeline/dsp/quantiles.py: the values of some rank in many columns, by halving the numbers they can be.
 *
 * Bit patterns of float32 rise as the numbers do, once those of negative ones are turned round: after 32 counts of what
 * lies below a guess, it is found, whatever the values are. Nothing is moved, and a column is a lane. */

#include "voice.h"

#include <stdint.h>
#include <string.h>

enum { LANES = 16 };

INNER int32_t key_of(float value) {
    int32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits ^ ((bits >> 31) & INT32_MAX);
}

INNER float value_of(int32_t key) {
    float value;
    key ^= (key >> 31) & INT32_MAX;
    memcpy(&value, &key, sizeof value);
    return value;
}

/* How many rows are at most as high as the guess, column by column. */
INNER void count_up_to(const int32_t *restrict guess, const float *restrict values, ptrdiff_t rows, ptrdiff_t columns,
                       int width, int32_t *restrict counts) {
    int32_t count[LANES] = {0};
    for (ptrdiff_t row = 0; row < rows; row++) {
        for (int lane = 0; lane < width; lane++) {
            count[lane] += key_of(values[row * columns + lane]) <= guess[lane];
        }
    }
    for (int lane = 0; lane < width; lane++) {
        counts[lane] = count[lane];
    }
}

/* The least value above each. */
INNER void next_above(const int32_t *restrict found, const float *restrict values, ptrdiff_t rows, ptrdiff_t columns,
                      int width, int32_t *restrict next) {
    for (int lane = 0; lane < width; lane++) {
        next[lane] = INT32_MAX;
    }
    for (ptrdiff_t row = 0; row < rows; row++) {
        for (int lane = 0; lane < width; lane++) {
            int32_t key = key_of(values[row * columns + lane]);
            next[lane] = key > found[lane] && key < next[lane] ? key : next[lane];
        }
    }
}

INNER void few_columns(const float *values, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t rank, int width,
                       float *restrict low, float *restrict high) {
    int32_t found[LANES], counts[LANES], next[LANES];
    for (int lane = 0; lane < width; lane++) {
        found[lane] = INT32_MIN;
    }
    for (int bit = 31; bit >= 0; bit--) { /* the highest key under which there are too few, bit by bit */
        int32_t guess[LANES];
        for (int lane = 0; lane < width; lane++) {
            guess[lane] = (int32_t)((uint32_t)found[lane] + ((uint32_t)1 << bit) - 1u);
        }
        count_up_to(guess, values, rows, columns, width, counts);
        for (int lane = 0; lane < width; lane++) {
            found[lane] = counts[lane] <= rank ? (int32_t)((uint32_t)guess[lane] + 1u) : found[lane];
        }
    }
    count_up_to(found, values, rows, columns, width, counts);
    next_above(found, values, rows, columns, width, next);
    for (int lane = 0; lane < width; lane++) {
        low[lane] = value_of(found[lane]);
        high[lane] = counts[lane] > rank + 1 || rank + 1 >= rows ? low[lane] : value_of(next[lane]);
    }
}

WIDE static void order_statistics(const float *values, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t rank, float *low,
                                  float *high) {
    ptrdiff_t at = 0;
    for (; at + LANES <= columns; at += LANES) {
        few_columns(values + at, rows, columns, rank, LANES, low + at, high + at);
    }
    for (; at + 4 <= columns; at += 4) {
        few_columns(values + at, rows, columns, rank, 4, low + at, high + at);
    }
    for (; at < columns; at++) {
        few_columns(values + at, rows, columns, rank, 1, low + at, high + at);
    }
}

/* order_statistics(values float32 (rows, columns), rank, found float32 (2, columns)): of that rank, and of the next */
PyObject *voice_order_statistics(PyObject *module, PyObject *arguments) {
    (void)module;
    Py_buffer values, found;
    Py_ssize_t rank;
    if (!PyArg_ParseTuple(arguments, "y*nw*", &values, &rank, &found)) {
        return NULL;
    }
    ptrdiff_t columns = ITEMS(found, float) / 2, rows = columns ? ITEMS(values, float) / columns : 0;
    int fits = ITEMS(found, float) == 2 * columns && ITEMS(values, float) == rows * columns && rows <= INT32_MAX &&
               (columns == 0 || (0 <= rank && rank < rows));
    if (fits) {
        float *low = found.buf;
        Py_BEGIN_ALLOW_THREADS
        order_statistics(values.buf, rows, columns, rank, low, low + columns);
        Py_END_ALLOW_THREADS
    }
    PyBuffer_Release(&values), PyBuffer_Release(&found);
    return answer(fits ? NULL : SIZES);
}
