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

enum act { READ, READ_DUP, READ_OPEN, APPEND, ON_EXEC, CLOSE, GO, ACTS };

static const struct {
    const char *does, *look;
} rows[ACTS] = {
    [READ] = { "reads 10 bytes", "offset" },
    [READ_DUP] = { "reads 10 by a dup", "offset" },
    [READ_OPEN] = { "reads 10, own open", "offset" },
    [APPEND] = { "sets O_APPEND", "O_APPEND" },
    [ON_EXEC] = { "sets FD_CLOEXEC", "FD_CLOEXEC" },
    [CLOSE] = { "closes the handle", "handle" },
    [GO] = { "goes to /dev", "directory" },
};
enum { CELL = 12 };

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
    static const char line[] = "  %-19s %-10s %-8s %-16s %s\n";
    puts("One open file: who moves whose offset?\n");
    printf(line, "", "", "", "process (fork)", "thread (pthread)");
    printf(line, "the worker", "look at", "before", "the parent has",
           "main has");
    puts("");
    int by_children = 0, by_threads = 0;
    for (enum act act = READ; act < ACTS; act++) {
        char before[CELL], parent[CELL], main_has[CELL];
        by_children += visit(act, by_child, before, parent);
        by_threads += visit(act, by_thread, before, main_has);
        printf(line, rows[act].does, rows[act].look, before, parent, main_has);
    }
    if (by_children != 3 || by_threads != 6)
        errx(1, "not seen: 3 changes by a child, 6 by a thread");
    puts("\nSeen: the child had its own table of handles; the open file behind"
         "\nthem was one for both: its offset, its O_APPEND."
         "\nA thread shared the table, too.");
    return 0;
}
