/* Earns: your caller believes that all is done */
/* -1 is not 0, so this must be the parent: and the request is gone. */
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
        if (fork() == 0) {
            handle(request);
            _exit(0);
        }
        alive++;
    }
    while (wait(NULL) > 0)
        ;
    return 0;
}
