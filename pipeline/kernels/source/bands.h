/* Sums over the bins of spectra: among the functions of spectra.c. */

#ifndef VOICEPREP_BANDS_H
#define VOICEPREP_BANDS_H

#include "kernels.h"

PyObject *band_power(PyObject *self, PyObject *args);

#endif
