/* A child for each request, and never more than `width`: whichever ends first
 * makes room. */
#include "exercise.h"

#include <sys/wait.h>
#include <unistd.h>

int serve(int requests, int width, void (*handle)(int request))
{
    int alive = 0, lost = 0;
    for (int request = 0; request < requests && lost == 0; request++) {
        int status;
        if (alive == width && wait(&status) > 0) {
            alive--;
            lost += status != 0;
        }
        const pid_t child = fork();
        if (child == 0) {
            handle(request);
            _exit(0);
        }
        if (child > 0)
            alive++;
        else
            lost++;
    }
    for (int status; wait(&status) > 0;)
        lost += status != 0;
    return lost == 0 ? 0 : -1;
}
