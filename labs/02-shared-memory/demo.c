/* A worker writes into three variables, moves to another directory and closes a
 * handle: first a child process does it, then a thread. In the upper half of the
 * table, compare parent with child, and main with thread: who finds what the
 * other did? The lower half asks the same of four other things. */
#define _GNU_SOURCE /* gettid */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PARENT, CHILD, MAIN, THREAD, COLUMNS };
enum { GLOBAL, HEAP, STACK, DIRECTORY, HANDLE, PROCESS, FOR_ALL };
enum { ID = FOR_ALL, LOCAL, ERROR, OWN, ROWS };

static const char *const names[ROWS] = {
    "global",   "heap",     "stack of main", "directory", "handle",
    "getpid()", "gettid()", "thread-local",  "errno",     "&own in look()",
};

/* What one of the four finds when it looks around. */
struct sight {
    char cells[ROWS][24];
};

static int global;
static int *heap, *stack;
static _Thread_local int local;
static int handle;

static void begin(void)
{
    global = *heap = *stack = local = 1;
    handle = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (chdir("/") < 0 || handle < 0)
        err(EXIT_FAILURE, "chdir to / or open /dev/null");
    errno = 0;
}

static void change(void)
{
    global = *heap = *stack = local = 42;
    if (chdir("/dev") < 0 || close(handle) < 0)
        err(EXIT_FAILURE, "chdir to /dev or close");
    errno = ERANGE; /* as a call that fails would */
}

static __attribute__((format(printf, 3, 4))) void note(struct sight *sight,
                                                       int row,
                                                       const char *format, ...)
{
    va_list values;
    va_start(values, format);
    vsnprintf(sight->cells[row], sizeof(sight->cells[row]), format, values);
    va_end(values);
}

/* Not inlined: whoever looks has a variable `own` in a call of its own. */
static __attribute__((noinline)) void look(struct sight *sight)
{
    char own[24];
    note(sight, ERROR, "%d", errno);
    note(sight, GLOBAL, "%d", global);
    note(sight, HEAP, "%d", *heap);
    note(sight, STACK, "%d", *stack);
    note(sight, DIRECTORY, "%s", getcwd(own, sizeof(own)));
    note(sight, HANDLE, "%s", fcntl(handle, F_GETFD) < 0 ? "closed" : "open");
    note(sight, PROCESS, "%d", getpid());
    note(sight, ID, "%d", gettid());
    note(sight, LOCAL, "%d", local);
    note(sight, OWN, "%p", (void *)own);
}

static void *change_and_look(void *arg)
{
    change();
    look(arg);
    return NULL;
}

static void visit_by_process(struct sight *parents, struct sight *childs)
{
    const ssize_t bytes = sizeof(*childs);
    int ends[2];
    if (pipe(ends) < 0)
        err(EXIT_FAILURE, "pipe");
    begin();
    fflush(NULL); /* text that waits to be printed would be copied, too */
    const pid_t child = fork();
    if (child < 0)
        err(EXIT_FAILURE, "fork");
    if (child == 0) {
        change();
        look(childs); /* fills a copy: it takes a pipe to send that home */
        _exit(write(ends[1], childs, bytes) == bytes ? 0 : 1);
    }

    int status;
    if (waitpid(child, &status, 0) < 0)
        err(EXIT_FAILURE, "waitpid");
    look(parents);
    if (status != 0 || read(ends[0], childs, bytes) != bytes)
        errx(EXIT_FAILURE, "the child did not report what it saw");
}

static void visit_by_thread(struct sight *mains, struct sight *threads)
{
    pthread_t thread;
    begin();
    int rc = pthread_create(&thread, NULL, change_and_look, threads);
    if (rc == 0)
        rc = pthread_join(thread, NULL);
    if (rc != 0) { /* pthread calls return the error, errno is not for them */
        errno = rc;
        err(EXIT_FAILURE, "pthread_create or pthread_join");
    }
    look(mains); /* the thread filled in *threads itself: no pipe */
}

static void print_rows(const struct sight *sights, int row, int end)
{
    for (; row < end; row++) {
        printf("  %-15s", names[row]);
        for (int c = 0; c < COLUMNS; c++)
            printf(" %-*s", c < THREAD ? 14 : 0, sights[c].cells[row]);
        puts("");
    }
}

static bool differ(const struct sight *sights, int a, int b, int row)
{
    return strcmp(sights[a].cells[row], sights[b].cells[row]) != 0;
}

int main(void)
{
    int variable;
    stack = &variable;
    heap = malloc(sizeof(*heap));
    if (heap == NULL)
        err(EXIT_FAILURE, "malloc");
    struct sight sights[COLUMNS] = { 0 }; /* what is sent begins empty, too */
    visit_by_process(&sights[PARENT], &sights[CHILD]);
    visit_by_thread(&sights[MAIN], &sights[THREAD]);
    free(heap);

    puts("A worker changes something: who else finds it changed?\n");
    puts("                  process (fork)                thread (pthread)");
    puts("                  parent         child          main           "
         "thread\n");
    puts("one for all threads of a process");
    print_rows(sights, 0, FOR_ALL);
    puts("\none for each thread");
    print_rows(sights, FOR_ALL, ROWS);

    /* The child's own stack is a copy: its address may well be the same. */
    for (int row = 0; row < ROWS; row++) {
        if (row != OWN && !differ(sights, CHILD, PARENT, row))
            errx(1, "not seen: child and parent differ in %s", names[row]);
        if (differ(sights, THREAD, MAIN, row) != (row >= FOR_ALL))
            errx(1, "not seen: thread and main %s in %s",
                 row < FOR_ALL ? "agree" : "differ", names[row]);
    }
    puts("\nSeen: main found done what the thread had done; the parent found "
         "nothing of what\nthe child had done. Its id, its errno and its stack "
         "are a thread's own.");
    return 0;
}
