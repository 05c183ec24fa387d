/* speedup: a fixed amount of work, split among n workers of one kind past a
 * common gate. Time = last end - first start; total includes creation and the
 * waiting for the end. kind=serial is the baseline: the same kernel, called.
 * kind=copies is the ceiling: n processes that share nothing, each with the
 * whole work. */
#include "../clock.h"
#include "../errors.h"
#include "../measures.h"
#include "../pin.h"
#include "../shared.h"
#include "../worker.h"
#include "../workloads.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORKERS_MAX = 4096, CPUS_MAX = 1024 };

/* One worker's slot in the shared map. */
struct slot {
    _Alignas(SHARED_PADDING) uint64_t start_ns;
    uint64_t end_ns, result;
    uint32_t done;
};

/* What every worker of a run sees. */
struct crew {
    struct gate gate;
    const struct workload *workload;
    const void *data; /* NULL in copies: each makes its own */
    uint64_t size;
    unsigned workers;
    bool whole;    /* each worker does all of the work */
    unsigned cpus; /* how many of cpu[]; 0: the scheduler's choice */
    int cpu[CPUS_MAX];
    struct slot slots[];
};

struct outcome {
    uint64_t elapsed_ns, total_ns, result;
    int error;
};

/* The argument of one worker: which slot of which crew. */
struct place {
    struct crew *crew;
    unsigned index;
};

/* Worker i runs on the i-th CPU of the list, and round again: otherwise two
 * workers may share a CPU for some ticks while another one idles, and that is
 * the scheduler's start-up, not the work's speedup. */
static int take_place(const struct crew *crew, unsigned index)
{
    return crew->cpus == 0 ? 0 : pin_to(crew->cpu[index % crew->cpus]);
}

static int work(void *arg)
{
    const struct place *place = arg;
    struct crew *crew = place->crew;
    const struct workload *workload = crew->workload;
    struct slot *slot = &crew->slots[place->index];
    const void *data = crew->data;
    unsigned index = crew->whole ? 0 : place->index;
    unsigned workers = crew->whole ? 1 : crew->workers;

    int rc = take_place(crew, place->index);
    if (crew->whole && workload->prepare != NULL)
        data = workload->prepare();
    if (gate_pass(&crew->gate) == GATE_ABORT)
        return 0;
    if (rc < 0)
        return -rc;
    if (data == NULL && workload->prepare != NULL)
        return ENOMEM;

    slot->start_ns = clock_now_ns();
    slot->result = workload->part(data, crew->size, index, workers);
    slot->end_ns = clock_now_ns();
    slot->done = 1;
    return 0;
}

/* Sums up, or in copies compares: all must agree. */
static void crew_read(const struct crew *crew, struct outcome *outcome)
{
    uint64_t first = UINT64_MAX, last = 0;

    for (unsigned i = 0; i < crew->workers; i++) {
        const struct slot *slot = &crew->slots[i];

        if (slot->done == 0 && outcome->error == 0)
            outcome->error = EPROTO;
        if (crew->whole && slot->result != crew->slots[0].result)
            outcome->error = EPROTO;
        first = slot->start_ns < first ? slot->start_ns : first;
        last = slot->end_ns > last ? slot->end_ns : last;
        outcome->result += slot->result;
    }
    if (crew->whole)
        outcome->result = crew->slots[0].result;
    outcome->elapsed_ns = last - first;
}

static struct outcome crew_run(struct crew *crew,
                               const struct worker_kind *kind,
                               struct worker *workers, struct place *places)
{
    struct outcome outcome = { 0 };
    unsigned started = 0;

    uint64_t begin_ns = clock_now_ns();
    while (started < crew->workers && outcome.error == 0) {
        places[started] = (struct place){ .crew = crew, .index = started };
        workers[started] = (struct worker){ .kind = kind,
                                            .target = work,
                                            .arg = &places[started] };
        outcome.error = -worker_start(&workers[started]);
        started += outcome.error == 0;
    }
    if (!gate_await(&crew->gate, started) && outcome.error == 0)
        outcome.error = ECHILD;
    gate_set(&crew->gate, outcome.error == 0 ? GATE_GO : GATE_ABORT);
    for (unsigned i = 0; i < started; i++) {
        int code = 0;
        int rc = worker_join(&workers[i], &code);

        if (rc == 0)
            rc = -code;
        if (rc != 0 && outcome.error == 0)
            outcome.error = -rc;
    }
    outcome.total_ns = clock_now_ns() - begin_ns;

    if (outcome.error == 0)
        crew_read(crew, &outcome);
    return outcome;
}

