/* Plateaus, gaps, clicks: what is looked for sample by sample. */

#include "kernels.h"

PyMethodDef defects_methods[] = {
    {NULL, NULL, 0, NULL},
};
