/* population: workers are created one after the other and stay, asleep at the
 * gate. What does the n-th one cost, and how much memory do they take? Two
 * points of time from one origin, the begin of the call: it returned; the
 * worker has told that it goes to sleep (on one CPU it may have to finish that
 * step during the next creation, as its successor does in turn). Notice that
 * memory is what was taken since the last look, by each of those who came since
 * then: what the very first take often comes out of pages that the kernel has
 * in hand, and shows nowhere. */
#include "../clock.h"
#include "../errors.h"
#include "../kernel.h"
#include "../measures.h"
#include "../memory.h"
#include "../pin.h"
#include "../shared.h"
#include "../worker.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

enum {
    WORKERS_MAX = 32768,
    POINTS_MAX = 16,
    WARMUPS = 3,
    WINDOW = 64,     /* creations printed up to a count, at most */
    LOOK_EVERY = 64, /* creations between two looks at memory and time */
    PSS_LOOKS = 16   /* processes whose share of memory is read */
};

/* Why no more were created; the name is what the table says. */
static const char *const stops[] = { "", "refused", "memory", "time", "ended" };
enum stop { STOP_NONE, STOP_REFUSED, STOP_MEMORY, STOP_TIME, STOP_ENDED };

/* One creation. */
struct record {
    uint64_t returned_ns, parked_ns;
    struct worker worker; /* what joining it needs */
};

/* A count at which we look closer. All the memory there is, and our share of
 * it, in KiB; below 0: unknown. */
struct point {
    unsigned alive;
    double available_kib, pss_kib;
};

/* All of it lies in a shared mapping: a private page that we write after a fork
 * would be copied, and counted as the worker's. */
struct crowd {
    struct gate gate;
    const struct worker_kind *kind;
    unsigned wanted, started;
    uint64_t end_ns;
    long most_kib;       /* of memory that they may take */
    struct point before; /* the first */
    enum stop stop;
    int error;     /* of the refused creation */
    bool deserted; /* somebody was not asleep when all were sent home */
    unsigned points;
    struct point point[POINTS_MAX];
    struct record record[];
};

/* A worker: here, asleep, gone. */
static int park(void *arg)
{
    struct crowd *crowd = arg;

    return gate_pass(&crowd->gate) == GATE_GO ? 0 : 1;
}

/* True when a process has ended before it was sent home. */
static bool has_ended(const struct worker *worker)
{
    siginfo_t ended = { .si_pid = 0 };

    return worker->kind == &worker_process &&
           waitid(P_PID, (id_t)worker->pid, &ended,
                  WEXITED | WNOHANG | WNOWAIT) == 0 &&
           ended.si_pid != 0;
}

/* Sleeps until `count` have arrived. Not gate_await(): that looks through all
 * children before it sleeps, which takes the longer the more there are. */
static bool await(struct crowd *crowd, const struct worker *worker,
                  uint32_t count)
{
    const struct timespec look_again = { .tv_nsec = 100000000 };
    uint32_t arrived = atomic_load(&crowd->gate.arrived);

    while (arrived < count) {
        kernel_futex_wait(&crowd->gate.arrived, arrived, &look_again);
        uint32_t now = atomic_load(&crowd->gate.arrived);
        if (now == arrived && has_ended(worker))
            return false;
        arrived = now;
    }
    return true;
}

/* Creates one more worker. It is started from our stack, since fork() writes
 * the pid on both sides, and noted down when that is over. */
static bool grow(struct crowd *crowd, struct record *record)
{
    struct worker worker = { .kind = crowd->kind,
                             .target = park,
                             .arg = crowd };
    uint32_t arrived = atomic_load(&crowd->gate.arrived);

    uint64_t begin_ns = clock_now_ns();
    int rc = worker_start(&worker);
    uint64_t returned_ns = clock_now_ns();
    bool parked = rc == 0 && await(crowd, &worker, arrived + 1);
    uint64_t parked_ns = clock_now_ns();

    record->returned_ns = returned_ns - begin_ns;
    record->parked_ns = parked_ns - begin_ns;
    record->worker = worker;
    if (rc < 0) {
        crowd->stop = STOP_REFUSED;
        crowd->error = -rc;
        return false;
    }
    if (!parked) {
        int code;

        (void)worker_join(&worker, &code);
        crowd->stop = STOP_ENDED;
        crowd->error = ECHILD;
        return false;
    }
    crowd->started++;
    return true;
}

