/* Earns: After fork() each has its own copy */
/* One counter for all; but fork has made one for each. */
#include "exercise.h"

#include <sys/wait.h>
#include <unistd.h>

int serve(int requests, int width, void (*handle)(int request))
{
    int next = 0, made = 0;
    for (; made < width; made++) {
        const pid_t child = fork();
        if (child < 0)
            break;
        if (child == 0) {
            while (next < requests)
                handle(next++);
            _exit(0);
        }
    }
    for (int i = 0; i < made; i++)
        wait(NULL);
    return made == width ? 0 : -1;
}
