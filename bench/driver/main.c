/* bench: plans, shuffles, decides, writes; never times anything itself. Every
 * message of the driver is printed here. */
#define _GNU_SOURCE /* readlink, sigaction */
#include "claims.h"
#include "lock.h"
#include "options.h"
#include "run.h"
#include "screen.h"
#include "selftest.h"
#include "signals.h"
#include "software.h"
#include "streams.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BLOCK_LIMIT_S = 120 };

/* The signal that asks us to stop; the only thing that a handler touches. */
static volatile sig_atomic_t stop;

static void on_signal(int signal)
{
    stop = signal;
}

static void add_warning(const char *sentence, void *context)
{
    struct run *run = context;

    (void)report_warn(&run->report, "%s", sentence);
}

/* Prints the warnings that came since it was last called. */
static void tell_warnings(struct run *run)
{
    const json_t *warnings = run->report.warnings;

    for (; run->told < json_array_size(warnings); run->told++)
        fprintf(stderr, "warning: %s\n",
                json_string_value(json_array_get(warnings, run->told)));
}

static int conclude(struct run *run, const struct experiment *experiment,
                    const struct plan *plan, const struct samples *samples,
                    struct failure *failure)
{
    /* The raw rows first: they stay, whatever is concluded from them. */
    int rc =
        output_samples(&run->output, experiment->name, plan, samples, failure);
    if (rc == 0)
        rc = experiment->conclude(&run->context, plan, samples, &run->report,
                                  failure);
    run_warn_broken(run, plan, experiment->name);
    tell_warnings(run);
    if (rc == 0)
        rc = run_write_tables(run, experiment, failure);
    if (rc == 0)
        rc = claims_judge(&run->report, run->context.machine.usable_cpus);
    if (rc == 0)
        rc = run_write(run, failure);
    return rc;
}

static int experiment_run(struct run *run, const struct experiment *experiment,
                          gsl_rng *rng, struct failure *failure)
{
    struct screen screen = { .out = stderr, .terminal = isatty(2) == 1 };
    struct plan plan = { .cases = NULL };
    struct samples samples = { .blocks = NULL };
    struct sampler sampler = {
        .rounds_at_least =
            experiment->rounds_at_least[run->context.options.profile->level],
        .budget_s = experiment_budget_s(experiment, &run->context),
        .block_limit_s = BLOCK_LIMIT_S,
        .rng = rng,
        .stop = &stop,
        .progress = screen_progress,
        .progress_arg = &screen,
    };

    int rc = experiment->plan(&run->context, &plan, failure);
    if (plan.rounds_at_least > sampler.rounds_at_least)
        sampler.rounds_at_least = plan.rounds_at_least;
    if (rc == 0) {
        screen_begin(&screen, experiment->name, experiment->question);
        rc = sampler_run(&sampler, &plan, &samples);
        screen_end(&screen, samples.rounds, samples.seconds);
    }
    if (rc == 0)
        rc = conclude(run, experiment, &plan, &samples, failure);
    if (rc == 0 && samples.interrupted != 0)
        rc = -EINTR;
    samples_free(&samples);
    plan_free(&plan);
    return rc;
}

/* Whoever has to wait is told for whom. */
static int take_lock(bool wait, struct failure *failure)
{
    char who[LOCK_HOLDER];
    int fd = lock_take(false, &stop, failure);

    if (fd != -EBUSY || !wait)
        return fd;
    lock_name_holder(who);
    fprintf(stderr, "bench: waiting for another run to end%s; Ctrl-C leaves\n",
            who);
    *failure = (struct failure){ "" }; /* that was not the end */
    return lock_take(true, &stop, failure);
}

static int run_begin(struct run *run, const struct command_line *line,
                     struct failure *failure)
{
    run->context.options = line->options;
    run->context.stop = &stop;
    run->chosen = line->chosen;
    int rc = report_begin(&run->report);
    if (rc == 0)
        rc = context_find_programs(&run->context, failure);
    if (rc == 0)
        rc = machine_read("", &run->context.machine);
    if (rc == 0)
        rc = machine_load("", &run->before);
    if (rc < 0)
        return failure_note(failure, rc, "cannot read the machine's facts");

