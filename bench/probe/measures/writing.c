/* writing: what it costs to write into memory that a fork left shared. A worker
 * writes one byte into each of the first pages of its parent's memory. A child
 * process gets a copy of every page it writes to; a thread just writes. */
#include "../clock.h"
#include "../errors.h"
#include "../measures.h"
#include "../pin.h"
#include "../shared.h"
#include "../touched.h"
#include "../worker.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { SAMPLES_AT_LEAST = 3 };

/* Who writes, and whether the parent then finds it in its own memory. */
static const struct kind {
    const struct worker_kind *worker;
    bool seen;
} kinds[] = {
    { &worker_process, false },
    { &worker_thread, true },
};
enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

struct sample {
    uint64_t elapsed_ns;
    const char *error; /* "": none */
};

/* In a shared mapping: a process reports through it as a thread does. */
struct job {
    unsigned char *memory;
    size_t stride, writes;
    unsigned char before; /* what each page begins with */
    bool huge;
    uint64_t elapsed_ns;
    size_t huge_kib_after; /* of the worker, when it has written */
    size_t warmups, wanted, taken;
    uint64_t budget_ns;
    struct sample samples[];
};

/* How many of the pages begin with that byte. */
static size_t pages_with(const struct job *job, unsigned char byte)
{
    size_t count = 0;

    for (size_t i = 0; i < job->writes; i++)
        count += job->memory[i * job->stride] == byte;
    return count;
}

/* The worker. The first reading of the clock is for its page fault, and what is
 * reported comes after the last: nothing but writes lies between. */
static int write_pages(void *arg)
{
    struct job *job = arg;
    volatile unsigned char *memory = job->memory;
    size_t stride = job->stride, writes = job->writes;
    unsigned char byte = (unsigned char)(job->before + 1);

    (void)clock_now_ns();
    uint64_t begin_ns = clock_now_ns();
    for (size_t i = 0; i < writes; i++)
        memory[i * stride] = byte;
    uint64_t end_ns = clock_now_ns();

    job->elapsed_ns = end_ns - begin_ns;
    if (job->huge)
        job->huge_kib_after = touched_huge_kib();
    return pages_with(job, byte) == writes ? 0 : 1;
}

/* One worker, from start to join, and what its parent finds afterwards. */
static void sample_take(struct job *job, const struct kind *kind,
                        struct sample *sample)
{
    struct worker worker = { .kind = kind->worker,
                             .target = write_pages,
                             .arg = job };
    int code = 0;

    *sample = (struct sample){ .error = "" };
    int rc = worker_start(&worker);
    if (rc == 0)
        rc = worker_join(&worker, &code);
    if (rc < 0) {
        sample->error = error_name(-rc);
        return;
    }
    sample->elapsed_ns = job->elapsed_ns;
    job->before = (unsigned char)(job->before + kind->seen);
    if (code != 0 || pages_with(job, job->before) != job->writes)
        sample->error = "wrong content";
}

static void job_do(struct job *job, const struct kind *kind)
{
    uint64_t end_ns = clock_now_ns() + job->budget_ns;
    size_t last = job->warmups + job->wanted;
    size_t at_least = job->warmups + SAMPLES_AT_LEAST;

    while (job->taken < last &&
           (job->taken < at_least || clock_now_ns() < end_ns)) {
        sample_take(job, kind, &job->samples[job->taken]);
        job->taken++;
    }
}

static const char columns[] = "index,warmup,elapsed_ns,error";

static void print(const struct job *job, const struct touched *touched,
                  struct table *table)
{
    table_begin(table, columns);
    for (size_t i = 0; i < job->taken; i++) {
        table_number(table, i);
        table_number(table, i < job->warmups);
        if (job->samples[i].error[0] == '\0')
            table_number(table, job->samples[i].elapsed_ns);
        else
            table_empty(table);
        table_text(table, job->samples[i].error);
        table_end(table);
    }
    fputc('\n', table->out);
    table_begin(table, "samples,stride_kib,huge_kib,huge_kib_after");
    table_number(table, job->taken - job->warmups);
    table_number(table, job->stride >> 10);
    table_number(table, touched->huge_kib);
    table_number(table, job->huge_kib_after);
    table_end(table);
}

