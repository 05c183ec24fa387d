/* Fuzzing: what each experiment makes of rows that nobody expects. The first
 * byte picks the experiment; what follows are blocks with a form feed between
 * two, dealt to the cases of its plan in turn, for some rounds. Whatever they
 * hold, it ends with a report, or with a reason why there is none. */
#include "../../driver/claims.h"
#include "../../driver/experiments/experiment.h"
#include "../../driver/report.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PLANS = 16, BLOCKS = 16, ROUNDS = 9, CASES_MOST = 24 };

/* libFuzzer calls us without an argument of our own. */
static struct context context;
static struct plan plans[PLANS];
static size_t plans_count;

static void must(int holds)
{
    if (!holds)
        abort();
}

/* A plan needs the probe, which lies beside this program. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static const volatile sig_atomic_t never = 0;
    static const struct profile quick = { .name = "quick",
                                          .block_ms = 1,
                                          .effort = 1 };

    (void)argc;
    (void)argv;
    context.stop = &never;
    context.options.profile = &quick;
    must(readlink("/proc/self/exe", context.programs,
                  sizeof(context.programs) - 1) > 0);
    *strrchr(context.programs, '/') = '\0';
    must(machine_read("", &context.machine) == 0);

    while (experiments[plans_count] != NULL) {
        const struct experiment *one = experiments[plans_count];
        struct failure failure = { "" };

        must(plans_count < PLANS);
        if (one->plan(&context, &plans[plans_count], &failure) < 0)
            fprintf(stderr, "%s is left out: %s\n", one->name, failure.text);
        plans_count++;
    }
    return 0;
}

/* The number of blocks that the text is cut into, in place. */
static size_t cut(char *text, const char *blocks[BLOCKS])
{
    size_t count = 0;

    for (;;) {
        blocks[count++] = text;
        text += strcspn(text, "\f");
        if (*text == '\0' || count == BLOCKS)
            return count;
        *text++ = '\0';
    }
}

/* As the sampler does: by the case's own reading, where it has one. */
static int read_block(const struct bench_case *bench_case, const char *text,
                      struct rows *ret)
{
    struct failure failure = { "" };
    char *copy = strdup(text);

    must(copy != NULL);
    return bench_case->read != NULL
               ? bench_case->read(bench_case, copy, ret, &failure)
               : rows_parse(copy, ret, &failure);
}

/* A block that cannot be read is none. The first cases, or a plan of hundreds
 * takes all the time. */
static void deal(const char *const blocks[], size_t count,
                 const struct plan *plan, struct samples *ret)
{
    size_t cases = plan->count < CASES_MOST ? plan->count : CASES_MOST;

    *ret = (struct samples){ .rounds = ROUNDS, .seconds = 1 };
    ret->blocks = calloc(ROUNDS * cases, sizeof(ret->blocks[0]));
    must(ret->blocks != NULL);
    for (size_t i = 0; i < ROUNDS * cases; i++) {
        struct block *block = &ret->blocks[ret->count];

        *block = (struct block){ .case_index = i % cases,
                                 .round = (unsigned)(i / cases),
                                 .others_running = NAN };
        if (read_block(&plan->cases[i % cases], blocks[i % count],
                       &block->rows) == 0)
            ret->count++;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *blocks[BLOCKS];
    struct failure failure = { "" };
    struct samples samples;
    struct report report;

    size_t which = size > 1 ? data[0] % plans_count : 0;

    if (size < 2 || plans[which].count == 0)
        return 0;
    char *text = strndup((const char *)data + 1, size - 1);
    must(text != NULL && report_begin(&report) == 0);
    deal(blocks, cut(text, blocks), &plans[which], &samples);

    int rc = experiments[which]->conclude(&context, &plans[which], &samples,
                                          &report, &failure);
    must(rc == 0 || (rc < 0 && failure.text[0] != '\0'));
    if (rc == 0)
        must(claims_judge(&report, context.machine.usable_cpus) == 0);
    report_end(&report);
    samples_free(&samples);
    free(text);
    return 0;
}
