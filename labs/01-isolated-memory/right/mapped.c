/* The result travels through shared memory; the wait is still needed, for the
 * end itself, and so is the mask. */
#include "exercise.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int run_in_child(int (*task)(void))
{
    int *const code = mmap(NULL, sizeof(*code), PROT_READ | PROT_WRITE,
                           MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (code == MAP_FAILED)
        return NO_CHILD;
    const pid_t child = fork();
    if (child == 0) {
        *code = task();
        _exit(0);
    }

    int status = 0;
    int result = NO_CHILD;
    if (child > 0 && waitpid(child, &status, 0) == child)
        result = WIFSIGNALED(status) ? -WTERMSIG(status) : *code & 0xff;
    munmap(code, sizeof(*code));
    return result;
}
