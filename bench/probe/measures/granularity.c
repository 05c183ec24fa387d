/* granularity: the same short tasks, one after the other: called, done by a
 * worker of their own each, or handed to a worker that is there already. What
 * a sample takes beyond the tasks themselves is what the mechanism costs.
 * Pools have one worker and get one task at a time: overhead is compared here,
 * not parallelism. */
#include "../clock.h"
#include "../desk.h"
#include "../errors.h"
#include "../measures.h"
#include "../pin.h"
#include "../shared.h"
#include "../worker.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { TASKS_MAX = 10000, SAMPLES_MAX = 100000 };

struct sample {
    uint64_t elapsed_ns, result;
    int32_t error; /* errno; 0: none */
};

/* In a shared mapping as a whole: a process's result is seen, and private
 * pages that we write would be copied after every fork. */
struct block {
    struct desk desk;
    const struct kind *kind;
    struct task_matrix matrix;
    uint64_t steps, budget_ns;
    unsigned tasks, warmups, wanted, taken;
    struct task *task;     /* so many tasks: a sample's */
    struct sample *sample; /* so many as are wanted */
};

struct kind {
    const char *name;
    const struct worker_kind *worker; /* NULL: no worker at all */
    bool pool;                        /* it is there before the first task */
    /* Timed: has the task done, and waits for that. 0 or -errno. */
    int (*give)(struct block *block, struct task *task);
};

/* ---- Ways to have a task done ---- */

static int call(struct block *block, struct task *task)
{
    (void)block;
    task_do(task);
    return 0;
}

static int work_once(void *arg)
{
    task_do(arg);
    return 0;
}

static int create(struct block *block, struct task *task)
{
    /* On the stack: a forked child writes to it. */
    struct worker worker = { .kind = block->kind->worker,
                             .target = work_once,
                             .arg = task };
    int code = 0;
    int rc = worker_start(&worker);

    if (rc == 0)
        rc = worker_join(&worker, &code);
    return rc == 0 && code != 0 ? -EPROTO : rc;
}

static int hand_over(struct block *block, struct task *task)
{
    return desk_hand_over(&block->desk, task);
}

static const struct kind kinds[] = {
    { "serial", NULL, false, call },
    { "thread", &worker_thread, false, create },
    { "process", &worker_process, false, create },
    { "thread-pool", &worker_thread, true, hand_over },
    { "process-pool", &worker_process, true, hand_over },
};
enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

/* ---- A block ---- */

/* The tasks are the same in every sample and for every kind; each has a seed
 * of its own, so that no result can stand for another. */
static void sample_prepare(struct block *block, uint64_t steps)
{
    for (unsigned i = 0; i < block->tasks; i++)
        block->task[i] =
            (struct task){ .seed = (i + 1) * UINT64_C(0x9e3779b97f4a7c15),
                           .steps = steps };
}

static void sample_check(const struct block *block, struct sample *sample)
{
    for (unsigned i = 0; i < block->tasks && sample->error == 0; i++) {
        const struct task *task = &block->task[i];

        if (task->result != task_expected(&block->matrix, task->seed))
            sample->error = EBADMSG;
        sample->result ^= task->result;
    }
}

static void sample_take(struct block *block, struct sample *sample)
{
    int rc = 0;

    sample_prepare(block, block->steps);
    uint64_t begin_ns = clock_now_ns();
    for (unsigned i = 0; i < block->tasks && rc == 0; i++)
        rc = block->kind->give(block, &block->task[i]);
    sample->elapsed_ns = clock_now_ns() - begin_ns;

    sample->error = -rc;
    sample_check(block, sample);
}

/* The first tasks find cold caches, and a C library without a stack to reuse:
 * they have no work to do, and are not measured. */
static int warm_up(struct block *block)
{
    int rc = 0;

    sample_prepare(block, 0);
    for (unsigned i = 0; i < block->warmups && rc == 0; i++)
        rc = block->kind->give(block, &block->task[i % block->tasks]);
    return rc;
}

