/* pipeline/dsp/reverb.py: how far bands fall once a steady sound stops. */

#include "voice.h"

enum { STEADY = 3 }; /* frames before */

typedef struct {
    const double *level_db, *least_db, *floor_db, *most_db;
    const char *speech;
    ptrdiff_t frames, bands, lag;
    double steady_db;
} Falling;

INNER int was_steady(const Falling *all, ptrdiff_t frame, ptrdiff_t band, double level_db) {
    for (ptrdiff_t before = 1; before <= STEADY; before++) {
        ptrdiff_t at = frame >= before ? frame - before : frame - before + all->frames; /* as numpy.roll has it */
        if (!(all->level_db[at * all->bands + band] > level_db - all->steady_db)) {
            return 0;
        }
    }
    return 1;
}

static ptrdiff_t falls(const Falling *all, double *found) {
    ptrdiff_t count = 0;
    for (ptrdiff_t frame = 0; frame < all->frames - all->lag; frame++) {
        const double *first = all->level_db + frame * all->bands, *last = first + all->lag * all->bands;
        for (ptrdiff_t band = 0; all->speech[frame] && band < all->bands; band++) {
            if (first[band] > all->least_db[band] && was_steady(all, frame, band, first[band])) {
                double to_db = last[band] > all->floor_db[band] ? last[band] : all->floor_db[band];
                to_db = to_db < all->most_db[band] ? to_db : all->most_db[band];
                found[count++] = first[band] - to_db;
            }
        }
    }
    return count;
}

/* falls(level_db, least_db, floor_db, most_db float64, speech bool, lag, steady_db, found float64) -> how many */
PyObject *voice_falls(PyObject *module, PyObject *arguments) {
    (void)module;
    Py_buffer level, least, lowest, most, speech, found;
    Py_ssize_t lag;
    double steady_db;
    if (!PyArg_ParseTuple(arguments, "y*y*y*y*y*ndw*", &level, &least, &lowest, &most, &speech, &lag, &steady_db,
                          &found)) {
        return NULL;
    }
    Falling all = {level.buf,  least.buf,  lowest.buf,           most.buf, speech.buf,
                   speech.len, ITEMS(least, double), lag, steady_db};
    int fits = lag >= 0 && all.frames > STEADY && ITEMS(level, double) == all.frames * all.bands &&
               lowest.len == least.len && most.len == least.len && found.len == level.len;
    ptrdiff_t count = fits ? falls(&all, found.buf) : 0;
    PyBuffer_Release(&level), PyBuffer_Release(&least), PyBuffer_Release(&lowest), PyBuffer_Release(&most);
    PyBuffer_Release(&speech), PyBuffer_Release(&found);
    return fits ? PyLong_FromSsize_t(count) : answer(SIZES);
}
