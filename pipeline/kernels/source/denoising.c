/* The gains that take noise down, and the noise they go by: what Python calls. */

#include "denoising.h"
#include "log_mmse.h"
#include "noise_floor.h"

enum { MOST_FRAMES = 100000 }; /* in a second: no number of items overflows */

WIDE static void gains_of(const LogMmse *rule, const float *power, const float *per_noise, float *holds, float *gains,
                          ptrdiff_t frames, ptrdiff_t bins) {
    for (ptrdiff_t at = 0; at < frames * bins; at += bins) {
        next_gains(rule, power + at, per_noise, holds, gains + at, bins);
    }
}

/* log_mmse_gains(power, per_noise, rule, holds, gains): of some frames with the same noise. */
static PyObject *log_mmse_gains(PyObject *Py_UNUSED(module), PyObject *arguments) {
    Py_buffer all[4], *power = &all[0], *per_noise = &all[1], *holds = &all[2], *gains = &all[3];
    LogMmse rule;
    if (!PyArg_ParseTuple(arguments, "y*y*(fffff)w*w*", power, per_noise, &rule.weight, &rule.most_posterior,
                          &rule.least_argument, &rule.least, &rule.floor_gain, holds, gains)) {
        return NULL;
    }
    ptrdiff_t bins = ITEMS(*holds, float), frames = bins ? ITEMS(*power, float) / bins : 0;
    int fits = ITEMS(*per_noise, float) == bins && ITEMS(*power, float) == frames * bins &&
               ITEMS(*gains, float) == frames * bins;
    if (fits) {
        Py_BEGIN_ALLOW_THREADS
        gains_of(&rule, power->buf, per_noise->buf, holds->buf, gains->buf, frames, bins);
        Py_END_ALLOW_THREADS
    }
    return finished(fits ? NULL : SIZES, all, 4);
}

static void add_up(const Heard *heard, const unsigned char *chosen, ptrdiff_t second, double *sums, double *counts) {
    for (ptrdiff_t frame = 0; frame < heard->frames; frame++) {
        const float *restrict power = heard->power + frame * heard->bins;
        double *restrict sum = sums + frame / second * heard->bins;
        for (ptrdiff_t bin = 0; chosen[frame] && bin < heard->bins; bin++) {
            sum[bin] += power[bin];
        }
        counts[frame / second] += chosen[frame] != 0;
    }
}

/* sums_by_second(power, chosen, second, sums, counts): adds up the chosen frames of each second. */
static PyObject *sums_by_second(PyObject *Py_UNUSED(module), PyObject *arguments) {
    Py_buffer all[4], *power = &all[0], *chosen = &all[1], *sums = &all[2], *counts = &all[3];
    Py_ssize_t second;
    if (!PyArg_ParseTuple(arguments, "y*y*nw*w*", power, chosen, &second, sums, counts)) {
        return NULL;
    }
    ptrdiff_t frames = chosen->len, seconds = ITEMS(*counts, double), bins = seconds ? ITEMS(*sums, double) / seconds : 0;
    int fits = second > 0 && second <= MOST_FRAMES && bins > 0 && ITEMS(*sums, double) == seconds * bins &&
               ITEMS(*power, float) == frames * bins && (frames + second - 1) / second <= seconds;
    if (fits) {
        Heard heard = {power->buf, chosen->buf, frames, bins};
        Py_BEGIN_ALLOW_THREADS
        add_up(&heard, chosen->buf, second, sums->buf, counts->buf);
        Py_END_ALLOW_THREADS
    }
    return finished(fits ? NULL : SIZES, all, 4);
}

/* follow_noise(power, empty, (quantile, bias, ratio, most ratio, second), noise): raises the noise of each second. */
static PyObject *call_follow_noise(PyObject *Py_UNUSED(module), PyObject *arguments) {
    Py_buffer all[3], *power = &all[0], *empty = &all[1], *noise = &all[2];
    Rise rise;
    if (!PyArg_ParseTuple(arguments, "y*y*(ddddn)w*", power, empty, &rise.quantile, &rise.bias, &rise.ratio,
                          &rise.most_ratio, &rise.second, noise)) {
        return NULL;
    }
    Heard heard = {power->buf, empty->buf, empty->len, empty->len ? ITEMS(*power, float) / empty->len : 0};
    ptrdiff_t seconds = heard.bins ? ITEMS(*noise, double) / heard.bins : 0;
    const char *mistake = SIZES;
    if (heard.bins > 1 && rise.second > 0 && rise.second <= MOST_FRAMES && rise.quantile >= 0.0 && rise.quantile <= 1.0 &&
        ITEMS(*power, float) == heard.frames * heard.bins && ITEMS(*noise, double) == seconds * heard.bins) {
        Py_BEGIN_ALLOW_THREADS
        mistake = follow_noise(&heard, &rise, noise->buf, seconds) ? NULL : NO_ROOM;
        Py_END_ALLOW_THREADS
    }
    return finished(mistake, all, 3);
}

/* quiet_floor(power, empty, quantile, floor): of each bin, over all frames that are not empty. */
static PyObject *call_quiet_floor(PyObject *Py_UNUSED(module), PyObject *arguments) {
    Py_buffer all[3], *power = &all[0], *empty = &all[1], *floor = &all[2];
    double quantile;
    if (!PyArg_ParseTuple(arguments, "y*y*dw*", power, empty, &quantile, floor)) {
        return NULL;
    }
    Heard heard = {power->buf, empty->buf, empty->len, ITEMS(*floor, double)};
    const char *mistake = SIZES;
    if (heard.bins > 1 && quantile >= 0.0 && quantile <= 1.0 && ITEMS(*power, float) == heard.frames * heard.bins) {
        Py_BEGIN_ALLOW_THREADS
        mistake = quiet_floor(&heard, quantile, floor->buf) ? NULL : NO_ROOM;
        Py_END_ALLOW_THREADS
    }
    return finished(mistake, all, 3);
}

PyMethodDef denoising_methods[] = {
    {"log_mmse_gains", log_mmse_gains, METH_VARARGS, NULL},
    {"filtered", filtered, METH_VARARGS, NULL},
    {"noise_lowered", noise_lowered, METH_VARARGS, NULL},
    {"sums_by_second", sums_by_second, METH_VARARGS, NULL},
    {"follow_noise", call_follow_noise, METH_VARARGS, NULL},
    {"quiet_floor", call_quiet_floor, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};
