/* From float to the numbers that a file holds. */

#include "pcg64.h"
#include "pcm.h"

enum { BLOCK = 1 << 16 }; /* samples that share a stretch of random numbers, as in pipeline/codec/pcm.py */

/* Rounds to whole numbers as rint does, and vectorises everywhere: beyond this a float64 holds no fraction. */
static const double WHOLE = 6755399441055744.0; /* 1.5 * 2**52 */

INNER double rounded(double value) { return value + WHOLE - WHOLE; }

/* Samples are on the grid of a file if each is a number that it can hold. */
WIDE static int on_grid(const float *wave, ptrdiff_t count, float full) {
    int off = 0;
    for (ptrdiff_t at = 0; at < count; at++) {
        float value = wave[at] * full;
        off |= (value != (float)rounded(value)) | (value > full - 1.0f) | (value < -full);
    }
    return !off;
}

/* Round a block to steps of 1 / full, dithered where bits are lost: by the difference of two numbers of 16 bits. */
WIDE static void dither(const float *restrict wave, ptrdiff_t count, double full, const uint16_t *restrict numbers,
                        float *restrict out) {
    const uint16_t *others = numbers + count;
    float step = (float)(1.0 / full);
    for (ptrdiff_t at = 0; at < count; at++) {
        double value = wave[at] * full;
        double noise = (numbers[at] - others[at]) * 0x1p-16;
        double whole = rounded(value), dithered = rounded(value + noise);
        double chosen = value == whole ? whole : dithered;
        chosen = chosen < -full ? -full : chosen > full - 1.0 ? full - 1.0 : chosen;
        out[at] = (float)chosen * step;
    }
}

static PyObject *py_on_grid(PyObject *module, PyObject *arguments) {
    Py_buffer wave;
    double full;
    (void)module;
    if (!PyArg_ParseTuple(arguments, "y*d:on_grid", &wave, &full)) {
        return NULL;
    }
    ptrdiff_t count = ITEMS(wave, float), at = 0;
    Py_BEGIN_ALLOW_THREADS
    while (at < count && on_grid((const float *)wave.buf + at, count - at < BLOCK ? count - at : BLOCK, (float)full)) {
        at += BLOCK;
    }
    Py_END_ALLOW_THREADS
    PyBuffer_Release(&wave);
    return PyBool_FromLong(at >= count);
}

/* quantise(wave, full, state and increment of a PCG64, out): the state goes on. */
static PyObject *py_quantise(PyObject *module, PyObject *arguments) {
    Py_buffer wave, generator, out;
    double full;
    (void)module;
    if (!PyArg_ParseTuple(arguments, "y*dw*w*:quantise", &wave, &full, &generator, &out)) {
        return NULL;
    }
    int fits = wave.len == out.len && ITEMS(generator, Word128) == 2;
    uint16_t *numbers = fits ? PyMem_Malloc(2 * BLOCK * sizeof *numbers) : NULL;
    if (numbers != NULL) {
        ptrdiff_t count = ITEMS(wave, float);
        Word128 *state = generator.buf;
        Py_BEGIN_ALLOW_THREADS
        for (ptrdiff_t at = 0; at < count; at += BLOCK) {
            ptrdiff_t size = count - at < BLOCK ? count - at : BLOCK;
            draw(&state[0], state[1], numbers, (size + 1) / 2);
            dither((const float *)wave.buf + at, size, full, numbers, (float *)out.buf + at);
        }
        Py_END_ALLOW_THREADS
        PyMem_Free(numbers);
    }
    PyBuffer_Release(&wave);
    PyBuffer_Release(&generator);
    PyBuffer_Release(&out);
    return fits && numbers == NULL ? PyErr_NoMemory() : answer(fits ? NULL : SIZES);
}

PyMethodDef pcm_methods[] = {
    {"on_grid", py_on_grid, METH_VARARGS, "Say whether a wave holds nothing but what a file can hold."},
    {"quantise", py_quantise, METH_VARARGS, "Round a wave to what a file can hold, dithered where bits are lost."},
    {"products", py_products, METH_VARARGS, "Add up the products of each two channels about their means."},
    {"mix", py_mix, METH_VARARGS, "Mean of the channels that have a sign."},
    {"loudest", py_loudest, METH_VARARGS, "Find the greatest magnitude."},
    {"is_gain", py_is_gain, METH_VARARGS, "Say whether one wave is another times a gain."},
    {NULL, NULL, 0, NULL},
};
