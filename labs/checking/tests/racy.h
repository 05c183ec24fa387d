/* What a student might have written, compiled so that steps.h sees every
 * access. */
#ifndef TESTS_RACY_H
#define TESTS_RACY_H

struct counter {
    long plain;
    _Atomic long atomic;
};

void add_plain(struct counter *counter);
void add_atomic(struct counter *counter);

#endif
