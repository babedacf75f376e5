/* pipeline/dsp/pitch.py: the best peak of each autocorrelation, a frame a lane, as pitch.c lays them out. */

#include "many.h"
#include "voice.h"

typedef struct {
    ptrdiff_t lags, first, last;
    const float *cost; /* of each lag */
    double rate_hz;    /* of the lags */
} Range;

/* Looks for the first lag at which correlation less cost is highest, over 0, among those it rises to and falls from. */
INNER void best_lags(const Range *range, const float *restrict correlation, int *restrict best) {
    float highest[MANY] = {0.0f};
    for (int lane = 0; lane < MANY; lane++) {
        best[lane] = 0;
    }
    for (ptrdiff_t lag = range->first; lag < range->last; lag++) {
        const float *restrict here = correlation + lag * MANY;
        for (int lane = 0; lane < MANY; lane++) {
            float score = here[lane] - range->cost[lag];
            int better = (here[lane] >= here[lane - MANY]) & (here[lane + MANY] < here[lane]) & (score > highest[lane]);
            highest[lane] = better ? score : highest[lane];
            best[lane] = better ? (int)lag : best[lane];
        }
    }
}

/* Frequency and height of the peak of the parabola through three lags; 0 where there is no peak. */
INNER void refine(const Range *range, const float *correlation, int lag, float *hz, float *strength) {
    if (lag == 0) {
        *hz = *strength = 0.0f;
        return;
    }
    const float *here = correlation + lag * MANY;
    float left = here[-MANY], top = *here, right = here[MANY], bend = 2.0f * top - left - right;
    float shift = 0.5f * (right - left) / (bend > 1e-9f ? bend : 1e-9f);
    shift = shift < -0.5f ? -0.5f : shift > 0.5f ? 0.5f : shift;
    *hz = (float)(range->rate_hz / ((double)lag + (double)shift));
    *strength = top > 1.0f ? 1.0f : top;
}

WIDE static void find_peaks(const Range *range, const float *correlation, ptrdiff_t count, float *hz,
                            float *strength) {
    int best[MANY];
    for (ptrdiff_t frame = 0; frame < count; frame += MANY) {
        const float *some = correlation + frame * range->lags;
        best_lags(range, some, best);
        for (int lane = 0; lane < MANY && frame + lane < count; lane++) {
            refine(range, some + lane, best[lane], hz + frame + lane, strength + frame + lane);
        }
    }
}

/* pitch_peaks(correlations float32, cost float32 (lags,), first lag, last, lag_rate_hz, hz float32 (frames,),
 *             strength float32 (frames,)) */
PyObject *voice_pitch_peaks(PyObject *module, PyObject *arguments) {
    (void)module;
    Py_buffer correlation, cost, hz, strength;
    Range range = {0};
    if (!PyArg_ParseTuple(arguments, "y*y*nndw*w*", &correlation, &cost, &range.first, &range.last, &range.rate_hz, &hz,
                          &strength)) {
        return NULL;
    }
    ptrdiff_t count = ITEMS(hz, float);
    range.lags = ITEMS(cost, float), range.cost = cost.buf;
    int fits = range.first > 0 && range.last < range.lags && strength.len == hz.len &&
               ITEMS(correlation, float) >= (count + MANY - 1) / MANY * MANY * range.lags;
    if (fits) {
        Py_BEGIN_ALLOW_THREADS
        find_peaks(&range, correlation.buf, count, hz.buf, strength.buf);
        Py_END_ALLOW_THREADS
    }
    PyBuffer_Release(&correlation), PyBuffer_Release(&cost), PyBuffer_Release(&hz), PyBuffer_Release(&strength);
    return answer(fits ? NULL : SIZES);
}
