/* A team of three: main and two workers. Each notes its process id. Then worker
 * 1 writes through a bad pointer, and whoever is still there notes its id once
 * more. One team's workers are processes, the other's are threads. Compare the
 * two columns `after`: who is there, and who is left to say what has happened? */
#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAIN, WORKER_1, WORKER_2, MEMBERS };
enum { SILENCE = -1, REFUSED = 77 }; /* 77: meson calls it a skip */

struct member {
    int before, after; /* the process id that it noted; 0: none */
    int end;           /* a wait status, or SILENCE: nobody could note it */
    sem_t go;          /* opened by main: write through your pointer */
    volatile int *pointer;
};

static struct team {
    struct member members[MEMBERS];
    sem_t here; /* how many workers have noted their id */
    int good;   /* what a good pointer leads to */
} * team;       /* in memory that child processes share, too */

/* What each worker does, in a flow of its own. */
static void *work(void *arg)
{
    struct member *const self = arg;
    self->before = getpid();
    sem_post(&team->here);
    sem_wait(&self->go);
    *self->pointer = 42;
    self->after = getpid();
    return NULL;
}

static void wait_until_all_are_here(void)
{
    for (int m = WORKER_1; m < MEMBERS; m++)
        sem_wait(&team->here);
}

static void lead_processes(struct member *members)
{
    pid_t children[MEMBERS];
    for (int m = WORKER_1; m < MEMBERS; m++) {
        children[m] = fork();
        if (children[m] < 0)
            err(REFUSED, "fork");
        if (children[m] == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL); /* if main has to give up */
            work(&members[m]);
            _exit(0);
        }
    }
    wait_until_all_are_here();
    for (int m = WORKER_1; m < MEMBERS; m++) {
        sem_post(&members[m].go);
        if (waitpid(children[m], &members[m].end, 0) < 0)
            err(EXIT_FAILURE, "waitpid");
    }
}

static void lead_threads(struct member *members)
{
    pthread_t threads[MEMBERS];
    for (int m = WORKER_1; m < MEMBERS; m++) {
        errno = pthread_create(&threads[m], NULL, work, &members[m]);
        if (errno != 0)
            err(REFUSED, "pthread_create");
    }
    wait_until_all_are_here();
    for (int m = WORKER_1; m < MEMBERS; m++) {
        sem_post(&members[m].go);
        errno = pthread_join(threads[m], NULL);
        if (errno != 0)
            err(EXIT_FAILURE, "pthread_join");
    }
}

static void *map(size_t bytes, int access)
{
    void *const got =
        mmap(NULL, bytes, access, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (got == MAP_FAILED)
        err(EXIT_FAILURE, "mmap");
    return got;
}

/* main of a team is a child of this program, for it may be lost. */
static struct member *watch_team(void (*lead)(struct member *members))
{
    team = map(sizeof(*team), PROT_READ | PROT_WRITE);
    struct member *const members = team->members;
    sem_init(&team->here, 1, 0); /* 1: for processes, too */
    for (int m = 0; m < MEMBERS; m++) {
        sem_init(&members[m].go, 1, 0);
        members[m].end = SILENCE;
        members[m].pointer = &team->good;
    }
    members[WORKER_1].pointer = map(1, PROT_NONE); /* nobody may touch that */

    fflush(NULL); /* text that waits to be printed would be copied, too */
    const pid_t child = fork();
    if (child < 0)
        err(REFUSED, "fork");
    if (child == 0) {
        signal(SIGSEGV, SIG_DFL);  /* a sanitizer has put a handler there */
        prctl(PR_SET_DUMPABLE, 0); /* it is on purpose: leave no core file */
        members[MAIN].before = getpid();
        lead(members);
        members[MAIN].after = getpid();
        _exit(0);
    }
    if (waitpid(child, &members[MAIN].end, 0) < 0)
        err(EXIT_FAILURE, "waitpid");
    if (WIFEXITED(members[MAIN].end) && WEXITSTATUS(members[MAIN].end) != 0)
        exit(WEXITSTATUS(members[MAIN].end)); /* it has said why */
    return members;
}

static void print_ids(const struct member *member)
{
    char after[24] = "gone";
    if (member->after != 0)
        snprintf(after, sizeof(after), "pid %d", member->after);
    printf("pid %-9d%-13s", member->before, after);
}

static const char *how(int status)
{
    if (status == SILENCE)
        return "nobody is left to say";
    return WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) : "it went home";
}

int main(void)
{
    static const char *const names[] = { "main", "worker 1", "worker 2" };
    const struct member *const p = watch_team(lead_processes);
    const struct member *const t = watch_team(lead_threads);

    puts("Worker 1 follows a bad pointer: who is still there?\n");
    puts("                    process (fork)            thread (pthread)");
    puts("                    before       after        before       after");
    int wrong = 0;
    for (int m = 0; m < MEMBERS; m++) {
        printf("  %-18s", names[m]);
        print_ids(&p[m]);
        print_ids(&t[m]);
        puts("");
        wrong |= (p[m].after != 0) != (m != WORKER_1);
        wrong |= t[m].after != 0;
    }
    printf("\n  worker 1's end    %-26s%s\n", how(p[WORKER_1].end),
           how(t[WORKER_1].end));
    printf("  main's end        %-26s%s\n", how(p[MAIN].end), how(t[MAIN].end));
    if (wrong || !WIFSIGNALED(p[WORKER_1].end) || !WIFSIGNALED(t[MAIN].end))
        errx(1, "not seen: of the processes worker 1 alone has died, and of "
                "the threads all");
    printf("\nSeen: of three processes two went on, and main could say that "
           "signal %d had\nended worker 1. Of the team with threads nobody was "
           "left, not even to say that.\n",
           WTERMSIG(p[WORKER_1].end));
    return 0;
}
