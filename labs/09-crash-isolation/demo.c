/* A team of three: main and two workers. Whoever is asked answers with its
 * process id. Then worker 1 writes through a bad pointer, and all are asked once
 * more. One team's workers are processes, the other's are threads. Compare the
 * two columns `after`: who answers, and who is left to say what has happened? */
#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAIN, WORKER_1, WORKER_2, MEMBERS };
enum { BY_PROCESS, BY_THREAD, KINDS };
enum { WHO_ARE_YOU, CRASH, WHAT_OF_WORKER_1 };
enum { SILENCE = -1, REFUSED = 77 }; /* 77: meson calls it a skip */

struct team {
    int before[MEMBERS], after[MEMBERS];
    int report; /* what main says of worker 1: a wait status, or SILENCE */
    int status; /* how the team's own process ended */
};

static int lines[MEMBERS][2]; /* [0] is the asker's end, [1] the member's */
static pid_t children[MEMBERS];
static volatile int *nowhere; /* leads to a page that nobody may touch */

/* What each member does, in a flow of its own, as long as it is asked. */
static void *answer(void *arg)
{
    const int *const line = arg;
    int question;
    while (recv(line[1], &question, sizeof(question), 0) > 0) {
        int reply = getpid();
        if (question == CRASH)
            *nowhere = 42;
        if (question == WHAT_OF_WORKER_1 &&
            waitpid(children[WORKER_1], &reply, 0) < 0)
            err(EXIT_FAILURE, "waitpid");
        send(line[1], &reply, sizeof(reply), MSG_NOSIGNAL);
    }
    return NULL;
}

static void start_process(int member)
{
    children[member] = fork();
    if (children[member] < 0)
        err(REFUSED, "fork");
    if (children[member] > 0) {
        close(lines[member][1]);
        return;
    }
    for (int m = 0; m < MEMBERS; m++)
        if (m != member)
            close(lines[m][1]); /* a line is dead when nobody holds its end */
    answer(lines[member]);
    _exit(0);
}

static void start_thread(int member)
{
    pthread_t thread;
    errno = pthread_create(&thread, NULL, answer, lines[member]);
    if (errno != 0)
        err(REFUSED, "pthread_create");
}

/* main of a team is a child of this program, for it may be lost. */
static pid_t start_team(void (*start)(int member))
{
    for (int m = 0; m < MEMBERS; m++)
        if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, lines[m]) < 0)
            err(EXIT_FAILURE, "socketpair");
    fflush(NULL); /* text that waits to be printed would be copied, too */
    const pid_t team = fork();
    if (team < 0)
        err(REFUSED, "fork");
    for (int m = 0; m < MEMBERS; m++)
        close(lines[m][team == 0 ? 0 : 1]);
    if (team > 0)
        return team;

    signal(SIGSEGV, SIG_DFL);  /* a sanitizer has put a handler there */
    prctl(PR_SET_DUMPABLE, 0); /* it is on purpose: leave no core file */
    start(WORKER_1);
    start(WORKER_2);
    answer(lines[MAIN]);
    for (int m = WORKER_1; m < MEMBERS; m++)
        if (children[m] > 0)
            waitpid(children[m], NULL, 0);
    _exit(0);
}

/* SILENCE: nobody holds the other end any more. It takes no clock to know. */
static int ask(int member, int question)
{
    const int line = lines[member][0];
    int reply;
    send(line, &question, sizeof(question), MSG_NOSIGNAL);
    return recv(line, &reply, sizeof(reply), 0) > 0 ? reply : SILENCE;
}

static struct team watch_team(void (*start)(int member))
{
    struct team team;
    const pid_t child = start_team(start);
    for (int m = 0; m < MEMBERS; m++)
        team.before[m] = ask(m, WHO_ARE_YOU);
    ask(WORKER_1, CRASH);
    for (int m = 0; m < MEMBERS; m++)
        team.after[m] = ask(m, WHO_ARE_YOU);
    team.report = ask(MAIN, WHAT_OF_WORKER_1);
    for (int m = 0; m < MEMBERS; m++)
        close(lines[m][0]); /* nobody asks any more: who lives, goes home */
    if (waitpid(child, &team.status, 0) < 0)
        err(EXIT_FAILURE, "waitpid");
    if (WIFEXITED(team.status) && WEXITSTATUS(team.status) == REFUSED)
        exit(REFUSED); /* it has said what was refused */
    return team;
}

static void print_id(int pid, int width)
{
    char cell[24] = "gone";
    if (pid != SILENCE)
        snprintf(cell, sizeof(cell), "pid %d", pid);
    printf("%-*s", width, cell);
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
    nowhere = mmap(NULL, 1, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (nowhere == MAP_FAILED)
        err(EXIT_FAILURE, "mmap");
    const struct team of[KINDS] = { watch_team(start_process),
                                    watch_team(start_thread) };

    puts("Worker 1 follows a bad pointer: who is still there?\n");
    puts("                    process (fork)            thread (pthread)");
    puts("                    before       after        before       after");
    int left[KINDS] = { 0 };
    for (int m = 0; m < MEMBERS; m++) {
        printf("  %-18s", names[m]);
        for (int k = 0; k < KINDS; k++) {
            print_id(of[k].before[m], 13);
            print_id(of[k].after[m], k + 1 < KINDS ? 13 : 0);
            left[k] += of[k].after[m] != SILENCE;
        }
        puts("");
    }
    const struct team *const p = &of[BY_PROCESS], *const t = &of[BY_THREAD];
    printf("\n  worker 1's end    %-26s%s\n", how(p->report), how(t->report));
    printf("  main's end        %-26s%s\n", how(p->status), how(t->status));

    if (left[BY_PROCESS] != 2 || p->after[WORKER_1] != SILENCE ||
        !WIFSIGNALED(p->report) || p->status != 0)
        errx(1, "not seen: of the processes worker 1 alone has died");
    if (left[BY_THREAD] != 0 || !WIFSIGNALED(t->status))
        errx(1, "not seen: all threads of a process have died together");
    printf("\nSeen: of three processes two went on, and main could say that "
           "signal %d had\nended worker 1. Of the team with threads nobody was "
           "left, not even to say that.\n",
           WTERMSIG(p->report));
    return 0;
}
