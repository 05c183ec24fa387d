/* The rules. Most count verdicts of comparisons: all one way, the other way,
 * neither, or it depends. */
#include "claims_rules.h"

#include "claims_count.h"

#include <math.h>
#include <string.h>

static const char holds[] = "holds here", fails[] = "does not hold here",
                  depends[] = "depends", not_measured[] = "not measured";

/* ---- C1, C2, C4, C5, C7, C8: by the exit status of demos ---- */

const char *claim_by_demos(const struct claim_facts *facts,
                           struct evidence *evidence)
{
    const char *rest = facts->labs;
    bool all = true, some_failed = false;

    while (*rest != '\0') {
        char lab[8];
        int length = (int)strcspn(rest, " ");

        snprintf(lab, sizeof(lab), "lab%.*s", length, rest);
        rest += length + (rest[length] == ' ');
        const json_t *demo = report_find(facts->report->summaries, "experiment",
                                         "demos", "case", lab, NULL);
        double status = report_get(demo, "status");

        if (status == 0)
            continue;
        all = false;
        some_failed = some_failed || status > 0;
        if (demo == NULL)
            evidence_add(evidence, "run the experiment demos; ");
        else if (isnan(status))
            evidence_add(evidence, "%s: %s; ", lab,
                         report_text(demo, "unavailable"));
        else
            evidence_add(evidence,
                         "the demo of %s ended with %.0f, see scripts/lab run "
                         "%s; ",
                         lab, status, lab + strlen("lab"));
        if (demo == NULL)
            break;
    }
    if (all)
        evidence_add(evidence, "%s", facts->seen);
    else
        evidence->text[evidence->used - strlen("; ")] = '\0';
    return all ? holds : some_failed ? fails : not_measured;
}

/* ---- C3 ---- */

/* One interpreter at that many workers: how far threads and processes get.
 * Returns the lower end of the threads' speedup at computing; NAN. */
static double add_interpreter(const struct claim_facts *facts,
                              const json_t *threads, struct evidence *evidence)
{
    static const struct {
        const char *name, *work, *words;
    } rows[] = {
        { "python-threads", "cpu", "threads" },
        { "python-processes", "cpu", "processes" },
        { "python-threads", "waiting", "and, while they wait, threads" },
    };
    const char *interpreter = report_text(threads, "interpreter");
    double workers = report_get(threads, "workers");
    double low = NAN;
    size_t i;
    json_t *object;

    evidence_add(evidence, "%s%s, %.0f workers against one:",
                 evidence->used > 0 ? "; " : "", interpreter, workers);
    for (size_t r = 0; r < sizeof(rows) / sizeof(rows[0]); r++)
        json_array_foreach (facts->report->summaries, i, object) {
            if (!claims_is(object, "experiment", "gil") ||
                !claims_is(object, "case", rows[r].name) ||
                !claims_is(object, "work", rows[r].work) ||
                !claims_is(object, "interpreter", interpreter) ||
                report_get(object, "workers") != workers ||
                isnan(report_get(object, "speedup")))
                continue;
            evidence_add(evidence, "%s %s ", r > 0 ? "," : "", rows[r].words);
            evidence_ratio(evidence, object, "speedup");
            if (r == 0)
                low = report_get(object, "speedup_low");
        }
    return low;
}

const char *claim_python_needs_processes(const struct claim_facts *facts,
                                         struct evidence *evidence)
{
    const struct filter filter = { .experiment = "gil",
                                   .name = "python-threads",
                                   .base = "python-processes",
                                   .key = "work",
                                   .value = "cpu",
                                   .workers_from = 2,
                                   .workers_to = facts->usable_cpus };
    struct tally tally = { 0 };
    bool gains = false; /* threads, at computing */
    size_t i;
    json_t *object;

    if (facts->usable_cpus < 2) {
        evidence_add(evidence, "this needs two usable CPUs; here is one");
        return not_measured;
    }
    tally_count(facts->report, &filter, "slower", "faster", &tally);
    if (tally_all(&tally) == 0) {
        evidence_add(evidence, "run the experiment gil, with a python3");
        return not_measured;
    }
    double most = 0; /* workers: the quick profile has one count alone */
    json_array_foreach (facts->report->comparisons, i, object) {
        if (filter_matches(facts->report, &filter, object))
            most = fmax(most, report_get(object, "workers"));
    }
    json_array_foreach (facts->report->comparisons, i, object) {
        if (!filter_matches(facts->report, &filter, object) ||
            report_get(object, "workers") != most)
            continue;
        gains = add_interpreter(facts, object, evidence) > 1 || gains;
    }
    /* Keeping up with processes proves nothing where these gain nothing. */
    if (tally.more == 0)
        return gains ? fails : "no difference detected";
    return tally.more == tally_all(&tally) ? holds : depends;
}

/* ---- C6 ---- */

const char *claim_starter_goes_on(const struct claim_facts *facts,
                                  struct evidence *evidence)
{
    unsigned all = 0, first = 0, last = 0;
    size_t i;
    json_t *object;

