/* What the filters' files share: functions that Python calls, and what these have in common. */

#ifndef VOICEPREP_FILTERS_H
#define VOICEPREP_FILTERS_H

#include "kernels.h"
#include "measures.h"
#include <string.h>

/* Whether bounds of so many stretches rise from 0 to no more than `size`. */
int filters_are_bounds(const Py_buffer *bounds, ptrdiff_t stretches, ptrdiff_t size);
/* Whether taps are whole groups, and the other numbers can be. */
int filters_can_thin(const Py_buffer *taps, ptrdiff_t factor, ptrdiff_t delay);

PyObject *step_squares(PyObject *module, PyObject *args);
PyObject *levels_above(PyObject *module, PyObject *args);
PyObject *highest_between(PyObject *module, PyObject *args);

#endif
