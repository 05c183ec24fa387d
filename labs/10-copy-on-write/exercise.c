/* Exercise 10: count the pages that a child's writing has copied. Read
 * exercise.h first: it says what counts, and how exactly. Write your
 * answer here, then
 *
 *     scripts/lab check 10
 *
 * As it stands, no child is made. */
#include "exercise.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

long pages_copied(void (*touch)(void *arg), void *arg)
{
    (void)touch;
    (void)arg;
    return -1;
}