    json_array_foreach (facts->report->summaries, i, object) {
        if (!claims_is(object, "experiment", "order") ||
            claims_is(object, "family", "control") ||
            isnan(report_get(object, "main_first_share")))
            continue;
        all++;
        first += claims_is(object, "verdict", "always seen");
        last += claims_is(object, "verdict", "never seen") ||
                claims_is(object, "verdict", "rarely");
        evidence_add(evidence, "%s%s %s %.1f %% [%.1f, %.1f] of %.0f starts",
                     all > 1 ? "; " : "", report_text(object, "case"),
                     report_text(object, "placement"),
                     report_get(object, "main_first_share") * 100,
                     report_get(object, "share_low") * 100,
                     report_get(object, "share_high") * 100,
                     report_get(object, "starts"));
    }
    if (all == 0) {
        evidence_add(evidence, "run the experiment order");
        return not_measured;
    }
    return first == all ? holds : last == all ? fails : depends;
}

/* ---- C9: exchange, memory per worker, and work that shares nothing ---- */

const char *claim_sharing_pays(const struct claim_facts *facts,
                               struct evidence *evidence)
{
    static const struct part {
        struct filter filter;
        const char *more, *less, *words;
    } parts[] = {
        { { .experiment = "exchange",
            .base = "variable",
            .processes_only = true },
          "slower",
          "faster",
          "handing data to a process takes times what a thread's variable "
          "takes: " },
        { { .experiment = "population",
            .name = "process",
            .base = "thread",
            .key = "quantity",
            .value = "memory" },
          "takes more",
          "takes less",
          "a process takes times a thread's memory: " },
        { { .experiment = "speedup",
            .name = "threads",
            .base = "processes",
            .key = "workload",
            .value = "primes" },
          "faster",
          "slower",
          "computing that shares nothing takes threads times what it takes "
          "processes: " },
    };
    struct tally all = { 0 };

    for (size_t p = 0; p < sizeof(parts) / sizeof(parts[0]); p++) {
        const struct part *part = &parts[p];
        struct tally tally = { 0 };

        tally_count(facts->report, &part->filter, part->more, part->less,
                    &tally);
        if (tally_all(&tally) == 0) {
            evidence_add(evidence, "%s%s not measured", p > 0 ? "; " : "",
                         part->filter.experiment);
            continue;
        }
        evidence_add(evidence, "%s%s", p > 0 ? "; " : "", part->words);
        evidence_tally(evidence, &tally, part->more, part->less);
        all.more += tally.more;
        all.less += tally.less;
        all.equal += tally.equal;
    }
    return tally_verdict(&all);
}

/* ---- C10 ---- */

/* Every way to start a process against a thread of the same placement, the
 * probe's own builds apart. */
const char *claim_threads_are_cheaper(const struct claim_facts *facts,
                                      struct evidence *evidence)
{
    const struct filter created = { .experiment = "creation",
                                    .base = "pthread",
                                    .processes_only = true };
    const struct filter grown = { .experiment = "memory",
                                  .base = "pthread",
                                  .processes_only = true };
    struct tally tally = { 0 }, memory = { 0 };

    tally_count(facts->report, &created, "costs more", "costs less", &tally);
    if (tally_all(&tally) > 0) {
        evidence_add(evidence, "what a process costs in threads: ");
        evidence_tally(evidence, &tally, "more", "less");
    } else {
        evidence_add(evidence, "run the experiment creation");
    }
    tally_count(facts->report, &grown, "costs more", "costs less", &memory);
    if (tally_all(&memory) > 0) {
        evidence_add(evidence, "; with more memory in the parent: ");
        evidence_tally(evidence, &memory, "more", "less");
        tally.more += memory.more;
        tally.less += memory.less;
        tally.equal += memory.equal;
    }
    return tally_verdict(&tally);
}

/* ---- C11 ---- */

const char *claim_threads_run_tasks_better(const struct claim_facts *facts,
                                           struct evidence *evidence)
{
    const struct filter filter = { .experiment = "granularity",
                                   .name = "process",
                                   .base = "thread" };
    struct tally tally = { 0 };
    size_t i;
    json_t *object;

    tally_count(facts->report, &filter, "slower", "faster", &tally);
    if (tally_all(&tally) == 0) {
        evidence_add(evidence, "run the experiment granularity");
        return not_measured;
    }
    evidence_add(evidence, "a new process a task takes times a new thread a "
                           "task: ");
    evidence_tally(evidence, &tally, "slower", "faster");
    json_array_foreach (facts->report->fits, i, object) {
        if (!claims_is(object, "experiment", "granularity") ||
            !claims_is(object, "placement", "same-cpu") ||
            isnan(report_get(object, "ten_percent_us")))
            continue;
        evidence_add(evidence, "; on one CPU a %s costs a tenth of a task of ",
                     report_text(object, "case"));
        evidence_ratio(evidence, object, "ten_percent_us");
        evidence_add(evidence, " µs");
    }
    return tally_verdict(&tally);
}
