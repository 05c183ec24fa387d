/* A thread holds a lock, and a text waits in a buffer. Now a worker is made:
 * first a process, then a thread. Compare what the worker finds with what its
 * maker finds, line by line. Last, a child starts another program (exec) while
 * two handles are open: which of them does that program have, too? */
#define _GNU_SOURCE /* MAP_ANONYMOUS */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS, HELD, LET_GO, ROWS };          /* what there is to find */
enum { PARENT, CHILD, MAIN, THREAD, COLUMNS }; /* who finds it */
enum { SKIP = 77 };

/* Where a child can tell its parent what it has found. */
static struct shared {
    sem_t looked, go_on;
    int found[ROWS][COLUMNS];
} * shared;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t step; /* main and the holder go step by step */
static FILE *text;

/* The third one: holds the lock while a worker is made. */
static void *hold_twice(void *unused)
{
    for (int i = 0; i < 2; i++) {
        pthread_mutex_lock(&lock);
        pthread_barrier_wait(&step); /* it is held */
        pthread_barrier_wait(&step);
        pthread_mutex_unlock(&lock);
        pthread_barrier_wait(&step); /* it has been let go */
        pthread_barrier_wait(&step);
    }
    return unused;
}

/* A folder's links: two, and one more for each folder in it. */
static int count_threads(void)
{
    struct stat status;
    if (stat("/proc/self/task", &status) < 0)
        err(SKIP, "/proc/self/task");
    return (int)status.st_nlink - 2;
}

static int try_lock(void)
{
    const int rc = pthread_mutex_trylock(&lock); /* EBUSY: somebody has it */
    if (rc == 0)
        pthread_mutex_unlock(&lock);
    return rc;
}

/* What the worker does, be it a process or a thread. */
static void *look(void *arg)
{
    const int column = *(const int *)arg;
    shared->found[THREADS][column] = count_threads();
    shared->found[HELD][column] = try_lock();
    sem_post(&shared->looked);
    sem_wait(&shared->go_on);
    shared->found[LET_GO][column] = try_lock();
    return NULL;
}

/* What its maker does before, meanwhile and afterwards. */
static void begin(void)
{
    pthread_barrier_wait(&step);
    text = tmpfile();
    if (text == NULL || fputs("x", text) < 0)
        err(SKIP, "tmpfile");
}

static void look_beside(int column)
{
    sem_wait(&shared->looked);
    shared->found[THREADS][column] = count_threads();
    shared->found[HELD][column] = try_lock();
    pthread_barrier_wait(&step);
    pthread_barrier_wait(&step); /* now the holder has let it go */
    shared->found[LET_GO][column] = try_lock();
    sem_post(&shared->go_on);
}

static long end(void)
{
    pthread_barrier_wait(&step);
    fflush(text);
    const long copies = lseek(fileno(text), 0, SEEK_END);
    fclose(text);
    return copies;
}

/* Both give back how often a text has arrived that was printed once. */
static long by_process(void)
{
    int column = CHILD, status;
    begin();
    fflush(stdout);
    const pid_t child = fork();
    if (child < 0)
        err(SKIP, "fork");
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* never left alone, waiting */
        look(&column);
        fflush(text); /* exit() would do so, too */
        _exit(0);
    }
    look_beside(PARENT);
    if (waitpid(child, &status, 0) < 0 || status != 0)
        errx(EXIT_FAILURE, "the child did not end as it should");
    return end();
}

static long by_thread(void)
{
    int column = THREAD;
    pthread_t thread;
    begin();
    errno = pthread_create(&thread, NULL, look, &column);
    if (errno != 0)
        err(SKIP, "pthread_create");
    look_beside(MAIN);
    errno = pthread_join(thread, NULL);
    if (errno != 0)
        err(EXIT_FAILURE, "pthread_join");
    return end();
}

/* Is this handle open in a program that a child starts? Asks `test`. */
static bool is_open_in_program(int fd)
{
    char path[32];
    int status;
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    const pid_t child = fork();
    if (child < 0)
        err(SKIP, "fork");
    if (child == 0) {
        execlp("test", "test", "-e", path, NULL);
        _exit(SKIP);
    }
    if (waitpid(child, &status, 0) < 0)
        err(EXIT_FAILURE, "waitpid");
    if (!WIFEXITED(status) || WEXITSTATUS(status) > 1)
        errx(SKIP, "the program `test` cannot be started");
    return WEXITSTATUS(status) == 0;
}

static void print_row(const char *name, int row)
{
    printf("  %-32s", name);
    for (int c = 0; c < COLUMNS; c++) {
        const int value = shared->found[row][c], width = c < THREAD ? 11 : 0;
        if (row == THREADS)
            printf("%-*d", width, value);
        else
            printf("%-*s", width, value == 0 ? "free" : "locked");
    }
    puts("");
}

static void print_table(long twice, long once, const char *plain,
                        const char *cloexec)
{
    puts("A process with threads makes a worker: what does the worker find?\n");
    puts("                                  process (fork)        "
         "thread (pthread)");
    puts("                                  parent     child      "
         "main       thread\n");
    print_row("threads in its process", THREADS);
    print_row("a lock that a third one holds", HELD);
    print_row("... after that one let it go", LET_GO);
    printf("  a text, printed once, arrives   %ld ×                   %ld ×\n",
           twice, once);
    printf("  a handle; then exec             open       %s\n", plain);
    printf("  one with O_CLOEXEC; then exec   open       %s\n", cloexec);
}

static void check_locks(void)
{
    for (int c = 0; c < COLUMNS; c++) {
        const int after = c == CHILD ? EBUSY : 0;
        if (shared->found[HELD][c] != EBUSY ||
            shared->found[LET_GO][c] != after)
            errx(1, "not seen: a lock that stays locked in the child alone");
    }
}

int main(void)
{
    pthread_t holder;
    shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    const int plain = open("/dev/null", O_RDONLY);
    const int cloexec = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (shared == MAP_FAILED || plain < 0 || cloexec < 0 ||
        sem_init(&shared->looked, 1, 0) < 0 ||
        sem_init(&shared->go_on, 1, 0) < 0)
        err(SKIP, "memory, handles or semaphores");
    errno = pthread_barrier_init(&step, NULL, 2);
    if (errno == 0)
        errno = pthread_create(&holder, NULL, hold_twice, NULL);
    if (errno != 0)
        err(SKIP, "a barrier or a thread");
    const long twice = by_process(), once = by_thread();
    pthread_join(holder, NULL);
    const bool kept = is_open_in_program(plain);
    const bool shut = !is_open_in_program(cloexec);

    print_table(twice, once, kept ? "open" : "closed",
                shut ? "closed" : "open");
    const int *const threads = shared->found[THREADS];
    if (threads[CHILD] != 1 || threads[PARENT] < 2 ||
        threads[THREAD] != threads[MAIN])
        errx(1, "not seen: one thread in the child, and all in its parent");
    check_locks();
    if (twice != 2 || once != 1)
        errx(1, "not seen: a text that is there twice, and once");
    if (!kept || !shut)
        errx(1, "not seen: a handle that O_CLOEXEC keeps from a program");
    printf(
        "\nSeen: of %d threads the child has 1. The lock came along, locked; "
        "the thread that\ncould open it did not. What waited in a buffer came "
        "along, and arrived %ld times.\n",
        threads[PARENT], twice);
    munmap(shared, sizeof(*shared));
    return 0;
}
