/* Exercise 01: run a task in a child process. Read exercise.h
 * first: it says what run_in_child has to give back. Write your
 * answer here, then
 *
 *     scripts/lab check 01
 *
 * As it stands, no child is made. */
#include "exercise.h"

#include <sys/wait.h>
#include <unistd.h>

int run_in_child(int (*task)(void))
{
    (void)task;
    return NO_CHILD;
}
