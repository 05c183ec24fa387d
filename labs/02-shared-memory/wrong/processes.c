/* Earns: was called in another process */
/* n workers at once, but each fills a copy of the slots. */
#include "exercise.h"

#include <sys/wait.h>
#include <unistd.h>

int fill_slots(int *slots, int n, int (*value)(int i))
{
    for (int i = 0; i < n; i++) {
        const pid_t child = fork();
        if (child < 0)
            return -1;
        if (child == 0) {
            slots[i] = value(i);
            _exit(0);
        }
    }
    while (wait(NULL) > 0)
        ;
    return 0;
}
