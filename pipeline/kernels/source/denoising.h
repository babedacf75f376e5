/* What the files of denoising share: how a call ends, and the calls that another file than the table's holds. */

#ifndef VOICEPREP_DENOISING_H
#define VOICEPREP_DENOISING_H

#include "kernels.h"

#define SIZES "the sizes do not fit each other"
#define NO_ROOM "no room to work in, or no transform of this length"

/* Lets go of the buffers; None, or a ValueError where there is a mistake. */
INNER PyObject *finished(const char *mistake, Py_buffer *buffers, size_t count) {
    for (size_t at = 0; at < count; at++) {
        PyBuffer_Release(&buffers[at]);
    }
    if (mistake != NULL) {
        PyErr_SetString(PyExc_ValueError, mistake);
        return NULL;
    }
    return Py_NewRef(Py_None);
}

PyObject *filtered(PyObject *module, PyObject *arguments);
PyObject *noise_lowered(PyObject *module, PyObject *arguments);

#endif
