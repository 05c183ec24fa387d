/* What a run leaves in its folder. */
#include "run.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static json_t *options_json(const struct run *run)
{
    const struct options *options = &run->context.options;
    json_t *names = json_array();

    for (size_t i = 0; run->chosen[i] != NULL; i++)
        json_array_append_new(names, json_string(run->chosen[i]->name));
    return json_pack(
        "{s:o, s:s, s:s?, s:s?, s:s?, s:o, s:I}", "experiments", names,
        "profile", options->profile->name, "cases", options->cases, "placement",
        options->placement, "hostfile", options->hostfile, "time_budget_s",
        options->time_budget_s > 0 ? json_real(options->time_budget_s)
                                   : json_null(),
        "seed", (json_int_t)options->seed);
}

static json_t *machine_facts(const struct run *run, const struct load *after)
{
    json_t *machine = machine_json(&run->context.machine);

    json_object_set_new(machine, "load_before",
                        report_number(run->before.load1));
    json_object_set_new(machine, "load_after", report_number(after->load1));
    json_object_set_new(
        machine, "steal_share",
        report_number(machine_steal_share(&run->before, after)));
    return machine;
}

int run_write(const struct run *run, struct failure *failure)
{
    struct load after = { .load1 = NAN };

    (void)machine_load("", &after);
    json_t *root = json_pack(
        "{s:i, s:b, s:o, s:O?, s:O, s:o, s:O, s:O, s:O, s:O, s:O, s:O}",
        "schema", 1, "complete", (int)run->complete, "machine",
        machine_facts(run, &after), "hosts", run->context.ranks.facts,
        "software", run->software, "options", options_json(run), "summaries",
        run->report.summaries, "comparisons", run->report.comparisons, "fits",
        run->report.fits, "claims", run->report.claims, "warnings",
        run->report.warnings, "charts", run->report.charts);
    if (root == NULL)
        return failure_note(failure, -ENOMEM, "cannot write run.json");
    int rc = output_json(&run->output, "run.json", root, failure);
    json_decref(root);
    return rc;
}

/* The objects of report->summaries that belong to one experiment. */
static json_t *summaries_of(const struct report *report, const char *name)
{
    json_t *some = json_array();
    size_t i;
    json_t *object;

    json_array_foreach (report->summaries, i, object)
        if (strcmp(report_text(object, "experiment"), name) == 0)
            json_array_append(some, object);
    return some;
}

int run_write_tables(struct run *run, const struct experiment *experiment,
                     struct failure *failure)
{
    char name[64];
    const char *table_name;
    json_t *table;
    json_t *summaries = summaries_of(&run->report, experiment->name);

    snprintf(name, sizeof(name), "%s-summary", experiment->name);
    int rc = output_objects(&run->output, name, experiment->summary_columns,
                            summaries, failure);
    json_decref(summaries);
    json_object_foreach (run->report.tables, table_name, table)
        if (rc == 0)
            rc = output_objects(&run->output, table_name,
                                report_text(table, "columns"),
                                json_object_get(table, "rows"), failure);
    json_object_clear(run->report.tables);
    json_object_foreach (run->report.files, table_name, table)
        if (rc == 0)
            rc = output_json(&run->output, table_name, table, failure);
    json_object_clear(run->report.files);
    return rc;
}

/* A headline case and its stamped twin mostly break alike. */
static bool is_repeated(const struct plan *plan, size_t index)
{
    const struct bench_case *one = &plan->cases[index];

    for (size_t i = 0; i < index; i++) {
        const struct bench_case *other = &plan->cases[i];

        if (other->broken && strcmp(other->name, one->name) == 0 &&
            strcmp(other->placement, one->placement) == 0 &&
            strcmp(other->unavailable, one->unavailable) == 0)
            return true;
    }
    return false;
}

void run_warn_broken(struct run *run, const struct plan *plan,
                     const char *experiment)
{
    for (size_t i = 0; i < plan->count; i++) {
        if (!plan->cases[i].broken)
            continue;
        run->broken = true;
        if (is_repeated(plan, i))
            continue;
        (void)report_warn(&run->report, "%s: %s at %s was given up: %s",
                          experiment, plan->cases[i].name,
                          plan->cases[i].placement, plan->cases[i].unavailable);
    }
}
