/* exchange, by ranks: a message goes from rank 0 to rank 1 by MPI_Send and
 * MPI_Recv. As in the probe's measure: from just before the sender fills the
 * first byte until the receiver has read, and checked, the last one. On one
 * host both read one clock; between two hosts a sample is a round trip, and a
 * message half of it. */
#include "rank.h"

#include "../clock.h"
#include "../errors.h"
#include "../pin.h"
#include "../post.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GO_ON, STOP };
enum { CONTROL, DATA, READ }; /* tags */
enum { AT_LEAST = 3, WHERE = 256, BYTES_MOST = 64 << 20 };

struct sample {
    uint64_t elapsed_ns;
    int32_t error;
};

struct turn {
    size_t bytes;
    bool stream;
    uint32_t batch;
    char placement[16];
    int number;
    unsigned taken;
    struct sample *samples;
    char where[WHERE];
};

/* How a turn is measured: the same for all. */
struct plan {
    unsigned samples, warmups;
    uint64_t budget_ns;
    int cpu, peer_cpu;
    uint64_t *words; /* room for the largest message */
};

/* What the receiver tells when it has read all. */
struct word {
    uint64_t end_ns;
    int64_t error;
};

static bool between_hosts(const struct turn *turn)
{
    return strcmp(turn->placement, "other-host") == 0;
}

static void send(const uint64_t *words, size_t bytes, int to)
{
    MPI_Send(words, (int)bytes, MPI_BYTE, to, DATA, MPI_COMM_WORLD);
}

static void receive(uint64_t *words, size_t bytes, int from)
{
    MPI_Recv(words, (int)bytes, MPI_BYTE, from, DATA, MPI_COMM_WORLD,
             MPI_STATUS_IGNORE);
}

/* ---- The receiver, rank 1 ---- */

/* A batch. Between hosts, a single message is sent back, as a new one. */
static void batch_receive(const struct turn *turn, const struct plan *plan,
                          uint32_t number)
{
    struct word word = { .error = 0 };

    for (uint32_t i = 0; i < turn->batch; i++) {
        receive(plan->words, turn->bytes, 0);
        if (message_check(plan->words, turn->bytes, number + i) < 0)
            word.error = EBADMSG;
    }
    word.end_ns = clock_now_ns();
    if (between_hosts(turn) && !turn->stream) {
        message_fill(plan->words, turn->bytes, ~number);
        send(plan->words, turn->bytes, 0);
    }
    MPI_Send(&word, sizeof(word), MPI_BYTE, 0, READ, MPI_COMM_WORLD);
}

static void turn_receive(const struct turn *turn, const struct plan *plan)
{
    uint32_t number = 0;

    for (;;) {
        int control, ready = 0;

        MPI_Recv(&control, 1, MPI_INT, 0, CONTROL, MPI_COMM_WORLD,
                 MPI_STATUS_IGNORE);
        if (control == STOP)
            return;
        MPI_Send(&ready, 1, MPI_INT, 0, CONTROL, MPI_COMM_WORLD);
        batch_receive(turn, plan, number);
        number += turn->batch;
    }
}

/* ---- The sender, rank 0 ---- */

static void batch_send(const struct turn *turn, const struct plan *plan,
                       uint32_t number, struct sample *sample)
{
    bool apart = between_hosts(turn);
    struct word word;

    uint64_t begin_ns = clock_now_ns();
    for (uint32_t i = 0; i < turn->batch; i++) {
        message_fill(plan->words, turn->bytes, number + i);
        send(plan->words, turn->bytes, 1);
    }
    if (apart && !turn->stream) {
        receive(plan->words, turn->bytes, 1);
        if (message_check(plan->words, turn->bytes, ~number) < 0)
            sample->error = EBADMSG;
    }
    uint64_t end_ns = clock_now_ns();
    MPI_Recv(&word, sizeof(word), MPI_BYTE, 1, READ, MPI_COMM_WORLD,
             MPI_STATUS_IGNORE);
    if (apart && turn->stream)
        end_ns = clock_now_ns();
    if (!apart)
        end_ns = word.end_ns;
    sample->elapsed_ns = end_ns - begin_ns;
    if (apart && !turn->stream)
        sample->elapsed_ns /= 2;
    if (word.error != 0)
        sample->error = (int32_t)word.error;
    else if (end_ns < begin_ns)
        sample->error = EPROTO;
}

