/* The module pipeline.kernels._compiled: the functions of every file beside this one. */

#include "kernels.h"

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_compiled", "Compiled loops: see pipeline.kernels.", -1, NULL, NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__compiled(void) {
    PyMethodDef *tables[] = {
        spectra_methods, denoising_methods, filters_methods, defects_methods, voice_methods, pcm_methods,
    };
    PyObject *module = PyModule_Create(&definition);
    for (size_t at = 0; module != NULL && at < sizeof tables / sizeof tables[0]; at++) {
        if (PyModule_AddFunctions(module, tables[at]) < 0) {
            Py_CLEAR(module);
        }
    }
    return module;
}
