/* speedup, by ranks: the probe's workloads, split among the first n ranks, for
 * each n that is asked for, in one launch. A turn's time goes from a barrier
 * until every one of its n ranks has the total (MPI_Allreduce), by the clock
 * of the rank that took longest: it holds for many hosts, whose clocks do not
 * agree. The others sleep meanwhile. Launching is no part of it, and told
 * apart. */
#define _GNU_SOURCE /* sched_getaffinity */
#include "rank.h"

#include "../clock.h"
#include "../pin.h"
#include "../workloads.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WHERE = 2048, DATA_MOST = 8 };

struct turn {
    const struct workload *workload;
    uint64_t size;
    int ranks;
    MPI_Comm comm; /* of its ranks; MPI_COMM_NULL at the others */

    /* Found out, at rank 0. */
    int number; /* its place in the shuffled order */
    uint64_t elapsed_ns, result;
    int error;
    char where[WHERE];
};

/* What is asked for: WORKLOAD:SIZE:RANKS,… */
static int read_turns(const struct ranks *ranks, char *list, struct turn *turns,
                      int *ret_count, char *message)
{
    char *items[RANK_TURNS], *parts[4];

    *ret_count = rank_cut(list, ',', items, RANK_TURNS);
    for (int i = 0; i < *ret_count; i++) {
        struct turn *turn = &turns[i];
        int count = rank_cut(items[i], ':', parts, 4);

        turn->workload = workload_find(parts[0]);
        turn->size = count == 3 ? strtoull(parts[1], NULL, 10) : 0;
        turn->ranks = count == 3 ? atoi(parts[2]) : 0;
        if (turn->workload == NULL || turn->size == 0 || turn->ranks < 1 ||
            turn->ranks > ranks->count) {
            snprintf(message, RANK_MESSAGE,
                     "turns: give WORKLOAD:SIZE:RANKS with commas between, for "
                     "at most %d ranks",
                     ranks->count);
            return -EINVAL;
        }
    }
    return 0;
}

/* Rank i of a host runs on the i-th CPU of the list, as the probe's workers
 * do; on hosts of their own, on the i-th that it may use there. */
static int take_place(const struct ranks *ranks, const char *list)
{
    int cpus[CPU_SETSIZE], count = 0;
    cpu_set_t allowed;

    if (strcmp(list, "free") == 0)
        return 0;
    if (strcmp(list, "own") == 0) {
        if (sched_getaffinity(0, sizeof(allowed), &allowed) != 0)
            return -errno;
        for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
            if (CPU_ISSET(cpu, &allowed))
                cpus[count++] = cpu;
    } else {
        for (const char *rest = list; *rest != '\0' && count < CPU_SETSIZE;) {
            cpus[count++] = atoi(rest);
            rest += strcspn(rest, ",");
            rest += *rest == ',';
        }
    }
    return count > 0 ? pin_to(cpus[ranks->on_host % count]) : -EINVAL;
}

/* Turns of as many ranks share a communicator. */
static void make_comms(const struct ranks *ranks, struct turn *turns, int count)
{
    for (int i = 0; i < count; i++) {
        int like = 0;

        while (turns[like].ranks != turns[i].ranks)
            like++;
        if (like < i)
            turns[i].comm = turns[like].comm;
        else
            MPI_Comm_split(MPI_COMM_WORLD,
                           ranks->me < turns[i].ranks ? 0 : MPI_UNDEFINED,
                           ranks->me, &turns[i].comm);
    }
}

/* What a kernel reads, made once a rank. NULL, and *ret_error, if it cannot
 * be. */
static const void *data_of(const struct workload *workload, int *ret_error)
{
    static const void *data[DATA_MOST];
    size_t index = (size_t)(workload - workloads);

    if (workload->prepare == NULL || index >= DATA_MOST)
        return NULL;
    if (data[index] == NULL)
        data[index] = workload->prepare();
    *ret_error = data[index] == NULL ? ENOMEM : 0;
    return data[index];
}

/* By the ranks of the turn. */
static void turn_take(struct turn *turn, int me)
{
    int mine = 0;
    const void *data = data_of(turn->workload, &mine);
    uint64_t part = 0, took_ns;

    MPI_Allreduce(&mine, &turn->error, 1, MPI_INT, MPI_MAX, turn->comm);
    if (turn->error != 0)
        return;
    MPI_Barrier(turn->comm);
    uint64_t begin_ns = clock_now_ns();
    part = turn->workload->part(data, turn->size, (unsigned)me,
                                (unsigned)turn->ranks);
    MPI_Allreduce(&part, &turn->result, 1, MPI_UINT64_T, MPI_SUM, turn->comm);
    took_ns = clock_now_ns() - begin_ns;
    MPI_Reduce(&took_ns, &turn->elapsed_ns, 1, MPI_UINT64_T, MPI_MAX, 0,
               turn->comm);
    rank_places(turn->comm, turn->where, sizeof(turn->where));
}

