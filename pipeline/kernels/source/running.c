/* pipeline/dsp/running.py: running means along an axis, and flags that reach further. */

#include "voice.h"
#include <string.h>

enum { LANES = 16 };

/* The row that stands for one beyond the ends, as in a mirror that stands between two rows. */
INNER ptrdiff_t mirrored(ptrdiff_t row, ptrdiff_t rows) {
    if (row >= 0 && row < rows) {
        return row; /* and no division, which takes as long as all the rest */
    }
    ptrdiff_t period = 2 * rows;
    row = ((row % period) + period) % period;
    return row < rows ? row : period - 1 - row;
}

INNER void few_columns(const double *restrict values, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t size, int width,
                       double *restrict means) {
    double sum[LANES] = {0.0};
    for (ptrdiff_t row = -(size / 2); row < size - size / 2; row++) {
        const double *one = values + mirrored(row, rows) * columns;
        for (int lane = 0; lane < width; lane++) {
            sum[lane] += one[lane];
        }
    }
    for (int lane = 0; lane < width; lane++) {
        means[lane] = sum[lane] / (double)size;
    }
    for (ptrdiff_t row = 1; row < rows; row++) {
        const double *gone = values + mirrored(row - 1 - size / 2, rows) * columns;
        const double *come = values + mirrored(row + size - size / 2 - 1, rows) * columns;
        for (int lane = 0; lane < width; lane++) {
            sum[lane] += come[lane] - gone[lane];
            means[row * columns + lane] = sum[lane] / (double)size;
        }
    }
}

WIDE static void running_means(const double *values, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t size,
                               double *means) {
    ptrdiff_t column = 0;
    for (; column + LANES <= columns; column += LANES) {
        few_columns(values + column, rows, columns, size, LANES, means + column);
    }
    for (; column + 4 <= columns; column += 4) {
        few_columns(values + column, rows, columns, size, 4, means + column);
    }
    for (; column < columns; column++) {
        few_columns(values + column, rows, columns, size, 1, means + column);
    }
}

/* running_means(values float64 (rows, columns), rows, size, means float64 (rows, columns)) */
PyObject *voice_running_means(PyObject *module, PyObject *arguments) {
    (void)module;
    Py_buffer values, means;
    Py_ssize_t rows, size;
    if (!PyArg_ParseTuple(arguments, "y*nnw*", &values, &rows, &size, &means)) {
        return NULL;
    }
    ptrdiff_t items = ITEMS(values, double);
    int fits = rows > 0 && size > 0 && items % rows == 0 && ITEMS(means, double) == items;
    if (fits) {
        Py_BEGIN_ALLOW_THREADS
        running_means(values.buf, rows, items / rows, size, means.buf);
        Py_END_ALLOW_THREADS
    }
    PyBuffer_Release(&values), PyBuffer_Release(&means);
    return answer(fits ? NULL : SIZES);
}

static void widened(const char *restrict flags, ptrdiff_t count, ptrdiff_t before, ptrdiff_t after,
                    char *restrict wide) {
    ptrdiff_t reached = 0; /* all below are written */
    memset(wide, 0, (size_t)count);
    for (ptrdiff_t at = 0; at < count; at++) {
        if (flags[at]) {
            ptrdiff_t first = at - before > reached ? at - before : reached;
            ptrdiff_t end = at + 1 + after < count ? at + 1 + after : count;
            if (end > first) {
                memset(wide + first, 1, (size_t)(end - first));
            }
            reached = end > reached ? end : reached;
        }
    }
}

/* widened(flags bool (frames,), frames before, frames after, wide bool (frames,)) */
PyObject *voice_widened(PyObject *module, PyObject *arguments) {
    (void)module;
    Py_buffer flags, wide;
    Py_ssize_t before, after;
    if (!PyArg_ParseTuple(arguments, "y*nnw*", &flags, &before, &after, &wide)) {
        return NULL;
    }
    int fits = before >= 0 && after >= 0 && before < PTRDIFF_MAX / 4 && after < PTRDIFF_MAX / 4 && wide.len == flags.len;
    if (fits) {
        Py_BEGIN_ALLOW_THREADS
        widened(flags.buf, flags.len, before, after, wide.buf);
        Py_END_ALLOW_THREADS
    }
    PyBuffer_Release(&flags), PyBuffer_Release(&wide);
    return answer(fits ? NULL : SIZES);
}
