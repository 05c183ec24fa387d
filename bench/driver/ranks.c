/* Finding out whether ranks can be started, planning their launches, and
 * sharing out what a launch has printed. */
#define _GNU_SOURCE /* open_memstream */
#include "ranks.h"

#include "context.h"
#include "hostfile.h"
#include "report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- Finding out ---- */

static bool is_wanted(const struct context *context)
{
    const char *cases = context->options.cases;

    return context->options.profile->level != PROFILE_QUICK ||
           context->options.hostfile != NULL ||
           (cases != NULL &&
            (context_asked(cases, "ranks") || context_asked(cases, "rank")));
}

int ranks_hosts(struct context *context, struct failure *failure)
{
    struct ranks *ranks = &context->ranks;

    if (context->options.hostfile == NULL)
        return 0;
    struct hostfile *file = malloc(sizeof(*file));
    int rc = file == NULL
                 ? failure_note(failure, -ENOMEM, "no memory")
                 : hostfile_read(context->options.hostfile, file, failure);

    if (rc == 0) {
        ranks->on_hosts = true;
        ranks->most = file->slots;
        ranks->hosts = hostfile_list(file, file->count, 0);
        if (file->count > 1)
            ranks->two_hosts = hostfile_list(file, 2, 1);
        for (int i = 0; i < file->count; i++)
            if (file->hosts[i].slots > ranks->most_on_host)
                ranks->most_on_host = file->hosts[i].slots;
        if (ranks->hosts == NULL)
            rc = failure_note(failure, -ENOMEM, "no memory");
    }
    free(file);
    return rc;
}

static int command(const struct context *context, struct bench_case *added,
                   const char *measure, int ranks, const char *hosts)
{
    int rc = bench_case_argument(added, "%s/rank", context->programs);

    if (rc == 0)
        rc = bench_case_words(added, "launch ranks=%d limit_s=%d", ranks,
                              RANKS_LIMIT_S);
    if (rc == 0 && hosts != NULL)
        rc = bench_case_argument(added, "hosts=%s", hosts);
    return rc == 0 ? bench_case_argument(added, "%s", measure) : rc;
}

static json_t *whole(const struct rows_table *table, size_t row,
                     const char *column)
{
    double number = rows_number(table, row, column);

    return number >= 0 ? json_integer((json_int_t)number) : json_null();
}

static json_t *read_facts(const struct rows_table *table)
{
    json_t *facts = json_array();

    for (size_t i = 0; i < table->rows; i++)
        (void)report_add(facts,
                         json_pack("{s:s*, s:o, s:o, s:o, s:s*, s:s*, s:s*}",
                                   "host", rows_cell(table, i, "host"), "ranks",
                                   whole(table, i, "ranks"), "usable_cpus",
                                   whole(table, i, "usable_cpus"), "memory_mib",
                                   whole(table, i, "memory_mib"), "kernel",
                                   rows_cell(table, i, "kernel"), "cpu_model",
                                   rows_cell(table, i, "cpu_model"), "mpi",
                                   rows_cell(table, i, "mpi")));
    return facts;
}

/* Starts them once, as many as there are slots. */
static int try(struct context *context, struct failure *failure)
{
    struct ranks *ranks = &context->ranks;
    struct plan plan = { .cases = NULL };
    struct bench_case *trial = plan_add(&plan);
    struct command done;
    struct rows rows;

    int rc = trial == NULL
                 ? -ENOMEM
                 : command(context, trial, "hosts",
                           ranks->on_hosts ? ranks->most : 2, ranks->hosts);
    if (rc == 0)
        rc = command_run(trial->argv, RANKS_LIMIT_S + RANKS_PATIENCE_S,
                         context->stop, &done, failure);
    if (rc == 0)
        rc = rows_parse(done.out, &rows, failure);
    if (rc == 0) {
        ranks->facts = read_facts(&rows.table[0]);
        rows_free(&rows);
    }
    plan_free(&plan);
    return rc;
}