/* Sends everybody home and waits until all are gone. */
static void disband(struct crowd *crowd)
{
    gate_set(&crowd->gate, GATE_GO);
    for (unsigned i = 0; i < crowd->started; i++) {
        int code = 0;
        int rc = worker_join(&crowd->record[i].worker, &code);

        if (rc != 0 || code != 0)
            crowd->deserted = true;
    }
    crowd->started = 0;
    atomic_store(&crowd->gate.state, GATE_WAIT);
    atomic_store(&crowd->gate.arrived, 0);
}

/* Ours, and each process's; these are alike, so that a few tell of all. */
static double pss_kib(const struct crowd *crowd)
{
    double sum = (double)memory_pss_kib(0), others = 0;
    unsigned looks = 0;

    if (crowd->kind != &worker_process)
        return sum;
    unsigned step = (crowd->started + PSS_LOOKS - 1) / PSS_LOOKS;
    for (unsigned i = step / 2; i < crowd->started; i += step, looks++) {
        long one = memory_pss_kib(crowd->record[i].worker.pid);

        if (one < 0)
            return -1;
        others += (double)one;
    }
    return looks > 0 ? sum + others / looks * crowd->started : sum;
}

static void look(struct crowd *crowd, struct point *point)
{
    point->available_kib = (double)memory_available_kib();
    point->pss_kib = pss_kib(crowd);
}

static void check_limits(struct crowd *crowd)
{
    long available_kib = memory_available_kib();

    if (clock_now_ns() > crowd->end_ns)
        crowd->stop = STOP_TIME;
    if (available_kib >= 0 &&
        crowd->before.available_kib - (double)available_kib >
            (double)crowd->most_kib)
        crowd->stop = STOP_MEMORY;
}

static void crowd_grow(struct crowd *crowd)
{
    unsigned next = 0;

    while (crowd->started < crowd->wanted && crowd->stop == STOP_NONE) {
        if (!grow(crowd, &crowd->record[crowd->started]))
            return;
        if (crowd->started % LOOK_EVERY == 0)
            check_limits(crowd);
        if (next < crowd->points && crowd->point[next].alive == crowd->started)
            look(crowd, &crowd->point[next++]);
    }
}

/* ---- Output ---- */

/* What each worker between two looks has added; falling: by how much less
 * there is. */
static void print_added(struct table *table, double before, double now,
                        unsigned workers, bool falling)
{
    if (before < 0 || now < 0)
        table_empty(table);
    else
        table_real(table, (falling ? before - now : now - before) / workers);
}

static void print_record(struct table *table, const struct crowd *crowd,
                         const struct point *point, unsigned index)
{
    const struct record *record = &crowd->record[index];
    const struct point *since =
        point > crowd->point ? point - 1 : &crowd->before;
    unsigned workers = point->alive - since->alive;

    table_number(table, point->alive);
    table_number(table, index + 1);
    table_number(table, record->returned_ns);
    table_number(table, record->parked_ns);
    if (index + 1 == point->alive) {
        print_added(table, since->available_kib, point->available_kib, workers,
                    true);
        print_added(table, since->pss_kib, point->pss_kib, workers, false);
    } else {
        table_empty(table);
        table_empty(table);
    }
    table_text(table, error_name(crowd->deserted ? ECHILD : 0));
    table_end(table);
}

/* The last creations up to a count; those after the last stand for none. */
static void print_point(const struct crowd *crowd, const struct point *point,
                        unsigned started, struct table *table)
{
    unsigned window = point->alive / 4 < WINDOW ? point->alive / 4 : WINDOW;
    unsigned first = point->alive - (window > 0 ? window : 1);

    for (unsigned i = first; i < point->alive && point->alive <= started; i++)
        print_record(table, crowd, point, i);
}

/* The creation that failed: counted for the first count not reached. */
static void print_failed(const struct crowd *crowd, unsigned started,
                         struct table *table)
{
    for (unsigned p = 0; p < crowd->points && crowd->error != 0; p++) {
        if (crowd->point[p].alive <= started)
            continue;
        table_number(table, crowd->point[p].alive);
        table_number(table, started + 1);
        for (unsigned empty = 0; empty < 4; empty++)
            table_empty(table);
        table_text(table, error_name(crowd->error));
        table_end(table);
        return;
    }
}

static void print(const struct crowd *crowd, unsigned started,
                  struct table *table)
{
    table_begin(table, "alive,nth,returned_ns,parked_ns,memory_kib,pss_kib,"
                       "error");
    for (unsigned p = 0; p < crowd->points; p++)
        print_point(crowd, &crowd->point[p], started, table);
    print_failed(crowd, started, table);

