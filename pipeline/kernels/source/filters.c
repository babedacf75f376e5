/* Recursive filters, and the levels of what comes out of them. */

#include "kernels.h"

PyMethodDef filters_methods[] = {
    {NULL, NULL, 0, NULL},
};
