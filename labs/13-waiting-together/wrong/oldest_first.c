/* Earns: and nobody came for request */
/* Room is made by the oldest child; but the one that is done is another. */
#include "exercise.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int serve(int requests, int width, void (*handle)(int request))
{
    pid_t *const children = calloc((size_t)requests + 1, sizeof(*children));
    int made = 0, gone = 0;
    if (children == NULL)
        return -1;
    for (; made < requests; made++) {
        if (made - gone == width)
            waitpid(children[gone++], NULL, 0);
        children[made] = fork();
        if (children[made] < 0)
            break;
        if (children[made] == 0) {
            handle(made);
            _exit(0);
        }
    }
    while (gone < made)
        waitpid(children[gone++], NULL, 0);
    free(children);
    return made == requests ? 0 : -1;
}
