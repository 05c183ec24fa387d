/* A thread holds a lock, and a text waits in a buffer. Now a worker is made:
 * first a process, then a thread. Compare what the worker finds with what its
 * maker finds, line by line. Last, a child starts another program (exec) while
 * two handles are open: which of them does that program have, too? */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PARENT, CHILD, MAIN, THREAD, COLUMNS }; /* who finds it */
enum { THREADS, HELD, LET_GO, TEXT, PLAIN, CLOEXEC, ROWS };
enum { PATIENCE_MS = 1000, SKIP = 77 };

static const struct row {
    const char *name, *zero, *one; /* words instead of numbers */
    int claim[COLUMNS];            /* what each finds; -1: does not look */
} rows[ROWS] = {
    { "threads in its process", NULL, NULL, { 2, 1, 3, 3 } },
    { "a lock that a third one holds", "free", "locked", { 1, 1, 1, 1 } },
    { "... after that one let it go", "free", "locked", { 0, 1, 0, 0 } },
    { "copies of a text, printed once", NULL, NULL, { 2, -1, 1, -1 } },
    { "a handle; then exec", "closed", "open", { 1, 1, -1, -1 } },
    { "one with O_CLOEXEC; then exec", "closed", "open", { 1, 0, -1, -1 } },
};

/* Of parent and child, so that a child can tell what it has found. */
struct shared {
    sem_t holds, looked, let_go, go_on;
    int found[ROWS][COLUMNS];
};
static struct shared *shared;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_t holder;
static FILE *text;
static const char *program; /* this one, as it was called */

static void must(bool well, const char *what)
{
    if (!well)
        err(EXIT_FAILURE, "%s", what);
}

/* The third one: has the lock while a worker is made. */
static void *hold(void *unused)
{
    pthread_mutex_lock(&lock);
    sem_post(&shared->holds);
    sem_wait(&shared->let_go);
    pthread_mutex_unlock(&lock);
    return unused;
}

/* A folder's links: two, and one more for each folder in it. */
static int count_threads(void)
{
    struct stat status;
    must(stat("/proc/self/task", &status) == 0, "/proc/self/task");
    return (int)status.st_nlink - 2;
}

static int is_locked(void)
{
    if (pthread_mutex_trylock(&lock) != 0)
        return 1;
    pthread_mutex_unlock(&lock);
    return 0;
}

/* What the worker does, be it a process or a thread. */
static void *look(void *arg)
{
    const int column = *(const int *)arg;
    shared->found[THREADS][column] = count_threads();
    shared->found[HELD][column] = is_locked();
    sem_post(&shared->looked);
    sem_wait(&shared->go_on);
    shared->found[LET_GO][column] = is_locked();
    return NULL;
}

/* What its maker does meanwhile. */
static void look_beside(int column)
{
    sem_wait(&shared->looked);
    shared->found[THREADS][column] = count_threads();
    shared->found[HELD][column] = is_locked();
    sem_post(&shared->let_go);
    must((errno = pthread_join(holder, NULL)) == 0, "pthread_join");
    shared->found[LET_GO][column] = is_locked();
    sem_post(&shared->go_on);
}

static void make_process(int maker)
{
    int column = CHILD, status;
    fflush(stdout);
    const pid_t child = fork();
    must(child >= 0, "fork");
    if (child == 0) {
        look(&column);
        fflush(text); /* exit() would do so, too */
        _exit(0);
    }
    look_beside(maker);
    must(waitpid(child, &status, 0) == child, "waitpid");
}

static void make_thread(int maker)
{
    int column = THREAD;
    pthread_t thread;
    must((errno = pthread_create(&thread, NULL, look, &column)) == 0, "thread");
    look_beside(maker);
    must((errno = pthread_join(thread, NULL)) == 0, "pthread_join");
}

static void watch(void (*make_worker)(int maker), int maker)
{
    /* Who is joined may be on its way out still; a sanitizer's own stays. */
    for (int ms = 0; ms < PATIENCE_MS && count_threads() > 1; ms++)
        usleep(1000);
    must((errno = pthread_create(&holder, NULL, hold, NULL)) == 0, "thread");
    sem_wait(&shared->holds);
    text = tmpfile();
    must(text != NULL && fputs("x", text) >= 0, "tmpfile");
    make_worker(maker);
    fflush(text);
    shared->found[TEXT][maker] = (int)lseek(fileno(text), 0, SEEK_END);
    fclose(text);
}

/* A child starts this same program, and that asks for the handle: see main. */
static void start_program(int row, int handle)
{
    char number[12];
    int status;
    snprintf(number, sizeof(number), "%d", handle);
    shared->found[row][PARENT] = fcntl(handle, F_GETFD) >= 0;
    const pid_t child = fork();
    must(child >= 0, "fork");
    if (child == 0) {
        execlp(program, program, number, NULL);
        _exit(2);
    }
    must(waitpid(child, &status, 0) == child, "waitpid");
    shared->found[row][CHILD] = status == 0;
}

static void print_row(int r)
{
    const struct row *const row = &rows[r];
    printf("  %-32s", row->name);
    for (int c = 0; c < COLUMNS; c++) {
        const int value = shared->found[r][c];
        if (row->claim[c] < 0)
            printf("%11s", "");
        else if (row->zero == NULL)
            printf("%-11d", value);
        else
            printf("%-11s", value == 0 ? row->zero : row->one);
    }
    puts("");
    for (int c = 0; c < COLUMNS; c++)
        if (row->claim[c] >= 0 && shared->found[r][c] != row->claim[c])
            errx(1, "not seen: %s: %d", row->name, row->claim[c]);
}

int main(int argc, char **argv)
{
    if (argc == 2) /* started by exec: is that handle open here? */
        return fcntl(atoi(argv[1]), F_GETFD) < 0;

    if (count_threads() != 1)
        errx(SKIP, "a tool or an emulator has threads here, too");
    program = argv[0];
    shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    must(shared != MAP_FAILED, "mmap");
    must(sem_init(&shared->holds, 1, 0) == 0, "sem_init");
    must(sem_init(&shared->looked, 1, 0) == 0, "sem_init");
    must(sem_init(&shared->let_go, 1, 0) == 0, "sem_init");
    must(sem_init(&shared->go_on, 1, 0) == 0, "sem_init");
    watch(make_process, PARENT);
    watch(make_thread, MAIN);
    start_program(PLAIN, open("/dev/null", O_RDONLY));
    start_program(CLOEXEC, open("/dev/null", O_RDONLY | O_CLOEXEC));

    puts("A process with threads makes a worker: what does the worker find?\n");
    printf("%34s%-22s%s\n", "", "process (fork)", "thread (pthread)");
    printf("%34s%-11s%-11s%-11s%s\n\n", "", "parent", "child", "main",
           "thread");
    for (int r = 0; r < ROWS; r++)
        print_row(r);
    puts("\nSeen: the child has one thread. The lock came along, locked; the");
    puts("thread that could open it did not. What waited in a buffer came");
    puts("along, and arrived twice.");
    return 0;
}