static struct outcome serial_run(const struct crew *crew)
{
    int rc = take_place(crew, 0);
    if (rc < 0)
        return (struct outcome){ .error = -rc };

    uint64_t begin_ns = clock_now_ns();
    uint64_t result = crew->workload->part(crew->data, crew->size, 0, 1);
    uint64_t elapsed_ns = clock_now_ns() - begin_ns;

    return (struct outcome){ .elapsed_ns = elapsed_ns,
                             .total_ns = elapsed_ns,
                             .result = result };
}

static void print_outcome(const struct outcome *outcome, struct table *table)
{
    table_begin(table, "elapsed_ns,total_ns,result,error");
    if (outcome->error == 0) {
        table_number(table, outcome->elapsed_ns);
        table_number(table, outcome->total_ns);
        table_number(table, outcome->result);
    } else {
        table_empty(table);
        table_empty(table);
        table_empty(table);
    }
    table_text(table, error_name(outcome->error));
    table_end(table);
}

static const struct {
    const char *name;
    const struct worker_kind *kind; /* NULL: no worker at all */
    bool whole;
} kinds[] = {
    { "serial", NULL, false },
    { "processes", &worker_process, false },
    { "threads", &worker_thread, false },
    { "copies", &worker_process, true },
};
enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

/* "0,2,3" or "free". */
static int read_cpus(const char *list, struct crew *crew, char *message)
{
    if (strcmp(list, "free") == 0)
        return 0;
    for (const char *rest = list; crew->cpus < CPUS_MAX;) {
        char *end;
        long cpu = strtol(rest, &end, 10);

        if (end == rest || cpu < 0 || cpu >= CPUS_MAX ||
            (*end != ',' && *end != '\0'))
            break;
        crew->cpu[crew->cpus++] = (int)cpu;
        if (*end == '\0')
            return 0;
        rest = end + 1;
    }
    snprintf(message, MEASURE_MESSAGE,
             "cpus=%.40s: give numbers with commas between, or free", list);
    return -EINVAL;
}

static int crew_make(const struct arguments *arguments, bool whole,
                     struct crew **ret_crew, char *message)
{
    const char *name = arguments_word(arguments, "workload");
    const struct workload *workload = workload_find(name);
    if (workload == NULL) {
        snprintf(message, MEASURE_MESSAGE,
                 "workload=%.40s is unknown; `probe list workloads` shows "
                 "them all",
                 name);
        return -EINVAL;
    }

    unsigned workers = (unsigned)arguments_number(arguments, "workers");
    struct crew *crew =
        shared_map(sizeof(*crew) + workers * sizeof(crew->slots[0]));
    if (crew == NULL)
        return error_say(message, errno, "no memory for the slots");
    crew->workload = workload;
    crew->workers = workers;
    crew->whole = whole;
    crew->size = (uint64_t)arguments_number(arguments, "size");
    if (!whole && workload->prepare != NULL) {
        crew->data = workload->prepare();
        if (crew->data == NULL)
            return error_say(message, errno, "no memory for %s", name);
    }
    *ret_crew = crew;
    return read_cpus(arguments_word(arguments, "cpus"), crew, message);
}

static int run(const struct arguments *arguments, struct table *table,
               char *message)
{
    static struct worker workers[WORKERS_MAX];
    static struct place places[WORKERS_MAX];
    const char *name = arguments_word(arguments, "kind");
    size_t k = 0;

    while (k < KINDS && strcmp(kinds[k].name, name) != 0)
        k++;
    if (k == KINDS) {
        snprintf(message, MEASURE_MESSAGE,
                 "kind=%.40s: give serial, "
                 "processes, threads or copies",
                 name);
        return -EINVAL;
    }

    struct crew *crew = NULL;
    int rc = crew_make(arguments, kinds[k].whole, &crew, message);
    if (rc < 0)
        return rc;

    struct outcome outcome =
        kinds[k].kind == NULL ? serial_run(crew)
                              : crew_run(crew, kinds[k].kind, workers, places);
    print_outcome(&outcome, table);
    return 0;
}

static const struct key keys[] = {
    { "workload", NULL, 0, 0, "`probe list workloads` shows them all" },
    { "kind", NULL, 0, 0, "serial, processes, threads or copies" },
    { "workers", "1", 1, WORKERS_MAX, "how many; serial needs none" },
    { "size", NULL, 1, 1000000000, "how much work, in the workload's unit" },
    { "cpus", "free", 0, 0, "worker i runs on the i-th of these, as in 0,1" },
    { NULL, NULL, 0, 0, NULL },
};

const struct measure measure_speedup = {
    "speedup", "how far more workers bring the same work", keys, run
};
