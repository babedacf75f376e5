/* Samples in and out: mixing, scaling, dither. */

#include "kernels.h"

PyMethodDef pcm_methods[] = {
    {NULL, NULL, 0, NULL},
};