/* One number summed over these ranks, known to all of them: the mean of many. */
static double reduction_ns(MPI_Comm comm)
{
    enum { WARMUPS = 50, TIMES = 500 };
    uint64_t mine = 1, sum = 0, begin_ns = 0;

    for (int i = 0; i < WARMUPS + TIMES; i++) {
        if (i == WARMUPS) {
            MPI_Barrier(comm);
            begin_ns = clock_now_ns();
        }
        MPI_Allreduce(&mine, &sum, 1, MPI_UINT64_T, MPI_SUM, comm);
    }
    return (double)(clock_now_ns() - begin_ns) / TIMES;
}

static void print_rows(const struct ranks *ranks, const struct turn *turns,
                       int count, int reducing, double reduce_ns,
                       struct table *table)
{
    table_begin(table,
                "workload,workers,turn,elapsed_ns,total_ns,result,error");
    for (int i = 0; i < count; i++) {
        table_text(table, turns[i].workload->name);
        table_number(table, (uint64_t)turns[i].ranks);
        table_number(table, (uint64_t)turns[i].number);
        if (turns[i].error == 0) {
            table_number(table, turns[i].elapsed_ns);
            table_empty(table); /* several turns share a launch */
            table_number(table, turns[i].result);
        } else {
            table_empty(table);
            table_empty(table);
            table_empty(table);
        }
        table_text(table, turns[i].error == 0 ? "" : "ENOMEM");
        table_end(table);
    }
    fputc('\n', table->out);
    table_begin(table,
                "workload,workers,launched,launch_ns,reduced,reduce_ns,where");
    for (int i = 0; i < count; i++) {
        table_text(table, turns[i].workload->name);
        table_number(table, (uint64_t)turns[i].ranks);
        table_number(table, (uint64_t)ranks->count);
        if (ranks->launch_ns > 0)
            table_number(table, ranks->launch_ns);
        else
            table_empty(table);
        if (reducing > 1) {
            table_number(table, (uint64_t)reducing);
            table_real(table, reduce_ns);
        } else {
            table_empty(table);
            table_empty(table);
        }
        table_text(table, turns[i].where);
        table_end(table);
    }
}

static int run(const struct ranks *ranks, const struct arguments *arguments,
               struct table *table, char *message)
{
    static struct turn turns[RANK_TURNS];
    static int order[RANK_TURNS];
    char *list = strdup(arguments_word(arguments, "turns"));
    long asked = arguments_number(arguments, "reduce");
    int count = 0, reducing = asked < ranks->count ? (int)asked : ranks->count;
    double reduce_ns = 0;
    MPI_Comm few;

    int rc = list == NULL ? -ENOMEM
                          : read_turns(ranks, list, turns, &count, message);
    if (rc < 0)
        return rc;
    rc = take_place(ranks, arguments_word(arguments, "cpus"));
    MPI_Allreduce(MPI_IN_PLACE, &rc, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
    if (rc < 0) {
        snprintf(message, RANK_MESSAGE, "cpus: a rank may not run there");
        return rc;
    }
    make_comms(ranks, turns, count);
    rank_shuffle(ranks, order, count);
    for (int i = 0; i < count; i++) {
        struct turn *turn = &turns[order[i]];

        turn->number = i;
        if (turn->comm != MPI_COMM_NULL)
            turn_take(turn, ranks->me);
        rank_meet();
    }
    MPI_Comm_split(MPI_COMM_WORLD, ranks->me < reducing ? 0 : MPI_UNDEFINED,
                   ranks->me, &few);
    if (few != MPI_COMM_NULL && reducing > 1)
        reduce_ns = reduction_ns(few);
    rank_meet();
    if (ranks->me == 0)
        print_rows(ranks, turns, count, reducing, reduce_ns, table);
    free(list);
    return 0;
}

static const struct key keys[] = {
    { "turns", NULL, 0, 0, "WORKLOAD:SIZE:RANKS with commas between" },
    { "cpus", "free", 0, 0,
      "a host's i-th rank runs on the i-th of these; own: of those it may "
      "use" },
    { "reduce", "0", 0, 65536, "time a reduction over so many ranks, too" },
    { NULL, NULL, 0, 0, NULL },
};

const struct rank_measure rank_speedup = {
    "speedup", "how far more ranks bring the same work", keys, run
};
