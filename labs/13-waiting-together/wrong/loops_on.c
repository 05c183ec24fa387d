/* Earns: Or does a child go on in the loop that made it? */
/* The child has done its work, and goes on in the loop. */
#include "exercise.h"

#include <sys/wait.h>
#include <unistd.h>

int serve(int requests, int width, void (*handle)(int request))
{
    int alive = 0;
    for (int request = 0; request < requests; request++) {
        if (alive == width) {
            wait(NULL);
            alive--;
        }
        const pid_t child = fork();
        if (child < 0)
            return -1;
        if (child == 0) {
            handle(request);
        }
        alive++;
    }
    while (wait(NULL) > 0)
        ;
    return 0;
}
