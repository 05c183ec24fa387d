/* A rank: goes through the cases, and notes what happens. Whoever begins to wait
 * asks whether anybody is left who could end that. */
#define _GNU_SOURCE /* on_exit */
#include "ranks.h"

#include "crash.h"
#include "exercise.h"

#include <fcntl.h>
#include <limits.h>
#include <mpi.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { DECOY = 7000000, DECOY_SIZE = 10 };

/* A rank has no argument in which the layer could be handed these. */
static struct facts *facts;
static int me;

struct facts *ranks_here(void)
{
    return facts;
}

int ranks_me(void)
{
    return me;
}

void ranks_lock(void)
{
    pthread_mutex_lock(&facts->lock);
}

void ranks_unlock(void)
{
    pthread_mutex_unlock(&facts->lock);
}

struct part ranks_decoy(int rank)
{
    const long from = DECOY + 1000L * rank;
    return (struct part){ from, from + DECOY_SIZE };
}

void ranks_stop(void)
{
    for (int i = 0; i < facts->ranks; i++)
        if (i != me && facts->rank[i].pid > 0)
            kill(facts->rank[i].pid, SIGKILL);
    raise(SIGKILL);
    abort(); /* raise comes back, says its type */
}

static bool can_go_on(const struct rank *rank)
{
    if (rank->place == NOT_YET || rank->place == IN_EXERCISE)
        return true;
    if (rank->place != IN_CALL)
        return false;
    if (rank->together == 0)
        return matching_has_partner(&facts->matching, rank->send) &&
               matching_has_partner(&facts->matching, rank->recv);
    for (int i = 0; i < facts->ranks; i++)
        if (facts->tried[facts->now].together[i] < rank->together)
            return false;
    return true;
}

void ranks_look(void)
{
    int at_gate = 0, in_call = 0;

    facts->events++;
    for (int i = 0; i < facts->ranks; i++) {
        if (can_go_on(&facts->rank[i]))
            return;
        at_gate += facts->rank[i].place == AT_GATE;
        in_call += facts->rank[i].place == IN_CALL;
    }
    if (in_call > 0 && facts->matching.is_full)
        return;
    if (at_gate > 0) {
        facts->tried[facts->now].wave = at_gate;
        ranks_open_gate(facts);
    } else if (in_call > 0) {
        facts->stuck = true;
        ranks_stop();
    }
}

/* The first time in each case, all that can come have come before anybody goes
 * on. Meanwhile the library may have messages to look after: who computes
 * calls it now and then. */
static void wait_at_gate(void)
{
    const struct timespec nap = { .tv_nsec = 200000 };
    int found;

    if (!facts->gate_open)
        facts->rank[me].place = AT_GATE;
    ranks_look();
    while (!facts->gate_open) {
        ranks_unlock();
        PMPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &found,
                    MPI_STATUS_IGNORE);
        nanosleep(&nap, NULL);
        ranks_lock();
    }
}

/* Of all numbers, which are of the kind that is counted. */
static bool is_marked(long i)
{
    return i * i % 7 < 4;
}

static bool is_within(struct part part, long number)
{
    return number >= part.from && number <= part.to;
}

static void note_odd_part(struct tried *tried, const struct range *range,
                          struct part part)
{
    const long end = range->begin + range->size;
    const struct part own = ranks_decoy(me);
    if (part.from >= part.to ? part.from == part.to || part.from >= end
                             : part.from >= range->begin && part.to <= end)
        return;
    if (tried->odd_parts++ > 0)
        return;
    tried->odd = part;
    tried->odd_rank = me;
    tried->odd_own =
        me > 0 && is_within(own, part.from) && is_within(own, part.to);
}

static long count(long from, long to)
{
    static int gate_seen = -1; /* the case in which this rank was there */
    const struct range *const range = &facts->ranges[facts->now];
    struct tried *const tried = &facts->tried[facts->now];
    long found = 0;

    ranks_lock();
    facts->events++;
    note_odd_part(tried, range, (struct part){ from, to });
    if (from < to && gate_seen != facts->now) {
        gate_seen = facts->now;
        wait_at_gate();
    }
    const long first = from > range->begin ? from : range->begin;
    for (long n = first; n < to && n < range->begin + range->size; n++) {
        const long i = n - range->begin;
        tried->times[me][i] += tried->times[me][i] < UCHAR_MAX;
        found += is_marked(i);
    }
    tried->found[me] += found;
    ranks_unlock();
    return found;
}

