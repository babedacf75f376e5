/* Spectra of frames, and sums over their bands. */

#include "kernels.h"

PyMethodDef spectra_methods[] = {
    {NULL, NULL, 0, NULL},
};
