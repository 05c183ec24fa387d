/* One global, one heap and one stack variable hold 1. A child process writes 42
 * into all three; then a thread does the same, with the same function. Notice
 * the addresses in the four columns, and what parent and main read after. */
#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { VARIABLES = 3 };
enum { PARENT, CHILD, MAIN, THREAD, COLUMNS };

struct sight {
    const int *at;
    int before, after;
};

static int global = 1;
static int *variables[VARIABLES];

/* What the visitor does, be it a child or a thread. */
static void *look_write_look(void *arg)
{
    struct sight *sights = arg;
    for (int i = 0; i < VARIABLES; i++) {
        const int before = *variables[i];
        *variables[i] = 42;
        sights[i] = (struct sight){ variables[i], before, *variables[i] };
    }
    return NULL;
}

static void visit_by_process(struct sight *sights)
{
    const ssize_t bytes = VARIABLES * sizeof(*sights);
    int ends[2];
    if (pipe(ends) < 0)
        err(EXIT_FAILURE, "pipe");
    fflush(NULL); /* text that waits to be printed would be copied, too */
    const pid_t child = fork();
    if (child < 0)
        err(EXIT_FAILURE, "fork");
    if (child == 0) {
        look_write_look(sights);
        /* The child filled its own copy: it takes a pipe to send that home. */
        _exit(write(ends[1], sights, bytes) == bytes ? 0 : 1);
    }

    int status;
    if (waitpid(child, &status, 0) < 0)
        err(EXIT_FAILURE, "waitpid");
    if (status != 0 || read(ends[0], sights, bytes) != bytes)
        errx(EXIT_FAILURE, "the child did not report what it saw");
}

static void visit_by_thread(struct sight *sights)
{
    pthread_t thread;
    errno = pthread_create(&thread, NULL, look_write_look, sights);
    if (errno == 0)
        errno = pthread_join(thread, NULL);
    if (errno != 0)
        err(EXIT_FAILURE, "pthread_create or pthread_join");
}

static void print_variable(const char *name, struct sight all[][VARIABLES],
                           int i)
{
    printf("\n%-7s address", name);
    for (int c = 0; c < COLUMNS; c++) /* only the end, so that four fit */
        printf("    …%06x", (unsigned)((uintptr_t)all[c][i].at & 0xffffff));
    printf("\n        before ");
    for (int c = 0; c < COLUMNS; c++)
        printf("    %-7d", all[c][i].before);
    printf("\n        writes                42                    42");
    printf("\n        after  ");
    for (int c = 0; c < COLUMNS; c++)
        printf("    %-7d", all[c][i].after);
    puts("");
}

int main(void)
{
    const char *const names[VARIABLES] = { "global", "heap", "stack" };
    int stack = 1;
    int *const heap = malloc(sizeof(*heap));
    if (heap == NULL)
        err(EXIT_FAILURE, "malloc");
    *heap = 1;
    variables[0] = &global, variables[1] = heap, variables[2] = &stack;

    struct sight all[COLUMNS][VARIABLES];
    for (int i = 0; i < VARIABLES; i++)
        all[PARENT][i] = (struct sight){ variables[i], *variables[i], 0 };
    visit_by_process(all[CHILD]);
    for (int i = 0; i < VARIABLES; i++) {
        all[PARENT][i].after = *variables[i];
        all[MAIN][i] = (struct sight){ variables[i], *variables[i], 0 };
    }
    visit_by_thread(all[THREAD]);

    puts("One address, one variable: how many values?\n");
    puts("                   process (fork)        thread (pthread)");
    puts("                   parent     child      main       thread");
    int stayed = 0, shared = 0;
    for (int i = 0; i < VARIABLES; i++) {
        all[MAIN][i].after = *variables[i];
        print_variable(names[i], all, i);
        stayed += all[CHILD][i].at == all[PARENT][i].at &&
                  all[CHILD][i].after == 42 && all[PARENT][i].after == 1;
        shared += all[THREAD][i].before == 1 && all[MAIN][i].after == 42;
    }
    free(heap);
    if (stayed != VARIABLES || shared != VARIABLES)
        errx(1,
             "not seen: %d of 3 kept the child's 42 away from the parent, "
             "%d of 3 showed the thread's to main",
             stayed, shared);
    puts("\nSeen: the child's 42 stayed in the child; the thread's 42 is "
         "everybody's.");
    return 0;
}
