/* Pitch, pauses and rooms: what is told by frames and bands. */

#include "kernels.h"

PyMethodDef voice_methods[] = {
    {NULL, NULL, 0, NULL},
};
