/* The numbers lie in a pipe, and whoever is free reads the next. */
#include "exercise.h"

#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

int serve(int requests, int width, void (*handle)(int request))
{
    int ends[2], made = 0;
    if (pipe(ends) < 0)
        return -1;
    for (; made < width; made++) {
        const pid_t child = fork();
        if (child < 0)
            break;
        if (child == 0) {
            int request;
            close(ends[1]);
            while (read(ends[0], &request, sizeof(request)) == sizeof(request))
                handle(request);
            _exit(0);
        }
    }
    close(ends[0]);
    bool whole = made == width;
    for (int i = 0; whole && i < requests; i++)
        whole = write(ends[1], &i, sizeof(i)) == sizeof(i);
    close(ends[1]);
    for (int i = 0; i < made; i++)
        wait(NULL);
    return whole ? 0 : -1;
}
