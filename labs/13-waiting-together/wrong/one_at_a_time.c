/* Earns: and one was in hand */
/* Each child is waited for before the next is made. */
#include "exercise.h"

#include <sys/wait.h>
#include <unistd.h>

int serve(int requests, int width, void (*handle)(int request))
{
    (void)width;
    for (int i = 0; i < requests; i++) {
        const pid_t child = fork();
        if (child < 0)
            return -1;
        if (child == 0) {
            handle(i);
            _exit(0);
        }
        if (waitpid(child, NULL, 0) < 0)
            return -1;
    }
    return 0;
}
