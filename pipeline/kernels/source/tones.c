/* pipeline/dsp/music.py: partials that hold their frequency. */

#include "voice.h"
#include <string.h>

enum { SIDE = 2 }; /* bins to either side that a partial stands out of */

/* Counts for how many frames each bin has stood out; returns the longest. */
INNER int stayed(const float *restrict power, ptrdiff_t bins, float over, float audible, int *restrict frames) {
    int longest = 0;
    for (ptrdiff_t bin = 0; bin < bins; bin++) {
        float below = power[bin - SIDE], above = power[bin + SIDE];
        float least = over * (below > above ? below : above);
        least = least > audible ? least : audible;
        frames[bin] = power[bin] > least ? frames[bin] + 1 : 0;
        longest = frames[bin] > longest ? frames[bin] : longest;
    }
    return longest;
}

WIDE static void held_tones(const float *power, ptrdiff_t bins, ptrdiff_t first, ptrdiff_t end, float over,
                            float audible, ptrdiff_t held, int *counts, ptrdiff_t frames, char *found) {
    ptrdiff_t told = 0;
    memset(found, 0, (size_t)frames);
    for (ptrdiff_t frame = 1; frame < frames; frame++) { /* what is there in the first frame may have begun before */
        if (stayed(power + frame * bins + first, end - first, over, audible, counts) >= held) {
            ptrdiff_t start = frame + 1 - held > told ? frame + 1 - held : told;
            told = frame + 1;
            memset(found + start, 1, (size_t)(told - start));
        }
    }
}

/* held_tones(power float32 (frames, bins), bins, first, end, over, audible, held frames, counts int32 (end - first,),
 *            found bool (frames,)) */
PyObject *voice_held_tones(PyObject *module, PyObject *arguments) {
    (void)module;
    Py_buffer power, counts, found;
    Py_ssize_t bins, first, end, held;
    float over, audible;
    if (!PyArg_ParseTuple(arguments, "y*nnnffnw*w*", &power, &bins, &first, &end, &over, &audible, &held, &counts,
                          &found)) {
        return NULL;
    }
    int fits = SIDE <= first && first <= end && end <= bins - SIDE && held > 0 &&
               ITEMS(counts, int) == end - first && ITEMS(power, float) == found.len * bins;
    if (fits) {
        Py_BEGIN_ALLOW_THREADS
        memset(counts.buf, 0, (size_t)counts.len);
        held_tones(power.buf, bins, first, end, over, audible, held, counts.buf, found.len, found.buf);
        Py_END_ALLOW_THREADS
    }
    PyBuffer_Release(&power), PyBuffer_Release(&counts), PyBuffer_Release(&found);
    return answer(fits ? NULL : SIZES);
}
