/* What the files of denoising share: the calls that another file than the table's holds. */

#ifndef VOICEPREP_DENOISING_H
#define VOICEPREP_DENOISING_H

#include "kernels.h"

#define NO_ROOM "no room to work in, or no transform of this length"

PyObject *filtered(PyObject *module, PyObject *arguments);
PyObject *noise_lowered(PyObject *module, PyObject *arguments);

#endif