/* Until there are enough samples, the time is over, or one has failed: what
 * the system refuses once it mostly refuses again. */
static void samples_take(struct block *block)
{
    int rc = warm_up(block);
    uint64_t end_ns = clock_now_ns() + block->budget_ns;

    while (block->taken < block->wanted) {
        struct sample *sample = &block->sample[block->taken++];

        if (rc < 0)
            sample->error = -rc;
        else
            sample_take(block, sample);
        if (sample->error != 0 || clock_now_ns() > end_ns)
            break;
    }
}

static void block_take(struct block *block)
{
    struct worker worker = { .kind = block->kind->worker,
                             .target = desk_work,
                             .arg = &block->desk };
    int code;

    if (!block->kind->pool) {
        samples_take(block);
        return;
    }
    int rc = worker_start(&worker);
    if (rc < 0) {
        block->sample[block->taken++].error = -rc;
        return;
    }
    samples_take(block);
    desk_close(&block->desk);
    (void)worker_join(&worker, &code); /* the samples have said how it was */
}

static void print_samples(const struct block *block, struct table *table)
{
    table_begin(table, "index,elapsed_ns,result,error");
    for (unsigned i = 0; i < block->taken; i++) {
        const struct sample *sample = &block->sample[i];

        table_number(table, i);
        if (sample->error == 0) {
            table_number(table, sample->elapsed_ns);
            table_number(table, sample->result);
        } else {
            table_empty(table);
            table_empty(table);
        }
        table_text(table, error_name(sample->error));
        table_end(table);
    }
}

static const struct kind *kind_find(const char *name, char *message)
{
    for (size_t i = 0; i < KINDS; i++)
        if (strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
    snprintf(message, MEASURE_MESSAGE,
             "kind=%.40s: give serial, thread, process, thread-pool or "
             "process-pool",
             name);
    return NULL;
}

static int run(const struct arguments *arguments, struct table *table,
               char *message)
{
    const struct kind *kind =
        kind_find(arguments_word(arguments, "kind"), message);
    if (kind == NULL)
        return -EINVAL;

    unsigned tasks = (unsigned)arguments_number(arguments, "tasks");
    unsigned wanted = (unsigned)arguments_number(arguments, "samples");
    struct block *block =
        shared_map(sizeof(*block) + tasks * sizeof(block->task[0]) +
                   wanted * sizeof(block->sample[0]));
    if (block == NULL)
        return error_say(message, errno, "no memory for the samples");
    block->kind = kind;
    block->steps = (uint64_t)arguments_number(arguments, "steps");
    block->budget_ns =
        (uint64_t)arguments_number(arguments, "budget_ms") * 1000000U;
    block->tasks = tasks;
    block->warmups = (unsigned)arguments_number(arguments, "warmup");
    block->wanted = wanted;
    block->task = (struct task *)(block + 1);
    block->sample = (struct sample *)(block->task + tasks);
    task_foresee(block->steps, &block->matrix);

    int rc = pin_as_asked(arguments, message);
    if (rc < 0)
        return rc;
    block_take(block);
    print_samples(block, table);
    return 0;
}

static const struct key keys[] = {
    { "kind", NULL, 0, 0,
      "serial, thread, process, thread-pool or process-pool" },
    { "steps", NULL, 1, 1000000000, "of xorshift: how long a task is" },
    { "tasks", "10", 1, TASKS_MAX, "one after the other: a sample" },
    { "samples", "10", 1, SAMPLES_MAX, "to measure, at most" },
    { "warmup", "3", 0, 1000, "unmeasured tasks before them" },
    { "budget_ms", "60000", 1, 600000,
      "stop after this time (one sample "
      "at least)" },
    { "cpu", "-1", -1, 1023, "run on this CPU, workers too; -1: anywhere" },
    { NULL, NULL, 0, 0, NULL },
};

const struct measure measure_granularity = {
    "granularity", "what short tasks cost by a worker each, and by a pool",
    keys, run
};
