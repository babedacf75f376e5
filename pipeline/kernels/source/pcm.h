/* What is done to samples on their way in and out: the functions of pcm.c's table that live beside it. */

#ifndef VOICEPREP_PCM_H
#define VOICEPREP_PCM_H

#include "kernels.h"

PyObject *py_products(PyObject *module, PyObject *arguments);
PyObject *py_mix(PyObject *module, PyObject *arguments);
PyObject *py_loudest(PyObject *module, PyObject *arguments);
PyObject *py_is_gain(PyObject *module, PyObject *arguments);

#endif
