/* Sums over the bins and over the frames of spectra: among the functions of spectra.c. */

#ifndef VOICEPREP_BANDS_H
#define VOICEPREP_BANDS_H

#include "kernels.h"

PyObject *band_power(PyObject *self, PyObject *args);
PyObject *mean_spectrum(PyObject *self, PyObject *args);

#endif
