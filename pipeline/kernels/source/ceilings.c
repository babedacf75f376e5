/* Levels about which samples crowd and on which tops are flat: see pipeline/dsp/ceilings.py and clipping.py. */

#include "defects.h"
#include <math.h>

enum { WIDTHS = 9 };

static const int widths[WIDTHS] = {2, 4, 8, 16, 32, 52, 80, 116, WIDEST_BAND};

typedef struct {
    double low, high, evidence;
} Ceiling;

/* What is looked at, and room for what is counted. */
typedef struct {
    Side side;
    int sums[1 + ROOM];
    double held[LEVELS], excess[LEVELS + LANES];
} Work;

/* The first place of the highest; there is room for more values after these. */
INNER int first_highest(double *restrict values, int count) {
    double highest[LANES];
    int place = 0;
    for (int lane = 0; lane < LANES; lane++) {
        highest[lane] = -INFINITY;
        values[count + lane] = -INFINITY;
    }
    for (int at = 0; at < count; at += LANES) {
        for (int lane = 0; lane < LANES; lane++) {
            highest[lane] = values[at + lane] > highest[lane] ? values[at + lane] : highest[lane];
        }
    }
    for (int lane = 1; lane < LANES; lane++) {
        highest[0] = highest[lane] > highest[0] ? highest[lane] : highest[0];
    }
    while (values[place] != highest[0]) {
        place++;
    }
    return place;
}

/* By how many standard deviations more levels lie in each band than below; -1 where over half as many lie above.
 * Return the band of most, which begins after so many quarters of its breadth. */
INNER int most_crowded(Work *restrict work, int levels, int width) {
    int quarter = width / 2, bands = (1 + levels - 2 * width + quarter - 1) / quarter;
    for (int band = 0; band < bands + 8; band++) {
        work->held[band] = (double)(work->sums[band * quarter + 2 * width] - work->sums[band * quarter]);
    }
    for (int band = 0; band < bands; band++) {
        double under = work->held[band], within = work->held[band + 4], over = work->held[band + 8];
        double excess = (within - under) / sqrt(within + under + 1.0);
        work->excess[band] = over > 0.5 * within ? -1.0 : excess;
    }
    return first_highest(work->excess, bands);
}

/* Write for each width the band that holds most, the most crowded first. Their evidence is the crowd. */
INNER int crowded_bands(Work *restrict work, double least, Ceiling *restrict bands) {
    int found = 0;
    double lowest;
    int levels = add_up_levels(&work->side, &lowest, work->sums);
    for (int number = 0; number < WIDTHS && levels >= 6 * widths[number]; number++) {
        int width = widths[number], band = most_crowded(work, levels, width), place = found;
        int middle = 3 * width + band * (width / 2);
        double crowd = work->excess[band];
        for (; crowd >= least && place > 0 && bands[place - 1].evidence < crowd; place--) {
            bands[place] = bands[place - 1];
        }
        if (crowd >= least) {
            bands[place].low = lowest * exp((middle - width) * FINENESS);
            bands[place].high = lowest * exp((middle + width) * FINENESS);
            bands[place].evidence = crowd;
            found++;
        }
    }
    return found;
}

INNER Ceiling find_ceiling(const Side *side, const Ceiling *bands, int count, double step) {
    Ceiling best = {0.0, 0.0, -INFINITY};
    for (int number = 0; number < count; number++) {
        double low = bands[number].low, high = bands[number].high, crowd = bands[number].evidence;
        if (crowd <= best.evidence || crowd <= 0.0) {
            break;
        }
        if (high - low >= 3.0 * step) {
            double flat = flatness(side, low * low / high, low, high), evidence = flat < crowd ? flat : crowd;
            if (evidence > best.evidence) {
                best = bands[number];
                best.evidence = evidence;
            }
        }
    }
    return best;
}

WIDE static Ceiling likeliest(Work *work, double step, double least) {
    Ceiling bands[WIDTHS], none = {0.0, 0.0, -INFINITY};
    if (work->side.count == 0) {
        return none;
    }
    return find_ceiling(&work->side, bands, crowded_bands(work, least, bands), step);
}

INNER Work *work_on(ptrdiff_t count) {
    size_t room = (size_t)count + 1;
    Work *work = PyMem_Malloc(sizeof *work + room * (sizeof(float) + sizeof(int32_t)));
    if (work != NULL) {
        work->side.level = (float *)(work + 1);
        work->side.at = (int32_t *)(work->side.level + room);
    }
    return work;
}

PyObject *likeliest_ceiling(PyObject *self, PyObject *args) {
    Py_buffer in[2];
    int side;
    double step, least;
    Samples from;
    Ceiling best = {0};
    if (!PyArg_ParseTuple(args, "y*y*iddnn", &in[0], &in[1], &side, &step, &least, &from.enough, &from.stretch)) {
        return NULL;
    }
    from.wave = in[0].buf, from.at = in[1].buf, from.count = ITEMS(in[0], float);
    int fits = ITEMS(in[1], int32_t) == from.count && from.enough > 0 && from.stretch > 0;
    Work *work = fits ? work_on(from.count) : NULL;
    if (!fits) {
        PyErr_SetString(PyExc_ValueError, SIZES);
    } else if (work == NULL) {
        PyErr_NoMemory();
    } else {
        Py_BEGIN_ALLOW_THREADS
        take_side(&work->side, &from, side);
        best = likeliest(work, step, least);
        Py_END_ALLOW_THREADS
    }
    PyMem_Free(work);
    release(in, 2);
    return PyErr_Occurred() ? NULL : Py_BuildValue("ddd", best.low, best.high, best.evidence);
}
