/* Exercise 02: fill an array by n threads. Read exercise.h first: it
 * says what each thread has to do, and when to come back. Write your
 * answer here, then
 *
 *     scripts/lab check 02
 *
 * As it stands, no thread is made. */
#include "exercise.h"

#include <pthread.h>
#include <stdlib.h>

int fill_slots(int *slots, int n, int (*value)(int i))
{
    (void)slots;
    (void)n;
    (void)value;
    return -1;
}