static void turn_send(struct turn *turn, const struct plan *plan)
{
    unsigned last = plan->warmups + plan->samples;
    unsigned at_least = plan->warmups + (turn->stream ? 1 : AT_LEAST);
    uint64_t end_ns = 0;
    int control = GO_ON, ready;

    while (turn->taken < last) {
        struct sample *sample = &turn->samples[turn->taken];

        if (turn->taken == plan->warmups)
            end_ns = clock_now_ns() + plan->budget_ns;
        MPI_Send(&control, 1, MPI_INT, 1, CONTROL, MPI_COMM_WORLD);
        MPI_Recv(&ready, 1, MPI_INT, 1, CONTROL, MPI_COMM_WORLD,
                 MPI_STATUS_IGNORE);
        batch_send(turn, plan, turn->taken * turn->batch, sample);
        turn->taken++;
        if (sample->error != 0 ||
            (turn->taken >= at_least && clock_now_ns() > end_ns))
            break;
    }
    control = STOP;
    MPI_Send(&control, 1, MPI_INT, 1, CONTROL, MPI_COMM_WORLD);
}

/* ---- The tables ---- */

static void print_key(const struct turn *turn, struct table *table)
{
    table_number(table, turn->bytes);
    table_text(table, turn->stream ? "bandwidth" : "latency");
    table_text(table, turn->placement);
}

static void print_rows(const struct turn *turns, int count,
                       const struct plan *plan, struct table *table)
{
    table_begin(table, "bytes,quantity,placement,turn,index,warmup,messages,"
                       "elapsed_ns,handover_ns,error");
    for (int t = 0; t < count; t++)
        for (unsigned i = 0; i < turns[t].taken; i++) {
            const struct sample *sample = &turns[t].samples[i];

            print_key(&turns[t], table);
            table_number(table, (uint64_t)turns[t].number);
            table_number(table, i);
            table_number(table, i < plan->warmups && sample->error == 0);
            table_number(table, turns[t].batch);
            if (sample->error == 0) {
                table_number(table, sample->elapsed_ns);
                table_real(table, (double)sample->elapsed_ns / turns[t].batch);
            } else {
                table_empty(table);
                table_empty(table);
            }
            table_text(table, error_name(sample->error));
            table_end(table);
        }
    fputc('\n', table->out);
    table_begin(table, "bytes,quantity,placement,samples,where");
    for (int t = 0; t < count; t++) {
        print_key(&turns[t], table);
        table_number(table, turns[t].taken > plan->warmups
                                ? turns[t].taken - plan->warmups
                                : 0);
        table_text(table, turns[t].where);
        table_end(table);
    }
}

/* ---- The measure ---- */

/* What is asked for, each with its part of the room for samples:
 * BYTES:latency|stream:MESSAGES:PLACEMENT,… */
static int read_turns(char *list, const struct plan *plan, struct sample *room,
                      struct turn *turns, int *ret_count, size_t *ret_largest,
                      char *message)
{
    char *items[RANK_TURNS], *parts[5];

    *ret_count = rank_cut(list, ',', items, RANK_TURNS);
    for (int i = 0; i < *ret_count; i++) {
        struct turn *turn = &turns[i];
        int count = rank_cut(items[i], ':', parts, 5);

        turn->bytes = strtoull(parts[0], NULL, 10);
        turn->stream = count == 4 && strcmp(parts[1], "stream") == 0;
        turn->batch = turn->stream ? (uint32_t)strtoul(parts[2], NULL, 10) : 1;
        if (count != 4 || turn->bytes == 0 || turn->bytes % 8 != 0 ||
            turn->bytes > BYTES_MOST || turn->batch == 0 ||
            (!turn->stream && strcmp(parts[1], "latency") != 0)) {
            snprintf(message, RANK_MESSAGE,
                     "turns: give BYTES:latency:1:PLACEMENT or "
                     "BYTES:stream:MESSAGES:PLACEMENT with commas between");
            return -EINVAL;
        }
        snprintf(turn->placement, sizeof(turn->placement), "%s", parts[3]);
        turn->samples = room + (size_t)i * (plan->warmups + plan->samples);
        if (turn->bytes > *ret_largest)
            *ret_largest = turn->bytes;
    }
    return 0;
}