    fputc('\n', table->out);
    table_begin(table, "started,stop,most_mib");
    table_number(table, started);
    table_text(table, stops[crowd->stop]);
    table_number(table, (uint64_t)(crowd->most_kib / 1024));
    table_end(table);
}

/* ---- Arguments ---- */

static const struct worker_kind *const kinds[] = { &worker_process,
                                                   &worker_thread };

static int read_points(struct crowd *crowd, const char *list, char *message)
{
    unsigned last = 0;

    for (const char *rest = list;;) {
        char *end;
        long alive = strtol(rest, &end, 10);

        if (end == rest || alive <= (long)last || alive > WORKERS_MAX ||
            (*end != ',' && *end != '\0') || crowd->points == POINTS_MAX)
            break;
        last = (unsigned)alive;
        if (last <= crowd->wanted)
            crowd->point[crowd->points++].alive = last;
        if (*end == '\0' && crowd->points > 0)
            return 0;
        if (*end == '\0')
            break;
        rest = end + 1;
    }
    snprintf(message, MEASURE_MESSAGE,
             "at=%.40s: give ascending counts with commas between, the first "
             "no more than workers; %d at most",
             list, POINTS_MAX);
    return -EINVAL;
}

static int crowd_make(const struct arguments *arguments,
                      struct crowd **ret_crowd, char *message)
{
    const char *name = arguments_word(arguments, "kind");
    unsigned wanted = (unsigned)arguments_number(arguments, "workers");
    unsigned room = wanted > WARMUPS ? wanted : WARMUPS;
    const struct worker_kind *kind = NULL;

    for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++)
        if (strcmp(kinds[k]->name, name) == 0)
            kind = kinds[k];
    if (kind == NULL) {
        snprintf(message, MEASURE_MESSAGE, "kind=%.40s: give process or thread",
                 name);
        return -EINVAL;
    }

    struct crowd *crowd =
        shared_map(sizeof(*crowd) + room * sizeof(crowd->record[0]));
    if (crowd == NULL)
        return error_say(message, errno, "no memory for the records");
    crowd->kind = kind;
    crowd->wanted = wanted;
    *ret_crowd = crowd;
    return read_points(crowd, arguments_word(arguments, "at"), message);
}

/* What comes before the first: some that come and go, and a look around. */
static void crowd_begin(struct crowd *crowd, const struct arguments *arguments)
{
    for (int i = 0; i < WARMUPS && crowd->stop == STOP_NONE; i++) {
        (void)grow(crowd, &crowd->record[0]);
        disband(crowd);
    }
    /* What was refused here is refused again below, where it counts. */
    crowd->stop = STOP_NONE;
    crowd->error = 0;
    crowd->deserted = false;

    crowd->before.pss_kib = (double)memory_pss_kib(0);
    long available_kib = memory_settle_kib();
    crowd->before.available_kib = (double)available_kib;
    crowd->most_kib = arguments_number(arguments, "memory_mib") * 1024;
    if (crowd->most_kib == 0)
        crowd->most_kib = available_kib > 0 ? available_kib / 4 : LONG_MAX / 2;
    crowd->end_ns =
        clock_now_ns() +
        (uint64_t)arguments_number(arguments, "limit_ms") * 1000000U;
}

static int run(const struct arguments *arguments, struct table *table,
               char *message)
{
    struct crowd *crowd = NULL;
    long cpu = arguments_number(arguments, "cpu");
    int rc = crowd_make(arguments, &crowd, message);
    if (rc < 0)
        return rc;
    rc = pin_to((int)cpu);
    if (rc < 0)
        return error_say(message, -rc,
                         "cannot pin to cpu=%ld; use one of "
                         "those that `taskset -p $$` shows",
                         cpu);

    crowd_begin(crowd, arguments);
    crowd_grow(crowd);
    unsigned started = crowd->started;
    disband(crowd);
    print(crowd, started, table);
    return 0;
}

static const struct key keys[] = {
    { "kind", NULL, 0, 0, "process or thread" },
    { "workers", NULL, 1, WORKERS_MAX, "how many are created, at most" },
    { "at", "1,4,16,64,256,1024,4096,16384", 0, 0,
      "counts to look at: the last creations up to each are printed" },
    { "cpu", "-1", -1, 1023, "pin probe and workers to this CPU; -1: do not" },
    { "memory_mib", "0", 0, 16777216,
      "stop when they have taken so much; 0: a quarter of what is available" },
    { "limit_ms", "60000", 1, 600000, "stop creating after this time" },
    { NULL, NULL, 0, 0, NULL },
};

const struct measure measure_population = {
    "population", "what one more costs while others are alive", keys, run
};
