/* Parent and main have a file open. A worker does something with that handle,
 * seven things in turn: first a child process, then a thread. After each, parent
 * and main look at their own side. In which lines has even a child changed
 * something for its parent? */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum act { READ, READ_DUP, READ_OPEN, APPEND, ON_EXEC, CLOSE, GO };

static const struct row {
    const char *does, *look;
    bool by_child, by_thread; /* is known to change it for the other */
} rows[] = {
    [READ] = { "reads 10 bytes", "offset", true, true },
    [READ_DUP] = { "reads 10 by a dup", "offset", true, true },
    [APPEND] = { "sets O_APPEND", "O_APPEND", true, true },
    [READ_OPEN] = { "reads 10, own open", "offset", false, false },
    [ON_EXEC] = { "sets FD_CLOEXEC", "FD_CLOEXEC", false, true },
    [CLOSE] = { "closes the handle", "handle", false, true },
    [GO] = { "goes to /dev", "directory", false, true },
};
enum { ROWS = sizeof(rows) / sizeof(rows[0]), CELL = 12 };

static const char path[] = "/proc/version"; /* a file that is always there */
static int handle;

static void must(bool well, const char *what)
{
    if (!well)
        err(EXIT_FAILURE, "%s", what);
}

/* The worker's part. */
static void *change(void *arg)
{
    const enum act act = *(const enum act *)arg;
    char bytes[10];
    int by = handle;
    if (act == READ_DUP)
        must((by = dup(handle)) >= 0, "dup");
    if (act == READ_OPEN)
        must((by = open(path, O_RDONLY)) >= 0, "open");
    if (act == READ || act == READ_DUP || act == READ_OPEN)
        must(read(by, bytes, sizeof(bytes)) == sizeof(bytes), "read");
    if (act == APPEND)
        must(fcntl(handle, F_SETFL, O_APPEND) == 0, "fcntl F_SETFL");
    if (act == ON_EXEC)
        must(fcntl(handle, F_SETFD, FD_CLOEXEC) == 0, "fcntl F_SETFD");
    if (act == GO)
        must(chdir("/dev") == 0, "chdir");
    if (act == CLOSE || by != handle)
        must(close(by) == 0, "close");
    return NULL;
}

/* What parent or main finds: its own side of what the act is about. */
static void look(enum act act, char *cell)
{
    const char *word = cell;
    const int on_exec = fcntl(handle, F_GETFD); /* -1: not open */
    if (act == APPEND)
        word = fcntl(handle, F_GETFL) & O_APPEND ? "set" : "not set";
    else if (act == ON_EXEC)
        word = on_exec & FD_CLOEXEC ? "set" : "not set";
    else if (act == CLOSE)
        word = on_exec < 0 ? "closed" : "open";
    else if (act == GO)
        must(getcwd(cell, CELL) != NULL, "getcwd");
    else
        snprintf(cell, CELL, "%lld", (long long)lseek(handle, 0, SEEK_CUR));
    if (word != cell)
        snprintf(cell, CELL, "%s", word);
}

static void by_child(enum act act)
{
    int status;
    fflush(NULL); /* text that waits to be printed would be copied, too */
    const pid_t child = fork();
    must(child >= 0, "fork");
    if (child == 0) {
        change(&act);
        _exit(0);
    }
    must(waitpid(child, &status, 0) == child, "waitpid");
    if (status != 0)
        errx(EXIT_FAILURE, "the child has failed");
}

static void by_thread(enum act act)
{
    pthread_t thread;
    errno = pthread_create(&thread, NULL, change, &act);
    if (errno == 0)
        errno = pthread_join(thread, NULL);
    must(errno == 0, "pthread_create or pthread_join");
}

/* All as at the beginning, then one act by one worker. Was there a change? */
static bool visit(enum act act, void (*worker)(enum act), char *before,
                  char *after)
{
    must(chdir("/") == 0, "chdir");
    handle = open(path, O_RDONLY);
    must(handle >= 0, path);
    look(act, before);
    worker(act);
    look(act, after);
    if (act != CLOSE || worker == by_child)
        must(close(handle) == 0, "close");
    return strcmp(before, after) != 0;
}

int main(void)
{
    puts("One open file: who moves whose offset?\n");
    puts("                                          process (fork)   thread "
         "(pthread)");
    puts("  the worker          look at    before   the parent has   main "
         "has\n");
    for (int i = 0; i < ROWS; i++) {
        const enum act act = (enum act)i;
        const struct row *const row = &rows[i];
        char before[CELL], parent[CELL], main_has[CELL];
        const bool child_did = visit(act, by_child, before, parent);
        const bool thread_did = visit(act, by_thread, before, main_has);
        printf("  %-19s %-10s %-8s %-16s %s\n", row->does, row->look, before,
               parent, main_has);
        if (child_did != row->by_child || thread_did != row->by_thread)
            errx(1, "not seen: who %s changes it for %s", row->does,
                 row->by_child    ? "parent and main"
                 : row->by_thread ? "main alone"
                                  : "nobody else");
    }
    puts("\nSeen: the child had a table of handles of its own, but the open "
         "file "
         "behind it\nwas one for both: its offset, its O_APPEND. A thread "
         "shared "
         "the table, too.");
    return 0;
}
