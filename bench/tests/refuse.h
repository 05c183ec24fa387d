/* The system out of processes, on demand: the linker sends every call of fork,
 * pthread_create and their like through here (ld --wrap). */
#ifndef TESTS_REFUSE_H
#define TESTS_REFUSE_H

#include <stdbool.h>

/* Of the creations from now on, the first `allowed` succeed and the rest fail
 * with EAGAIN. Slowly: a refused one takes a millisecond at least. */
void refuse_after(unsigned allowed, bool slowly);

/* All succeed again. */
void refuse_none(void);

#endif
