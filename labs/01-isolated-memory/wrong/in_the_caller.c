/* Earns: ran in the caller's own process */
/* No second process: the task is simply called. */
#include "exercise.h"

int run_in_child(int (*task)(void))
{
    return task() & 0xff;
}
