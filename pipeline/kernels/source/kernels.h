/* What every file of loops shares. They are called with numpy's arrays as buffers: contiguous, of the types that the
 * functions in pipeline/dsp hand over; sizes are checked here, since a wrong one would write where nobody looks. */

#ifndef VOICEPREP_KERNELS_H
#define VOICEPREP_KERNELS_H

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030b0000 /* one build for Python 3.11 and all that follow */
#include <Python.h>
#include <stddef.h>

/* A copy for each width of vectors, chosen when the module is loaded: one build runs everywhere and uses what is there.
 * By level and not by the name of a processor, which would be looked for to the letter. Functions marked so cannot be
 * inlined; INNER ones are, into each copy of theirs. */
#if defined(__GNUC__) && __GNUC__ >= 12 && !defined(__clang__) && defined(__x86_64__) && defined(__GLIBC__)
#define WIDE __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define WIDE
#endif

#if defined(__GNUC__)
#define INNER static inline __attribute__((always_inline))
#else
#define INNER static inline
#endif

/* Number of items of a type that a buffer holds. */
#define ITEMS(buffer, type) ((ptrdiff_t)((buffer).len / (Py_ssize_t)sizeof(type)))

#define SIZES "the sizes of the arrays do not fit each other"

INNER void release(Py_buffer *buffers, int count) {
    for (int at = 0; at < count; at++) {
        PyBuffer_Release(&buffers[at]);
    }
}

/* What a call that gives nothing back answers: None, or a ValueError that says what is wrong. */
INNER PyObject *answer(const char *wrong) {
    if (wrong != NULL) {
        PyErr_SetString(PyExc_ValueError, wrong);
        return NULL;
    }
    return Py_NewRef(Py_None);
}

INNER PyObject *finished(const char *wrong, Py_buffer *buffers, int count) {
    release(buffers, count);
    return answer(wrong);
}

extern PyMethodDef spectra_methods[], denoising_methods[], filters_methods[], defects_methods[], voice_methods[],
    pcm_methods[];

#endif