    bool by_ranks = false;
    for (size_t i = 0; line->chosen[i] != NULL; i++)
        by_ranks = by_ranks || line->chosen[i]->by_ranks;
    rc = experiments_check(&run->context, line->chosen, failure);
    if (rc == 0 && !by_ranks && line->options.hostfile != NULL)
        rc = failure_note(failure, -EINVAL,
                          "--hostfile: speedup, exchange and ladder have "
                          "ranks, others have not");
    if (rc == 0)
        rc = ranks_hosts(&run->context, failure);
    if (rc == 0)
        rc = take_lock(line->wait, failure);
    if (rc >= 0 && by_ranks)
        rc = ranks_find(&run->context, failure);
    if (rc < 0)
        return rc;
    run->software = software_json(&run->context);
    machine_warnings(&run->context.machine, add_warning, run);
    tell_warnings(run);
    rc = claims_judge(&run->report, run->context.machine.usable_cpus);
    if (rc == 0)
        rc = output_open(&run->output, line->output, run->context.machine.host,
                         failure);
    if (rc == 0)
        snprintf(run->context.results, sizeof(run->context.results), "%s",
                 run->output.folder);
    if (rc == 0)
        rc = run_write(run, failure);
    return rc;
}

static void run_end(struct run *run)
{
    report_end(&run->report);
    json_decref(run->software);
    ranks_free(&run->context.ranks);
}

static int measure(struct run *run, struct failure *failure)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    int rc = rng != NULL ? 0 : -ENOMEM;

    if (rc == 0)
        gsl_rng_set(rng, run->context.options.seed);
    for (size_t i = 0; run->chosen[i] != NULL && rc == 0; i++)
        rc = experiment_run(run, run->chosen[i], rng, failure);
    if (rng != NULL)
        gsl_rng_free(rng);
    if (rc < 0 && rc != -EINTR)
        return failure_note(failure, rc, "cannot measure");

    struct load after;
    if (machine_load("", &after) == 0)
        machine_load_warnings(&run->context.machine, &run->before, &after,
                              add_warning, run);
    tell_warnings(run);
    run->complete = rc == 0;
    int written = run_write(run, failure);
    return written < 0 ? written : rc;
}

/* What the shell and scripts/lab are told. */
static int exit_code(const struct run *run, int rc)
{
    if (rc == -EINTR)
        return 128 + stop;
    if (rc == -EINVAL)
        return 2;
    return rc < 0 || run->broken ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* What was printed for others has to have reached them. */
static int said(int code)
{
    int rc = streams_flush(stdout);
    if (rc == 0)
        return code;
    fprintf(stderr, "bench: cannot write to the standard output: %s\n",
            strerror(-rc));
    return code != EXIT_SUCCESS ? code : EXIT_FAILURE;
}

/* bench selftest: no folder is written. Returns the exit status. */
static int selftest(const struct command_line *line)
{
    struct context context = { .options = line->options, .stop = &stop };
    struct failure failure = { "" };

    signals_catch(on_signal);
    int rc = context_find_programs(&context, &failure);
    if (rc == 0)
        rc = machine_read("", &context.machine);
    if (rc < 0)
        rc = failure_note(&failure, rc, "cannot read the machine's facts");
    if (rc == 0)
        rc = take_lock(line->wait, &failure);
    if (rc >= 0)
        rc = selftest_run(&context, stdout, &failure);
    int code = said(rc == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
    if (rc == -EINTR)
        fprintf(stderr, "bench: interrupted\n");
    else if (rc < 0)
        fprintf(stderr, "bench: %s\n", failure.text);
    return rc == -EINTR ? 128 + stop : code;
}

int main(int argc, const char *argv[])
{
    struct command_line line;
    struct failure failure = { "" };
    struct run run = { .complete = false };

    streams_fill();
    statistics_begin();
    if (argc == 3 && strcmp(argv[1], "claims") == 0)
        return said(claims_show(argv[2]));
    int rc = options_read(argc, argv, &line, &failure);
    if (rc == 1) {
        options_free(&line);
        return said(EXIT_SUCCESS);
    }
    if (rc == 0 && line.selftest) {
        int code = selftest(&line);

        options_free(&line);
        return code;
    }
    if (rc == 0) {
        signals_catch(on_signal);
        rc = run_begin(&run, &line, &failure);
    }
    if (rc == 0)
        rc = measure(&run, &failure);

    if (rc == 0 || (rc == -EINTR && run.output.folder[0] != '\0')) {
        screen_table(stdout, &run.report);
        putchar('\n');
        claims_print(stdout, run.report.claims);
        printf("\nResults: %s\n", run.output.folder);
    }
    int printed = said(EXIT_SUCCESS);
    if (rc == -EINTR)
        fprintf(stderr, "bench: interrupted; what was finished is kept\n");
    else if (rc < 0)
        fprintf(stderr, "bench: %s\n", failure.text);
    else if (run.broken)
        fprintf(stderr, "bench: some cases were given up, see the "
                        "warnings\n");
    int code = exit_code(&run, rc);
    if (code == EXIT_SUCCESS)
        code = printed;
    run_end(&run);
    options_free(&line);
    return code;
}
