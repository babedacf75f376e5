/* What the table in voice.c gathers from the files about the voice. */

#ifndef VOICEPREP_VOICE_H
#define VOICEPREP_VOICE_H

#include "kernels.h"

PyObject *voice_falls(PyObject *module, PyObject *arguments);
PyObject *voice_held_tones(PyObject *module, PyObject *arguments);
PyObject *voice_masked_means(PyObject *module, PyObject *arguments);
PyObject *voice_mean_ratios(PyObject *module, PyObject *arguments);
PyObject *voice_mirrored(PyObject *module, PyObject *arguments);
PyObject *voice_order_statistics(PyObject *module, PyObject *arguments);
PyObject *voice_outline(PyObject *module, PyObject *arguments);
PyObject *voice_pitch_correlations(PyObject *module, PyObject *arguments);
PyObject *voice_pitch_peaks(PyObject *module, PyObject *arguments);
PyObject *voice_prominences(PyObject *module, PyObject *arguments);
PyObject *voice_row_sums(PyObject *module, PyObject *arguments);
PyObject *voice_running_means(PyObject *module, PyObject *arguments);
PyObject *voice_second(PyObject *module, PyObject *arguments);
PyObject *voice_widened(PyObject *module, PyObject *arguments);
PyObject *voice_window_powers(PyObject *module, PyObject *arguments);

#endif
