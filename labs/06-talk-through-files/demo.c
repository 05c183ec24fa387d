/* A worker has a result, one number and an array of four, and sends it home in
 * five ways: by a variable, by a pointer, by a file, by a pipe and by a mapping.
 * First the worker is a child process, then a thread that runs the same code.
 * Read the table line by line: what has come home? */
#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct result {
    int number, array[4];
};

enum { VARIABLE, POINTER, FILED, PIPED, MAPPED, WAYS };

static const struct {
    const char *name, *calls;
} ways[WAYS] = {
    { "plain variable", "none" },
    { "pointer by pipe", "write, read" },
    { "file", "write, lseek, read" },
    { "pipe", "write, read" },
    { "shared mapping", "none (mmap before)" },
};

static struct result variable; /* plain memory */
static struct result *mapping; /* memory that a child shares */
static int file, ends[2];

static void must(bool well, const char *what)
{
    if (!well)
        err(EXIT_FAILURE, "%s", what);
}

static void write_all(int to, const void *bytes, ssize_t size)
{
    must(write(to, bytes, (size_t)size) == size, "write");
}

static void read_all(int from, void *ret_bytes, ssize_t size)
{
    must(read(from, ret_bytes, (size_t)size) == size, "read");
}

/* In the worker. A pipe holds this much: nobody has to read meanwhile. */
static void *work_and_send(void *unused)
{
    const struct result *const pointer = &variable;
    variable = (struct result){ 42, { 1, 4, 9, 16 } };
    write_all(ends[1], &pointer, sizeof(pointer));
    write_all(file, &variable, sizeof(variable));
    write_all(ends[1], &variable, sizeof(variable));
    *mapping = variable;
    return unused;
}

/* In the parent, or in main, once the worker has ended. */
static const struct result *receive(struct result *results)
{
    const struct result *pointer;
    results[VARIABLE] = variable;
    read_all(ends[0], &pointer, sizeof(pointer));
    results[POINTER] = *pointer;
    /* The worker's write has moved the offset of this side, too (lab 07). */
    must(lseek(file, -(off_t)sizeof(variable), SEEK_CUR) >= 0, "lseek");
    read_all(file, &results[FILED], sizeof(variable));
    read_all(ends[0], &results[PIPED], sizeof(variable));
    results[MAPPED] = *mapping;
    variable = *mapping = (struct result){ 0 }; /* for the next worker */
    return pointer;
}

static void build_ways(void)
{
    char path[] = "/tmp/result-XXXXXX";
    file = mkstemp(path);
    must(file >= 0 && unlink(path) == 0, "mkstemp"); /* open, without a name */
    must(pipe(ends) == 0, "pipe");
    mapping = mmap(NULL, sizeof(*mapping), PROT_READ | PROT_WRITE,
                   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    must(mapping != MAP_FAILED, "mmap");
}

static void run_child(void)
{
    int status;
    fflush(NULL); /* text that waits to be printed would be copied, too */
    const pid_t child = fork();
    must(child >= 0, "fork");
    if (child == 0) {
        work_and_send(NULL);
        _exit(0);
    }
    must(waitpid(child, &status, 0) == child, "waitpid");
    if (status != 0)
        errx(EXIT_FAILURE, "the child could not send its result");
}

static void run_thread(void)
{
    pthread_t thread;
    errno = pthread_create(&thread, NULL, work_and_send, NULL);
    if (errno == 0)
        errno = pthread_join(thread, NULL);
    must(errno == 0, "pthread_create or pthread_join");
}

/* Says whether it is all there, too. */
static bool print_result(const struct result *result)
{
    printf("%-4d%-2d%-2d%-2d%-8d", result->number, result->array[0],
           result->array[1], result->array[2], result->array[3]);
    return result->number == 42 && result->array[3] == 16;
}

int main(void)
{
    struct result by_child[WAYS], by_thread[WAYS];
    build_ways();
    run_child();
    const void *const childs = receive(by_child);
    run_thread();
    const void *const threads = receive(by_thread);

    puts("The worker sends 42 and 1 4 9 16: which ways lead home?\n\n"
         "                    process (fork)    thread (pthread)\n"
         "                    the parent finds  main finds        calls\n");
    int from_child = 0, from_thread = 0;
    for (int way = 0; way < WAYS; way++) {
        printf("  %-18s", ways[way].name);
        from_child += print_result(&by_child[way]);
        from_thread += print_result(&by_thread[way]);
        puts(ways[way].calls);
    }
    const void *const here = &variable;
    printf("\n  &variable here    %-18p%p\n  pointer received  %-18p%p\n", here,
           here, childs, threads);

    if (from_child != 3 || from_thread != WAYS || childs != here)
        errx(1, "not seen: 3 of 5 ways home for a child, 5 for a thread");
    puts("\nSeen: a file, a pipe and a mapping bring the child's result home;");
    puts("a pointer comes home to the last bit, and leads to nothing there.");
    return 0;
}