/* Between hosts nothing is pinned. */
static int take_place(const struct ranks *ranks, const struct turn *turn,
                      const struct plan *plan)
{
    bool beside = ranks->me == 1 && strcmp(turn->placement, "other-cpu") == 0;

    if (between_hosts(turn))
        return 0;
    return pin_to(beside ? plan->peer_cpu : plan->cpu);
}

/* One after the other, in an order of this launch. */
static int take_turns(const struct ranks *ranks, const struct plan *plan,
                      struct turn *turns, int count, char *message)
{
    int order[RANK_TURNS], rc = 0;

    rank_shuffle(ranks, order, count);
    for (int i = 0; i < count; i++) {
        struct turn *turn = &turns[order[i]];

        turn->number = i;
        rc = take_place(ranks, turn, plan);
        MPI_Allreduce(MPI_IN_PLACE, &rc, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
        if (rc < 0) {
            snprintf(message, RANK_MESSAGE, "cpu: a rank may not run there");
            return rc;
        }
        if (ranks->me == 0)
            turn_send(turn, plan);
        else
            turn_receive(turn, plan);
        rank_places(MPI_COMM_WORLD, turn->where, sizeof(turn->where));
    }
    return 0;
}

static int run(const struct ranks *ranks, const struct arguments *arguments,
               struct table *table, char *message)
{
    struct plan plan = {
        .samples = (unsigned)arguments_number(arguments, "samples"),
        .warmups = (unsigned)arguments_number(arguments, "warmup"),
        .budget_ns =
            (uint64_t)arguments_number(arguments, "budget_ms") * 1000000U,
        .cpu = (int)arguments_number(arguments, "cpu"),
        .peer_cpu = (int)arguments_number(arguments, "peer_cpu"),
    };
    size_t largest = sizeof(plan.words[0]);
    int count = 0, rc = -ENOMEM;

    if (ranks->count != 2) {
        snprintf(message, RANK_MESSAGE, "this needs two ranks (mpirun -n 2)");
        return -EINVAL;
    }
    char *list = strdup(arguments_word(arguments, "turns"));
    struct turn *turns = calloc(RANK_TURNS, sizeof(turns[0]));
    struct sample *room = calloc(
        (size_t)RANK_TURNS * (plan.warmups + plan.samples), sizeof(room[0]));
    if (list != NULL && turns != NULL && room != NULL)
        rc = read_turns(list, &plan, room, turns, &count, &largest, message);
    plan.words = malloc(largest);
    if (rc == 0 && plan.words == NULL)
        rc = -ENOMEM;
    if (rc == 0) {
        memset(plan.words, 1, largest);
        rc = take_turns(ranks, &plan, turns, count, message);
    }
    if (ranks->me == 0 && rc == 0)
        print_rows(turns, count, &plan, table);
    free(plan.words);
    free(turns);
    free(room);
    free(list);
    return rc;
}

static const struct key keys[] = {
    { "turns", NULL, 0, 0,
      "BYTES:latency|stream:MESSAGES:PLACEMENT with commas between" },
    { "samples", "20", 1, 100000, "to take, at most" },
    { "warmup", "3", 0, 1000, "unmeasured samples before them" },
    { "budget_ms", "600000", 1, 600000,
      "of a turn (3 samples at least, or a batch)" },
    { "cpu", "-1", -1, 1023, "pin the sender to this CPU; -1: do not" },
    { "peer_cpu", "-1", -1, 1023, "pin the receiver to this one at other-cpu" },
    { NULL, NULL, 0, 0, NULL },
};

const struct rank_measure rank_exchange = {
    "exchange", "handing a message from rank 0 to rank 1", keys, run
};
