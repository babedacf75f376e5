/* How much longer tops stay near their summit than round ones would: see pipeline/dsp/flat_tops.py. */

#include "defects.h"
#include <math.h>

enum { MIN_TOPS = 4 };

#define ROUND 1.0
#define UNSEEN 0.25
#define LONGER 1.4

/* What is summed over tops: how many, their samples within the band and below, the roots of their heights. */
typedef struct {
    ptrdiff_t tops, inside, outside;
    double over, flanks;
} Tops;

/* Whether a run is a shoulder of something higher: a sample over `high` is next to it. */
INNER int goes_on(const Side *side, ptrdiff_t first, ptrdiff_t last, double high) {
    const float *level = side->level;
    const int32_t *at = side->at;
    return (first > 0 && (double)level[first - 1] > high && at[first - 1] == at[first] - 1) ||
           (last + 1 < side->count && (double)level[last + 1] > high && at[last + 1] == at[last] + 1);
}

/* Look at one run of samples between the foot and the upper edge; return the one after it. */
INNER ptrdiff_t add_run(Tops *all, const Side *side, ptrdiff_t first, double foot, double low, double high) {
    const float *level = side->level;
    float summit = level[first];
    ptrdiff_t stop = first, inside = 0;
    do {
        inside += (double)level[stop] >= low;
        summit = level[stop] > summit ? level[stop] : summit;
        stop++;
    } while (stop < side->count && side->at[stop] == side->at[stop - 1] + 1 && (double)level[stop] >= foot &&
             (double)level[stop] <= high);
    if ((double)summit >= low && !goes_on(side, first, stop - 1, high)) {
        double over = sqrt((double)summit - low);
        all->tops++;
        all->inside += inside;
        all->outside += stop - first - inside;
        all->over += over;
        all->flanks += sqrt((double)summit - foot) - over;
    }
    return stop;
}

static double surprise(double seen, double expected) {
    double deviance = 2.0 * (seen * log((seen > 1e-9 ? seen : 1e-9) / expected) - seen + expected);
    double root = sqrt(deviance > 0.0 ? deviance : 0.0);
    return seen > expected ? root : seen < expected ? -root : 0.0;
}

double flatness(const Side *side, double foot, double low, double high) {
    Tops all = {0};
    for (ptrdiff_t at = 0; at < side->count;) {
        int here = (double)side->level[at] >= foot && (double)side->level[at] <= high;
        at = here ? add_run(&all, side, at, foot, low, high) : at + 1;
    }
    if (all.tops < MIN_TOPS) {
        return -INFINITY;
    }
    double tops = (double)all.tops, inside = (double)all.inside, outside = (double)all.outside + 2.0;
    double parabola = all.over / all.flanks * (outside + UNSEEN * tops) - tops;
    double expected = ROUND * outside > parabola ? ROUND * outside : parabola;
    if (inside - tops < LONGER * expected) {
        return -INFINITY;
    }
    return surprise(tops / inside * (inside - tops), tops / inside * expected);
}
