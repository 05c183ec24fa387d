/* Earns: The caller's own thread called value(0) itself */
/* The right slots, and not one thread. */
#include "exercise.h"

int fill_slots(int *slots, int n, int (*value)(int i))
{
    for (int i = 0; i < n; i++)
        slots[i] = value(i);
    return 0;
}
