/* Bodies that are known to be bad, one misbehaviour each, and what a trial has
 * to make of them. Tables, so that the tests, the speaking check and the
 * repeats all know the same ones. */
#ifndef TESTS_BODIES_H
#define TESTS_BODIES_H

#include "trial.h"

struct bad {
    const char *name;
    long (*body)(void *facts);
    enum trial_end how;
    int signal, status; /* as `how` goes */
    int ran_on;
    struct moment left;
    int handles, files;
    const char *seen; /* part of the census, or NULL */
    struct limits limits;
    const char *says;         /* part of the verdict's message, or NULL */
    bool not_under_sanitizer; /* which has its own mind about it */
};

/* Ends with a row without a name. */
extern const struct bad bad_endings[], bad_waiting[], bad_left[];

#endif
