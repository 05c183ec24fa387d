/* Two add 1 to one counter, again and again: first a parent and its child, with
 * memory that they share, then main and a thread. Each way to add has a line.
 * In the first, the two meet after reading and before writing, every time; in
 * the second they run as they like. Notice how many additions arrive, which
 * lines are the same in each run, and whether processes fare any better. */
#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORKERS = 2 };

struct shared {
    atomic_long counter;
    pthread_barrier_t meeting;
    pthread_mutex_t lock;
};
static struct shared *shared;

/* Atomic, with the weakest order: nothing is torn and nothing undefined. What
 * is lost is lost between the load and the store. */
static long load(void)
{
    return atomic_load_explicit(&shared->counter, memory_order_relaxed);
}

static void store(long value)
{
    atomic_store_explicit(&shared->counter, value, memory_order_relaxed);
}

static void load_meet_store(void)
{
    const long seen = load();
    pthread_barrier_wait(&shared->meeting); /* both have read */
    store(seen + 1);
    pthread_barrier_wait(&shared->meeting); /* both have written */
}

static void load_store(void)
{
    store(load() + 1);
}

static void lock_load_store(void)
{
    pthread_mutex_lock(&shared->lock);
    load_store();
    pthread_mutex_unlock(&shared->lock);
}

static void fetch_add(void)
{
    atomic_fetch_add_explicit(&shared->counter, 1, memory_order_relaxed);
}

static struct way {
    const char *name;
    void (*add)(void);
    long times;   /* by each worker */
    long certain; /* arrive, whoever runs when; 0: nobody knows */
} ways[] = {
    { "load, meet, store", load_meet_store, 500, 500 },
    { "load, store", load_store, 50000000, 0 },
    { "lock, load, store", lock_load_store, 250000, 500000 },
    { "atomic fetch_add", fetch_add, 1000000, 2000000 },
};
enum { WAYS = sizeof(ways) / sizeof(ways[0]) };

static void *work(void *arg)
{
    const struct way *const way = arg;
    pthread_barrier_wait(&shared->meeting); /* both begin now */
    for (long i = 0; i < way->times; i++)
        way->add();
    return NULL;
}

static void must(int error, const char *what)
{
    errno = error;
    if (error != 0)
        err(EXIT_FAILURE, "%s", what);
}

/* The parent is one worker, its child the other. */
static void by_process(struct way *way)
{
    int status;
    fflush(stdout); /* text that waits to be printed would be copied, too */
    const pid_t child = fork();
    must(child < 0 ? errno : 0, "fork");
    work(way);
    if (child == 0)
        _exit(0);
    if (waitpid(child, &status, 0) < 0 || status != 0)
        errx(EXIT_FAILURE, "the child did not end as it should");
}

static void by_thread(struct way *way)
{
    pthread_t thread;
    must(pthread_create(&thread, NULL, work, way), "pthread_create");
    work(way);
    must(pthread_join(thread, NULL), "pthread_join");
}

static void count(struct way *way, void (*by_worker)(struct way *))
{
    const long added = WORKERS * way->times;
    store(0);
    by_worker(way);
    const long arrived = load();
    printf("%12ld %6.1f %%", arrived, 100.0 * (added - arrived) / added);
    if (way->certain != 0 && arrived != way->certain)
        errx(1, "not seen: %ld additions arrive by %s", way->certain,
             way->name);
}

/* Barrier and lock have to be told that processes will come. */
static void share(void)
{
    const int kind = PTHREAD_PROCESS_SHARED;
    pthread_barrierattr_t meeting;
    pthread_mutexattr_t lock;
    shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    must(shared == MAP_FAILED ? errno : 0, "mmap");
    must(pthread_barrierattr_init(&meeting), "pthread_barrierattr_init");
    must(pthread_barrierattr_setpshared(&meeting, kind), "a shared barrier");
    must(pthread_barrier_init(&shared->meeting, &meeting, WORKERS), "barrier");
    must(pthread_mutexattr_init(&lock), "pthread_mutexattr_init");
    must(pthread_mutexattr_setpshared(&lock, kind), "a shared mutex");
    must(pthread_mutex_init(&shared->lock, &lock), "pthread_mutex_init");
}

int main(void)
{
    share();
    puts("Two add 1 to one counter: how many additions arrive?\n");
    printf("%50s%22s\n", "processes (fork)", "threads (pthread)");
    printf("%30s%12s    lost%13s    lost\n\n", "added", "arrived", "arrived");
    for (int i = 0; i < WAYS; i++) {
        printf("  %-18s%10ld", ways[i].name, WORKERS * ways[i].times);
        count(&ways[i], by_process);
        count(&ways[i], by_thread);
        puts("");
    }
    puts("\nSeen: who meets between load and store loses half, every time, as");
    puts("process and as thread. Left alone, it is luck: run it again. With a");
    puts("lock, or in one step, every addition arrived.");
    return 0;
}
