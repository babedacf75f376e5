/* Interleaved channels to one. */

#include "pcm.h"
#include <math.h>

enum { LANES = 8, STRETCH = 4096, MOST_CHANNELS = 64 };

/* Sum of what `term` gives for each frame, in lanes that do not wait for each other. */
#define SUMMED(term)                                                                                                   \
    double lanes[LANES] = {0.0};                                                                                       \
    ptrdiff_t at = 0;                                                                                                  \
    for (; at + LANES <= count; at += LANES) {                                                                         \
        for (int lane = 0; lane < LANES; lane++) {                                                                     \
            lanes[lane] += term(at + lane);                                                                            \
        }                                                                                                              \
    }                                                                                                                  \
    for (; at < count; at++) {                                                                                         \
        lanes[0] += term(at);                                                                                          \
    }                                                                                                                  \
    return ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]));

INNER double total(const float *wave, ptrdiff_t step, ptrdiff_t count) {
#define SAMPLE(place) wave[(place) * step]
    SUMMED(SAMPLE)
}

INNER double dot(const float *one, const float *other, ptrdiff_t count) {
#define PRODUCT(place) (double)one[place] * other[place]
    SUMMED(PRODUCT)
}

/* Add the products of each two channels, both less their mean over these frames. */
INNER void add_products(const float *frames, ptrdiff_t channels, ptrdiff_t count, float *room, double *products) {
    double means[MOST_CHANNELS];
    for (ptrdiff_t channel = 0; channel < channels; channel++) {
        means[channel] = total(frames + channel, channels, count) / (double)count;
    }
    for (ptrdiff_t start = 0; start < count; start += STRETCH) {
        ptrdiff_t size = count - start < STRETCH ? count - start : STRETCH;
        for (ptrdiff_t channel = 0; channel < channels; channel++) {
            const float *from = frames + start * channels + channel;
            for (ptrdiff_t at = 0; at < size; at++) {
                room[channel * STRETCH + at] = (float)(from[at * channels] - means[channel]);
            }
            for (ptrdiff_t other = 0; other <= channel; other++) {
                double product = dot(room + channel * STRETCH, room + other * STRETCH, size);
                products[channel * channels + other] += product;
                products[other * channels + channel] += other < channel ? product : 0.0;
            }
        }
    }
}

/* Two channels are what there mostly is: a loop of their own. */
WIDE static void add_all(const float *frames, ptrdiff_t channels, ptrdiff_t count, float *room, double *products) {
    if (channels == 2) {
        add_products(frames, 2, count, room, products);
    } else {
        add_products(frames, channels, count, room, products);
    }
}

INNER void weigh(const float *frames, ptrdiff_t channels, ptrdiff_t count, const double *signs, double used, float *out) {
    for (ptrdiff_t at = 0; at < count; at++) {
        double mixed = 0.0;
        for (ptrdiff_t channel = 0; channel < channels; channel++) {
            mixed += signs[channel] * frames[at * channels + channel];
        }
        out[at] = (float)(mixed / used);
    }
}

WIDE static void mix(const float *frames, ptrdiff_t channels, ptrdiff_t count, const double *signs, double used,
                     float *out) {
    if (channels == 2) {
        weigh(frames, 2, count, signs, used, out);
    } else {
        weigh(frames, channels, count, signs, used, out);
    }
}

PyObject *py_products(PyObject *module, PyObject *arguments) {
    Py_buffer frames, products;
    Py_ssize_t channels, second;
    (void)module;
    if (!PyArg_ParseTuple(arguments, "y*nnw*:products", &frames, &channels, &second, &products)) {
        return NULL;
    }
    int fits = 1 <= channels && channels <= MOST_CHANNELS && second >= 1 && ITEMS(frames, float) % channels == 0 &&
               ITEMS(products, double) == channels * channels;
    float *room = fits ? PyMem_Malloc((size_t)channels * STRETCH * sizeof *room) : NULL;
    if (room != NULL) {
        const float *wave = frames.buf;
        ptrdiff_t count = ITEMS(frames, float) / channels;
        Py_BEGIN_ALLOW_THREADS
        for (ptrdiff_t at = 0; at < count; at += second) {
            add_all(wave + at * channels, channels, count - at < second ? count - at : second, room, products.buf);
        }
        Py_END_ALLOW_THREADS
        PyMem_Free(room);
    }
    PyBuffer_Release(&frames);
    PyBuffer_Release(&products);
    return fits && room == NULL ? PyErr_NoMemory() : answer(fits ? NULL : SIZES);
}

PyObject *py_mix(PyObject *module, PyObject *arguments) {
    Py_buffer frames, signs, out;
    (void)module;
    if (!PyArg_ParseTuple(arguments, "y*y*w*:mix", &frames, &signs, &out)) {
        return NULL;
    }
    ptrdiff_t channels = ITEMS(signs, double), count = ITEMS(out, float);
    int fits = channels >= 1 && ITEMS(frames, float) == channels * count;
    if (fits) {
        double used = 0.0;
        for (ptrdiff_t channel = 0; channel < channels; channel++) {
            used += fabs(((const double *)signs.buf)[channel]);
        }
        Py_BEGIN_ALLOW_THREADS
        mix(frames.buf, channels, count, signs.buf, used, out.buf);
        Py_END_ALLOW_THREADS
    }
    PyBuffer_Release(&frames);
    PyBuffer_Release(&signs);
    PyBuffer_Release(&out);
    return answer(fits ? NULL : SIZES);
}
