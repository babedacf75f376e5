/* The loud samples of blocks, as they are or as they were before a high-pass: see pipeline/dsp/loud_blocks.py. */

#include "loud_view.h"
#include <math.h>

enum { MIN_TOPS = 4, WORD = 8 };

#define LEAST 1e-4
#define LOUD 0.4

/* The highest and, turned round, the lowest that so many blocks reach: one click is not the wave's level. */
typedef struct {
    float top[MIN_TOPS], bottom[MIN_TOPS];
} Loudest;

INNER void keep_highest(float *restrict highest, float value) {
    for (int place = 0; place < MIN_TOPS; place++) {
        float here = highest[place];
        highest[place] = value > here ? value : here;
        value = value > here ? here : value;
    }
}

INNER void keep_loudest(Loudest *most, const float *restrict block) {
    float top[LANES], bottom[LANES];
    for (int lane = 0; lane < LANES; lane++) {
        top[lane] = block[lane];
        bottom[lane] = -block[lane];
    }
    for (int at = LANES; at < BLOCK; at += LANES) {
        for (int lane = 0; lane < LANES; lane++) {
            float value = block[at + lane];
            top[lane] = value > top[lane] ? value : top[lane];
            bottom[lane] = -value > bottom[lane] ? -value : bottom[lane];
        }
    }
    keep_highest(most->top, highest_lane(top));
    keep_highest(most->bottom, highest_lane(bottom));
}

INNER float threshold(const float *highest) {
    double level = (double)highest[MIN_TOPS - 1];
    return (float)(LOUD * (level > LEAST ? level : LEAST));
}

/* What was found, and how much of it. */
typedef struct {
    float *wave;
    int32_t *at;
    ptrdiff_t count;
} Found;

/* Take what is loud for its side from a block: first a mask, so that whole words of others are passed by. */
INNER void keep_loud(Found *to, const float *restrict block, ptrdiff_t start, float above, float below) {
    float *restrict wave = to->wave;
    int32_t *restrict at = to->at;
    ptrdiff_t count = to->count;
    unsigned char loud[BLOCK];
    for (int sample = 0; sample < BLOCK; sample++) {
        loud[sample] = (block[sample] > above) | (block[sample] < below);
    }
    for (int sample = 0; sample < BLOCK; sample += WORD) {
        uint64_t some;
        memcpy(&some, loud + sample, sizeof some);
        for (int next = sample; some != 0 && next < sample + WORD; next++) {
            wave[count] = block[next];
            at[count] = (int32_t)(start + next);
            count += loud[next];
        }
    }
    to->count = count;
}

/* Twice over all blocks: for the levels, and for what is loud. What takes time to make is kept between in `room`. */
WIDE static void find(Found *to, const Blocks *from, float *restrict room) {
    float few[CHAINS * BLOCK];
    Loudest most;
    for (int place = 0; place < MIN_TOPS; place++) {
        most.top[place] = most.bottom[place] = -INFINITY;
    }
    for (int again = 0; again < 2; again++) {
        float above = threshold(most.top), below = -threshold(most.bottom);
        for (ptrdiff_t first = 0; first < from->blocks; first += CHAINS) {
            int count = from->blocks - first < CHAINS ? (int)(from->blocks - first) : CHAINS;
            float *view = room == NULL ? few : room + first * BLOCK;
            if (room == NULL || !again) {
                look_at(from, first, count, view);
            }
            for (int number = 0; number < count; number++) {
                if (again) {
                    keep_loud(to, view + number * BLOCK, from->index[first + number] * BLOCK, above, below);
                } else {
                    keep_loudest(&most, view + number * BLOCK);
                }
            }
        }
    }
}

INNER int within(const Blocks *from, ptrdiff_t blocks_of_wave) {
    for (ptrdiff_t number = 0; number < from->blocks; number++) {
        if (from->index[number] < 0 || from->index[number] >= blocks_of_wave) {
            return 0;
        }
    }
    return 1;
}

PyObject *loud_samples(PyObject *self, PyObject *args) {
    Py_buffer in[6];
    Blocks from;
    if (!PyArg_ParseTuple(args, "y*y*y*y*fdw*w*", &in[0], &in[1], &in[2], &in[3], &from.mean, &from.factor, &in[4],
                          &in[5])) {
        return NULL;
    }
    from.wave = in[0].buf, from.index = in[1].buf, from.start = in[2].buf, from.kept = in[3].buf;
    from.blocks = ITEMS(in[1], ptrdiff_t);
    ptrdiff_t all = from.blocks * BLOCK;
    int fits = ITEMS(in[2], double) == from.blocks && ITEMS(in[3], double) == BLOCK + 1 &&
               ITEMS(in[4], float) >= all && ITEMS(in[5], int32_t) >= all && ITEMS(in[0], float) <= INT32_MAX &&
               within(&from, ITEMS(in[0], float) / BLOCK);
    int kept = fits && from.factor != 0.0;
    float *room = kept ? PyMem_Malloc((size_t)(all + 1) * sizeof(float)) : NULL;
    Found to = {in[4].buf, in[5].buf, 0};
    if (!fits) {
        PyErr_SetString(PyExc_ValueError, SIZES);
    } else if (kept && room == NULL) {
        PyErr_NoMemory();
    } else if (from.blocks >= MIN_TOPS) {
        Py_BEGIN_ALLOW_THREADS
        find(&to, &from, room);
        Py_END_ALLOW_THREADS
    }
    PyMem_Free(room);
    release(in, 6);
    return PyErr_Occurred() ? NULL : PyLong_FromSsize_t(to.count);
}