/* What the words ask for, but for the memory, which may be refused. */
static int prepare(const struct arguments *arguments, const struct kind **ret,
                   char *message)
{
    const char *kind = arguments_word(arguments, "kind");
    long cpu = arguments_number(arguments, "cpu");

    *ret = NULL;
    for (size_t i = 0; i < KINDS; i++)
        if (strcmp(kinds[i].worker->name, kind) == 0)
            *ret = &kinds[i];
    if (*ret == NULL) {
        snprintf(message, MEASURE_MESSAGE, "kind=%.40s: give process or thread",
                 kind);
        return -EINVAL;
    }
    if (touched_check(arguments, message) < 0)
        return -EINVAL;
    uint64_t kib = (uint64_t)arguments_number(arguments, "touched_mib") << 10;
    if ((uint64_t)arguments_number(arguments, "writes") >
        kib / (uint64_t)arguments_number(arguments, "stride_kib")) {
        snprintf(message, MEASURE_MESSAGE,
                 "writes=%ld: so many, stride_kib=%ld apart, do not fit into "
                 "touched_mib=%ld",
                 arguments_number(arguments, "writes"),
                 arguments_number(arguments, "stride_kib"),
                 arguments_number(arguments, "touched_mib"));
        return -EINVAL;
    }
    int rc = pin_to((int)cpu);
    if (rc < 0)
        return error_say(message, -rc, "cannot pin to cpu=%ld", cpu);
    return 0;
}

static int run(const struct arguments *arguments, struct table *table,
               char *message)
{
    size_t warmups = (size_t)arguments_number(arguments, "warmup");
    size_t wanted = (size_t)arguments_number(arguments, "samples");
    const struct kind *kind;
    struct touched touched;
    int rc = prepare(arguments, &kind, message);
    if (rc < 0)
        return rc;

    struct job *job =
        shared_map(sizeof(*job) + (warmups + wanted) * sizeof(job->samples[0]));
    if (job == NULL)
        return error_say(message, errno, "no memory for the samples");
    rc = touched_make(arguments, &touched);
    if (rc < 0) {
        touched_refusal(table, columns, rc);
        return 0;
    }
    job->memory = touched.memory;
    job->stride = (size_t)arguments_number(arguments, "stride_kib") << 10;
    job->writes = (size_t)arguments_number(arguments, "writes");
    job->before = TOUCHED_BYTE;
    job->huge = touched.huge_kib > 0;
    job->warmups = warmups;
    job->wanted = wanted;
    job->budget_ns =
        (uint64_t)arguments_number(arguments, "budget_ms") * 1000000U;

    job_do(job, kind);
    print(job, &touched, table);
    return 0;
}

static const struct key keys[] = {
    { "kind", NULL, 0, 0, "who writes: process or thread" },
    { "touched_mib", NULL, 1, 1048576, "the parent's private memory, MiB" },
    { "pages", "4k", 0, 0, "in which that lies: 4k or huge (verified)" },
    { "writes", NULL, 1, 268435456, "how many bytes to write" },
    { "stride_kib", "4", 1, 1048576, "from one such byte to the next" },
    { "samples", "5", 1, 1000000, "workers to measure, at most" },
    { "warmup", "1", 0, 1000000, "unmeasured workers before them" },
    { "budget_ms", "600000", 1, 600000,
      "stop after this time (3 samples at least)" },
    { "cpu", "-1", -1, 1023, "pin the probe to this CPU; -1: do not" },
    { NULL, NULL, 0, 0, NULL },
};

const struct measure measure_writing = {
    "writing", "what writing costs where a fork left memory shared", keys, run
};
