/* Transforms of numbers, as they lie in an Fft: in rows of as many as a vector holds. They are transformed over the
 * rows, turned, and transformed within each row, sixteen or eight rows at a time: what lies within them, over them. */

#include "fft_passes.h"
#include "squares.h"

/* Transforms over the rows, to and fro between two arrays; returns which of them holds the result. */
INNER int transform_rows(const Fft *fft, float *work[2][2], ptrdiff_t lanes) {
    Turns turns = {fft->turns[0], fft->between[0], fft->between[1]};
    ptrdiff_t left = fft->rows, span = lanes, radix;
    int held = 0;
    for (ptrdiff_t at = 0; left > 1; at++, span *= radix, held = !held) {
        radix = fft->radices[at];
        switch (2 * radix + (left == radix)) {
#define CASE(radix, last, how)                                                                                        \
    case 2 * radix + last: pass(work[held], work[!held], turns, left / radix, span, lanes, how, radix); break;
            CASE(2, 0, BY_GROUP)
            CASE(3, 0, BY_GROUP)
            CASE(4, 0, BY_GROUP)
            CASE(5, 0, BY_GROUP)
            CASE(2, 1, BY_PLACE)
            CASE(3, 1, BY_PLACE)
            CASE(4, 1, BY_PLACE)
            CASE(5, 1, BY_PLACE)
        }
        left = fft->left[at];
        turns.group += 2 * (radix - 1) * left;
    }
    return held;
}

/* Transforms within the rows, square by square: rows are swapped with lanes, and the last square overlaps the one before. */
INNER void transform_lanes(const Fft *fft, float *from[2], float *to[2], ptrdiff_t lanes) {
    float room[2][2][256], *first[2] = {room[0][0], room[0][1]}, *second[2] = {room[1][0], room[1][1]};
    const Turns turns = {fft->turns[1], fft->between[0], fft->between[1]};
    const ptrdiff_t rows = fft->rows, quarter = lanes / 4;
    for (ptrdiff_t start = 0; start < rows; start += lanes) {
        ptrdiff_t at = start + lanes <= rows ? start : rows - lanes;
        swap(from[0] + at * lanes, lanes, first[0], lanes);
        swap(from[1] + at * lanes, lanes, first[1], lanes);
        pass(first, second, turns, quarter, lanes, lanes, BY_GROUP, 4);
        for (ptrdiff_t line = 0; line < 4; line++) { /* the last pass, straight to where its lines belong */
            row(second[0] + line * lanes, second[1] + line * lanes, to[0] + line * rows + at, to[1] + line * rows + at,
                turns, 4 * lanes, 4 * rows, lanes, BY_NOTHING, quarter);
        }
    }
}

INNER int transform_by(const Fft *fft, float *work[2][2], ptrdiff_t lanes) {
    int held = transform_rows(fft, work, lanes);
    if (lanes > 1) {
        transform_lanes(fft, work[held], work[!held], lanes);
        held = !held;
    }
    return held;
}

WIDE int fft_transform(const Fft *fft, float *work[2][2]) {
    switch (fft->lanes) {
    case 16: return transform_by(fft, work, 16);
    case 8: return transform_by(fft, work, 8);
    default: return transform_by(fft, work, 1);
    }
}
