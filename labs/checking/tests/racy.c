/* One line of C, and several steps. */
#include "racy.h"

void add_plain(struct counter *counter)
{
    counter->plain++;
}

void add_atomic(struct counter *counter)
{
    counter->atomic++;
}