/* A message to this rank that nobody has received: really there, or only in
 * our books? */
static bool is_left_from(int from)
{
    int found = 0;
    if (matching_unreceived(&facts->matching, from, me) != NONE)
        PMPI_Iprobe(from, MPI_ANY_TAG, MPI_COMM_WORLD, &found,
                    MPI_STATUS_IGNORE);
    return found != 0;
}

static void end_case(long result)
{
    struct tried *const tried = &facts->tried[facts->now];
    int back = 0;

    ranks_lock();
    tried->result[me] = result;
    facts->rank[me].place = BACK;
    ranks_look();
    for (int i = 0; i < facts->ranks; i++)
        back += facts->rank[i].place == BACK;
    if (back == facts->ranks) {
        tried->whole = true;
        pthread_cond_broadcast(&facts->moved);
    }
    while (!tried->whole)
        pthread_cond_wait(&facts->moved, &facts->lock);
    for (int i = 0; i < facts->ranks; i++) {
        if (tried->left_from == NONE && is_left_from(i)) {
            tried->left_from = i;
            tried->left_to = me;
        }
        if (tried->together[i] != tried->together[me])
            ranks_stop(); /* the next case would begin in the middle of this */
    }
    ranks_unlock();
}

/* All come together before, and after. By calls that the layer does not see. */
static void begin_case(int number)
{
    PMPI_Barrier(MPI_COMM_WORLD);
    if (me == 0) {
        ranks_lock();
        facts->now = number;
        facts->matching = (struct matching){ 0 };
        facts->gate_open = false;
        memset(facts->together, 0, sizeof(facts->together));
        for (int i = 0; i < facts->ranks; i++)
            facts->rank[i].place = NOT_YET;
        facts->tried[number].left_from = NONE;
        facts->events++;
        ranks_unlock();
    }
    PMPI_Barrier(MPI_COMM_WORLD);
    if (number > 0 && facts->tried[number - 1].left_from != NONE) {
        ranks_lock();
        ranks_stop();
    }
    ranks_lock();
    facts->rank[me].place = IN_EXERCISE;
    ranks_unlock();
}

static void note_exit(int status, void *unused)
{
    (void)unused;
    if (facts->rank[me].place == BACK || facts->rank[me].pid != getpid())
        return;
    ranks_lock();
    facts->rank[me].place = ENDED;
    facts->rank[me].status = status;
    ranks_stop();
}

static void join_facts(char **argv)
{
    const int fd = open(argv[2], O_RDWR | O_CLOEXEC);
    const int printed = open(argv[3], O_WRONLY | O_APPEND | O_CLOEXEC);
    facts = fd < 0 ? MAP_FAILED
                   : mmap(NULL, sizeof(*facts), PROT_READ | PROT_WRITE,
                          MAP_SHARED, fd, 0);
    if (facts == MAP_FAILED || printed < 0 ||
        dup2(printed, STDOUT_FILENO) < 0 || dup2(printed, STDERR_FILENO) < 0) {
        perror("what the judge shares with its ranks");
        exit(EXIT_FAILURE);
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
}

void ranks_begin(int argc, char **argv)
{
    int size;
    if (argc != 4 || strcmp(argv[1], "rank") != 0)
        return;
    PMPI_Init(&argc, &argv);
    PMPI_Comm_rank(MPI_COMM_WORLD, &me);
    PMPI_Comm_size(MPI_COMM_WORLD, &size);
    join_facts(argv);
    if (size != facts->ranks)
        exit(EXIT_FAILURE); /* a launcher of another MPI */
    stage_now = &facts->stage;
    crash_arm();
    ranks_lock();
    facts->rank[me].pid = getpid();
    facts->rank[me].code = (const char *)(uintptr_t)&ranks_begin;
    facts->arrived++;
    ranks_unlock();
    on_exit(note_exit, NULL);

    for (int i = 0; i < facts->cases; i++) {
        begin_case(i);
        const struct range *const range = &facts->ranges[i];
        const struct part with =
            me > 0 ? ranks_decoy(me)
                   : (struct part){ range->begin, range->begin + range->size };
        end_case(count_by_ranks(MPI_COMM_WORLD, with.from, with.to, count));
    }
    begin_case(facts->cases);
    facts->done = true;
    facts->rank[me].place = BACK;
    PMPI_Finalize();
    exit(EXIT_SUCCESS);
}
