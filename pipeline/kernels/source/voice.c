/* Pitch, pauses and rooms: what is told by frames and bands. */

#include "voice.h"

PyMethodDef voice_methods[] = {
    {"falls", voice_falls, METH_VARARGS, NULL},
    {"held_tones", voice_held_tones, METH_VARARGS, NULL},
    {"masked_means", voice_masked_means, METH_VARARGS, NULL},
    {"mean_ratios", voice_mean_ratios, METH_VARARGS, NULL},
    {"mirrored", voice_mirrored, METH_VARARGS, NULL},
    {"order_statistics", voice_order_statistics, METH_VARARGS, NULL},
    {"outline", voice_outline, METH_VARARGS, NULL},
    {"pitch_correlations", voice_pitch_correlations, METH_VARARGS, NULL},
    {"pitch_peaks", voice_pitch_peaks, METH_VARARGS, NULL},
    {"prominences", voice_prominences, METH_VARARGS, NULL},
    {"row_sums", voice_row_sums, METH_VARARGS, NULL},
    {"running_means", voice_running_means, METH_VARARGS, NULL},
    {"second_voice", voice_second, METH_VARARGS, NULL},
    {"widened", voice_widened, METH_VARARGS, NULL},
    {"window_powers", voice_window_powers, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};
