/* Earns: was called in the supervisor's own process. When */
/* No child at all: the first crash is the last. */
#include "exercise.h"

int supervise(int jobs, int tries, int (*job)(int i, int attempt),
              enum fate *ret_fates)
{
    int done = 0;
    for (int i = 0; i < jobs; i++) {
        ret_fates[i] = FAILED;
        for (int attempt = 1; attempt <= tries; attempt++) {
            if (job(i, attempt) == 0) {
                ret_fates[i] = DONE;
                done++;
                break;
            }
        }
    }
    return done;
}
