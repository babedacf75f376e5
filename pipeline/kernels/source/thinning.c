/* A wave at a fraction of its rate: one sum of products for each sample that is kept. */

#include "measures.h"
#include "vectors.h"
#include <stdlib.h>

enum { TOGETHER = 4 };

/* How much of the wave is looked at at once. */
INNER ptrdiff_t reach_of(const Thinning *this) {
    return this->length + (TOGETHER - 1) * this->factor;
}

int thinning_begin(Thinning *this, ptrdiff_t delay) {
    size_t room = (size_t)(delay + reach_of(this) + MEASURED_PART);
    this->buffer = calloc(room, sizeof(float));
    this->start = this->at = 0;
    this->filled = delay; /* before the wave there is nothing */
    return this->buffer != NULL;
}

float *thinning_room(Thinning *this) {
    return this->buffer + this->filled;
}

/* As many sums at once as are added up together. */
INNER void find_samples(const float *samples, const float *taps, ptrdiff_t length, ptrdiff_t factor, float *out) {
    eight_floats sums[TOGETHER] = {{0}};
    for (ptrdiff_t at = 0; at < length; at += TAPS_OF) {
        for (int one = 0; one < TOGETHER; one++) {
            add_product(&sums[one], samples + one * factor + at, taps + at);
        }
    }
    store_totals(out, sums);
}

WIDE void thinning_add(Thinning *this, ptrdiff_t count) {
    const ptrdiff_t length = this->length, factor = this->factor, reach = reach_of(this);
    float *samples = this->buffer;
    this->filled += count;
    while (this->at < this->count && this->start + reach <= this->filled) {
        float found[TOGETHER];
        ptrdiff_t wanted = this->count - this->at < TOGETHER ? this->count - this->at : TOGETHER;
        find_samples(samples + this->start, this->taps, length, factor, found);
        memcpy(this->out + this->at, found, (size_t)wanted * sizeof *found);
        this->at += wanted;
        this->start += TOGETHER * factor;
    }
    int over = this->at == this->count || this->start > this->filled;
    ptrdiff_t done = over ? this->filled : this->start;
    memmove(samples, samples + done, (size_t)(this->filled - done) * sizeof *samples);
    this->filled -= done;
    this->start -= done;
}

void thinning_end(Thinning *this) {
    while (this->at < this->count) {
        memset(thinning_room(this), 0, MEASURED_PART * sizeof *this->buffer);
        thinning_add(this, MEASURED_PART);
    }
    free(this->buffer);
}
