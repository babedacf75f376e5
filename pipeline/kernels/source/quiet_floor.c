/* What noise is where there are no pauses to learn it from. */

#include "quantiles.h"
#include "smoothing.h"

#include <stdlib.h>

WIDE static void floors_of(const Columns *columns, double quantile, ptrdiff_t heard, double *floors) {
    quantiles_of(columns, quantile, heard, floors);
}

/* Smooths some bins of all that was heard; returns the number of rows. */
WIDE static ptrdiff_t gather(const Heard *heard, ptrdiff_t first, ptrdiff_t count, int32_t *columns) {
    float sums[COLUMNS + 2], smoothed[COLUMNS] = {0.0f};
    ptrdiff_t rows = 0;
    for (ptrdiff_t frame = 0; frame < heard->frames; frame++) {
        if (!heard->empty[frame]) {
            smooth(heard, frame, first, count, sums, smoothed);
            memcpy(columns + rows++ * COLUMNS, smoothed, sizeof smoothed);
        }
    }
    return rows;
}

int quiet_floor(const Heard *heard, double quantile, double *floor) {
    int32_t *columns = malloc((size_t)heard->frames * COLUMNS * sizeof(int32_t) + 1);
    if (columns == NULL) {
        return 0;
    }
    for (ptrdiff_t first = 0; first < heard->bins; first += COLUMNS) {
        double floors[COLUMNS];
        ptrdiff_t left = heard->bins - first, count = left < COLUMNS ? left : COLUMNS;
        ptrdiff_t rows = gather(heard, first, count, columns);
        floors_of(&(Columns){columns, rows}, quantile, rows, floors);
        memcpy(floor + first, floors, (size_t)count * sizeof(double));
    }
    free(columns);
    return 1;
}
