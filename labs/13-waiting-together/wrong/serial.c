/* Earns: own thread with it */
/* One request after the other, each waited for. */
#include "exercise.h"

int serve(int requests, int width, void (*handle)(int request))
{
    (void)width;
    for (int i = 0; i < requests; i++)
        handle(i);
    return 0;
}