int ranks_find(struct context *context, struct failure *failure)
{
    struct ranks *ranks = &context->ranks;
    struct failure reason = { "" };
    char program[PATH_MAX + 8];
    int rc = 0;

    if (!is_wanted(context))
        return 0;
    if (!ranks->on_hosts) {
        ranks->most = context->machine.usable_cpus;
        ranks->most_on_host = 2 * ranks->most;
    }
    snprintf(program, sizeof(program), "%s/rank", context->programs);
    if (access(program, X_OK) != 0) {
        snprintf(ranks->why_not, sizeof(ranks->why_not),
                 "no MPI when the bench was built; labs/16-beyond-one-machine "
                 "says how to get it");
    } else {
        rc = try(context, &reason);
        if (rc < 0)
            snprintf(ranks->why_not, sizeof(ranks->why_not),
                     "no ranks can be started: %.160s", reason.text);
    }
    if (rc == -EINTR)
        return rc;
    if (ranks->on_hosts && ranks->why_not[0] != '\0')
        return failure_note(failure, -EINVAL, "--hostfile '%s': %s",
                            context->options.hostfile, ranks->why_not);
    return 0;
}

void ranks_free(struct ranks *ranks)
{
    free(ranks->hosts);
    free(ranks->two_hosts);
    json_decref(ranks->facts);
    *ranks = (struct ranks){ .most = 0 };
}

/* ---- Planning ---- */

void ranks_check(const struct context *context, struct bench_case *added)
{
    if (!is_wanted(context))
        bench_case_give_up(added, "not in the quick profile; ask for it with "
                                  "--cases or --hostfile");
    else if (context->ranks.why_not[0] != '\0')
        bench_case_give_up(added, context->ranks.why_not);
}

struct bench_case *ranks_lead(const struct context *context, struct plan *plan,
                              const char *name, const char *placement,
                              const char *measure, int ranks, const char *hosts,
                              int *ret_error)
{
    size_t leader = plan->count;

    *ret_error = 0;
    for (size_t i = 0; i < plan->count; i++) {
        struct bench_case *one = &plan->cases[i];

        if (strcmp(one->name, name) != 0 || one->unavailable[0] != '\0' ||
            (placement != NULL && strcmp(one->placement, placement) != 0))
            continue;
        one->read = ranks_rows;
        one->limit_s = RANKS_LIMIT_S + RANKS_PATIENCE_S;
        if (leader < plan->count) {
            one->within = leader + 1;
            continue;
        }
        leader = i;
        *ret_error = command(context, one, measure, ranks, hosts);
    }
    return leader < plan->count ? &plan->cases[leader] : NULL;
}

/* ---- What a launch has printed ---- */

/* Which of a case's values that column is; NULL: none, it is a result. */
static const char *key_of(const struct bench_case *bench_case,
                          const char *column)
{
    const char *value = strcmp(column, "placement") == 0
                            ? bench_case->placement
                            : bench_case_value(bench_case, column);

    return value[0] != '\0' ? value : NULL;
}

static bool is_own(const struct bench_case *bench_case,
                   const struct rows_table *table, size_t row)
{
    for (size_t c = 0; c < table->columns; c++) {
        const char *key = key_of(bench_case, table->names[c]);

        if (key != NULL &&
            strcmp(key, rows_cell(table, row, table->names[c])) != 0)
            return false;
    }
    return true;
}

/* The table's results: its header, and the rows of the case. */
static void print_own(FILE *out, const struct bench_case *bench_case,
                      const struct rows_table *table)
{
    const char *between = "";

    for (size_t c = 0; c < table->columns; c++)
        if (key_of(bench_case, table->names[c]) == NULL) {
            fprintf(out, "%s%s", between, table->names[c]);
            between = ",";
        }
    fputc('\n', out);
    for (size_t row = 0; row < table->rows; row++) {
        if (!is_own(bench_case, table, row))
            continue;
        between = "";
        for (size_t c = 0; c < table->columns; c++)
            if (key_of(bench_case, table->names[c]) == NULL) {
                fprintf(out, "%s%s", between,
                        rows_cell(table, row, table->names[c]));
                between = ",";
            }
        fputc('\n', out);
    }
}

int ranks_rows(const struct bench_case *bench_case, char *text,
               struct rows *ret, struct failure *failure)
{
    struct rows all;
    char *own = NULL;
    size_t size;

    int rc = rows_parse(text, &all, failure);
    if (rc < 0)
        return rc;
    FILE *out = open_memstream(&own, &size);
    for (size_t t = 0; t < all.tables && out != NULL; t++) {
        if (t > 0)
            fputc('\n', out);
        print_own(out, bench_case, &all.table[t]);
    }
    rows_free(&all);
    if (out == NULL || fclose(out) != 0) {
        free(own);
        return -ENOMEM;
    }
    return rows_parse(own, ret, failure);
}
