/* demos: do the labs' demos see what their handouts say? Nothing is timed:
 * each demo that decides a claim of the lesson is run, and its exit status is
 * the result. 0: it saw what the handout claims; 77: it cannot run here. */
#include "measured.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { SKIPPED = 77 };

static const struct demo {
    const char *lab, *label;
} demos[] = {
    { "01", "isolated-memory" },    { "02", "shared-memory" },
    { "04", "two-ways-to-start" },  { "05", "who-finishes-first" },
    { "06", "talk-through-files" }, { "07", "shared-handles" },
    { "08", "lost-updates" },       { "09", "crash-isolation" },
    { "15", "fork-meets-threads" },
};
enum { DEMOS = sizeof(demos) / sizeof(demos[0]) };

/* A demo that is not 0 is a result, not a failure of the bench: hence a shell
 * of fixed words between, with the demo's path as its argument. One that says
 * "demo-NN: " why it could not go on (a thread was refused, say) has seen
 * nothing: its words are the reason why nothing was measured. */
static int add_demo(const struct context *context, struct plan *plan,
                    const struct demo *demo)
{
    static const char words[] =
        "said=$(\"$0\" 2>&1 >/dev/null); status=$?\n"
        "case $status:$said in [!0]*:demo-*)\n"
        "    [ $status = 77 ] || { printf '%s\\n' \"$said\" >&2; exit 1; };;\n"
        "esac\n"
        "printf 'status\\n%d\\n' $status";
    char path[PATH_MAX + 32];
    struct bench_case *added = plan_add(plan);
    if (added == NULL)
        return -ENOMEM;

    snprintf(path, sizeof(path), "%s/../labs/demo-%s", context->programs,
             demo->lab);
    snprintf(added->name, sizeof(added->name), "lab%s", demo->lab);
    snprintf(added->label, sizeof(added->label), "%s", demo->label);
    snprintf(added->note, sizeof(added->note), "exit status of the demo");
    snprintf(added->family, sizeof(added->family), "control");
    snprintf(added->placement, sizeof(added->placement), "free");
    if (access(path, X_OK) != 0)
        snprintf(added->unavailable, sizeof(added->unavailable),
                 "its demo was not built");
    int rc = bench_case_words(added, "sh -c");
    if (rc == 0)
        rc = bench_case_argument(added, "%s", words);
    if (rc == 0)
        rc = bench_case_argument(added, "%s", path);
    return rc;
}

static int plan_make(const struct context *context, struct plan *ret,
                     struct failure *failure)
{
    int rc = 0;

    for (size_t i = 0; i < DEMOS && rc == 0; i++) {
        char name[16];

        snprintf(name, sizeof(name), "lab%s", demos[i].lab);
        if (context_asked(context->options.cases, name))
            rc = add_demo(context, ret, &demos[i]);
    }
    return rc < 0 ? failure_note(failure, rc, "cannot plan demos") : 0;
}

/* The plan of everything has all the names there are. */
static int check(const struct context *context, char *ret_cases,
                 char *ret_placements, struct failure *failure)
{
    return experiment_names(context, plan_make, ret_cases, ret_placements,
                            failure);
}

/* The status of all its runs; where they differ, the worst. */
static double status_of(const struct series *series)
{
    double worst = series->n > 0 ? 0 : NAN;

    for (size_t i = 0; i < series->n; i++)
        worst = fmax(worst, series->samples[i]);
    return worst;
}

static json_t *summary(const struct measured *measured)
{
    double status = status_of(&measured->series);
    bool skipped = status == SKIPPED;
    json_t *object =
        measured_summary("demos", measured,
                         isnan(status) || skipped ? "not measured"
                         : status == 0            ? "saw what its handout says"
                                       : "did not see what its handout says");

    if (object == NULL)
        return NULL;
    if (skipped)
        json_object_set_new(object, "unavailable",
                            json_string("it cannot run here"));
    if (measured_set(object, "status", skipped ? NAN : status) < 0) {
        json_decref(object);
        return NULL;
    }
    return object;
}

static int conclude(const struct context *context, const struct plan *plan,
                    const struct samples *samples, struct report *report,
                    struct failure *failure)
{
    unsigned seen = 0;
    int rc = 0;

    (void)context;
    for (size_t i = 0; i < plan->count && rc == 0; i++) {
        struct measured measured;

        rc = measured_read(plan, samples, i, "status", 1, &measured);
        if (rc == 0)
            rc = report_add(report->summaries, summary(&measured));
        seen += status_of(&measured.series) == 0;
        measured_free(&measured);
    }
    if (rc == 0)
        rc = report_line(report, "demos: %u of %zu saw what their handouts say",
                         seen, plan->count);
    return rc < 0 ? failure_note(failure, rc, "cannot conclude") : 0;
}

const struct experiment experiment_demos = {
    .name = "demos",
    .question = "do the labs' demos see what they claim?",
    .summary_columns = MEASURED_WORDS ",n,blocks,status,failed,verdict,"
                                      "unavailable",
    .budget_s = { 0, 0, 0 },
    .rounds_at_least = { 1, 1, 1 },
    .check = check,
    .plan = plan_make,
    .conclude = conclude,
};
