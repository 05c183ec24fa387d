/* All that a check needs, in one include: cmocka (whose own header wants four
 * others before it), trials, gates, recorders, births, seeds and verdicts. The
 * devices of single labs (fake_clock.h, duel.h, steps.h, condhook.h) are
 * included by those labs. */
#ifndef CHECKING_CHECKING_H
#define CHECKING_CHECKING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "births.h"
#include "gate.h"
#include "recorder.h"
#include "seed.h"
#include "trial.h"
#include "verdict.h"

/* Leaves out the test that calls it, and says why in a line: the machine, or the
 * way in which the exercise was built, gives nothing to try. */
_Noreturn void checking_skip(const char *why);

/* A check's main: runs the tests (without setup or teardown) up to the first
 * that fails, or the one that argv[1] names ("*" stands for anything). Returns
 * 0 or 1, for main to return. */
int checking_run(int argc, char **argv, const struct CMUnitTest *tests,
                 size_t count);

#endif
