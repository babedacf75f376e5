/* Rows become columns: what lies beside each other in a frame comes to lie beside its like of other frames. */

#ifndef VOICEPREP_SQUARES_H
#define VOICEPREP_SQUARES_H

#include "kernels.h"

/* Of rows that begin `apart` from each other. `size`, known when it is compiled, is that of the square. */
INNER void swap(const float *restrict from, ptrdiff_t apart, float *restrict to, ptrdiff_t size) {
    for (ptrdiff_t lane = 0; lane < size; lane++) {
        for (ptrdiff_t row = 0; row < size; row++) {
            to[lane * size + row] = from[row * apart + lane];
        }
    }
}

#endif
