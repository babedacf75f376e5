/* The gains that take noise down, and the way there and back. */

#include "kernels.h"

PyMethodDef denoising_methods[] = {
    {NULL, NULL, 0, NULL},
};
