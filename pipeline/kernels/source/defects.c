/* Plateaus, gaps, clicks: what is looked for sample by sample. */

#include "defects.h"

PyMethodDef defects_methods[] = {
    {"block_levels", block_levels, METH_VARARGS, "Levels and leaky sums of blocks: see loud_blocks.py."},
    {"loud_samples", loud_samples, METH_VARARGS, "Loud samples before a high-pass: see loud_blocks.py."},
    {"likeliest_ceiling", likeliest_ceiling, METH_VARARGS, "The likeliest ceiling of a side: see ceilings.py."},
    {"largest_changes", largest_changes, METH_VARARGS, "The largest change in each block: see clicks.py."},
    {"standing_out", standing_out, METH_VARARGS, "Blocks that stand out from those around: see clicks.py."},
    {"loudest_in_blocks", loudest_in_blocks, METH_VARARGS, "The largest magnitude in each block: see dropouts.py."},
    {"powers_of_blocks", powers_of_blocks, METH_VARARGS, "The mean square of each block: see gaps.py."},
    {"gap_edges", gap_edges, METH_VARARGS, "Where the level falls and rises: see gaps.py."},
    {"repeated_halves", repeated_halves, METH_VARARGS, "Where a wave may be its own past again: see repeats.py."},
    {"step_quantile", step_quantile, METH_VARARGS, "A quantile of the steps between values: see resolution.py."},
    {"spoken_bands", spoken_bands, METH_VARARGS, "Power per frame of speech and band: see emptied.py."},
    {NULL, NULL, 0, NULL},
};
