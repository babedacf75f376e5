/* What `defects.c` gathers, each beside its loops, and what these share. */

#ifndef VOICEPREP_DEFECTS_H
#define VOICEPREP_DEFECTS_H

#include "kernels.h"
#include <stdint.h>
#include <string.h>

enum { LANES = 32 }; /* values worked on side by side: more than 16, or gcc unrolls the loop before it sees vectors in it */

PyObject *block_levels(PyObject *self, PyObject *args);
PyObject *loud_samples(PyObject *self, PyObject *args);
PyObject *likeliest_ceiling(PyObject *self, PyObject *args);
PyObject *largest_changes(PyObject *self, PyObject *args);
PyObject *standing_out(PyObject *self, PyObject *args);
PyObject *loudest_in_blocks(PyObject *self, PyObject *args);
PyObject *powers_of_blocks(PyObject *self, PyObject *args);
PyObject *gap_edges(PyObject *self, PyObject *args);
PyObject *repeated_halves(PyObject *self, PyObject *args);
PyObject *step_quantile(PyObject *self, PyObject *args);
PyObject *spoken_bands(PyObject *self, PyObject *args);

/* Levels of the loud samples of one side, all above 0, and where in the wave they are, rising. */
typedef struct {
    float *level;
    int32_t *at;
    ptrdiff_t count;
} Side;

/* Samples of a wave, where they are, and how they are thinned: of more than `enough` loud ones every other `stretch` of
 * the wave is looked at, every third and so on. */
typedef struct {
    const float *wave;
    const int32_t *at;
    ptrdiff_t count, enough, stretch;
} Samples;

/* Keep what is loud of a side: 1 for tops, -1 for bottoms, 0 for both as one. */
void take_side(Side *to, const Samples *from, int side);

/* Steps of level up to 2.5 times the lowest, the inverse of LOUD; and room for four times the widest band above. */
enum { LEVELS = 2400, WIDEST_BAND = 168, ROOM = LEVELS + 4 * WIDEST_BAND };

#define FINENESS 0.0004 /* of the steps */

/* Write how many samples lie below each level, `sums` of 1 + ROOM; and the lowest. Return up to which there are some. */
int add_up_levels(const Side *side, double *lowest, int *sums);

/* By how many standard deviations the tops that end in a band stay in it longer than round ones. */
double flatness(const Side *side, double foot, double low, double high);

/* Magnitudes as whole numbers, which are in the same order: of these, unlike of floats, compilers seek the largest in
 * vectors. */
INNER int32_t bits_of(float value) {
    int32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits & 0x7fffffff;
}

INNER float with_bits(int32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* The highest of all lanes, which are changed: halves against halves, since one after the other each would wait. */
INNER float highest_lane(float *lanes) {
    for (int half = LANES / 2; half > 0; half /= 2) {
        for (int lane = 0; lane < half; lane++) {
            lanes[lane] = lanes[lane] > lanes[lane + half] ? lanes[lane] : lanes[lane + half];
        }
    }
    return lanes[0];
}

/* The value below which a share of positive ones lies, between two of them by straight lines; with room for as many. */
double ranked_at(const double *values, ptrdiff_t count, double share, uint64_t *room);

#endif
