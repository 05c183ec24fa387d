/* Comparisons counted by their verdicts, and put into words. */
#include "claims_count.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char equal_[] = "no difference detected";

void evidence_add(struct evidence *evidence, const char *format, ...)
{
    size_t room = sizeof(evidence->text) - evidence->used;
    va_list arguments;

    va_start(arguments, format);
    int length =
        vsnprintf(evidence->text + evidence->used, room, format, arguments);
    va_end(arguments);
    if (length > 0)
        evidence->used += (size_t)length < room ? (size_t)length : room - 1;
}

static bool is_process(const struct report *report, const json_t *comparison)
{
    const json_t *summary = report_find(
        report->summaries, "experiment", report_text(comparison, "experiment"),
        "case", report_text(comparison, "case"), NULL);
    const char *family = report_text(summary, "family");

    return strcmp(family, "process") == 0 || strcmp(family, "program") == 0;
}

bool claims_is(const json_t *object, const char *key, const char *value)
{
    return value == NULL || strcmp(report_text(object, key), value) == 0;
}

bool filter_matches(const struct report *report, const struct filter *filter,
                    const json_t *object)
{
    double workers = report_get(object, "workers");

    return claims_is(object, "experiment", filter->experiment) &&
           claims_is(object, "case", filter->name) &&
           claims_is(object, "base", filter->base) &&
           (filter->key == NULL ||
            claims_is(object, filter->key, filter->value)) &&
           (filter->workers_to == 0 || (workers >= filter->workers_from &&
                                        workers <= filter->workers_to)) &&
           (!filter->processes_only || is_process(report, object)) &&
           !isnan(report_get(object, "ratio"));
}

void tally_count(const struct report *report, const struct filter *filter,
                 const char *more, const char *less, struct tally *tally)
{
    size_t i;
    json_t *object;

    json_array_foreach (report->comparisons, i, object) {
        double ratio = report_get(object, "ratio");

        if (!filter_matches(report, filter, object))
            continue;
        bool is_more = claims_is(object, "verdict", more);
        bool is_less = claims_is(object, "verdict", less);
        bool is_equal = claims_is(object, "verdict", equal_);

        if (!is_more && !is_less && !is_equal)
            continue; /* too few rounds to tell */
        tally->more += is_more;
        tally->less += is_less;
        tally->equal += is_equal;
        if (!is_more && tally->named < TALLY_NAMED)
            tally->others[tally->named++] = object;
        if (tally->lowest == NULL || ratio < report_get(tally->lowest, "ratio"))
            tally->lowest = object;
        if (tally->highest == NULL ||
            ratio > report_get(tally->highest, "ratio"))
            tally->highest = object;
    }
}

unsigned tally_all(const struct tally *tally)
{
    return tally->more + tally->less + tally->equal;
}

const char *tally_verdict(const struct tally *tally)
{
    unsigned all = tally_all(tally);

    if (all == 0)
        return "not measured";
    if (tally->more == all)
        return "holds here";
    if (tally->less == all)
        return "does not hold here";
    return tally->equal == all ? equal_ : "depends";
}

/* A side that was not reached is a dash. */
static void add_bound(struct evidence *evidence, int digits, double bound,
                      const char *after)
{
    if (isnan(bound))
        evidence_add(evidence, "–%s", after);
    else
        evidence_add(evidence, "%.*f%s", digits, bound, after);
}

void evidence_ratio(struct evidence *evidence, const json_t *object,
                    const char *key)
{
    char low[64], high[64];
    double value = report_get(object, key);
    int digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1.25 ? 2 : 3;

    snprintf(low, sizeof(low), "%s_low", key);
    snprintf(high, sizeof(high), "%s_high", key);
    evidence_add(evidence, "%.*f [", digits, value);
    add_bound(evidence, digits, report_get(object, low), ", ");
    add_bound(evidence, digits, report_get(object, high), "]");
}

/* Parameters that say little without their unit. */
static const struct unit {
    const char *key, *before, *after;
} units[] = {
    { "alive", "", " alive" },     { "bytes", "", " B" },
    { "pages", "pages of ", "" },  { "task_us", "", " µs" },
    { "touched_mib", "", " MiB" }, { "workers", "", " workers" },
};

static const struct unit *unit_of(const char *key)
{
    static const struct unit none = { "", "", "" };

    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
        if (strcmp(units[i].key, key) == 0)
            return &units[i];
    return &none;
}

/* "pipe other-cpu 8 B": the case, where, and its parameters. */
static void add_name(struct evidence *evidence, const json_t *object)
{
    const char *key;
    json_t *value;

    evidence_add(evidence, "%s %s", report_text(object, "case"),
                 report_text(object, "placement"));
    json_object_foreach (json_object_get(object, "parameters"), key, value) {
        const struct unit *unit = unit_of(key);

        evidence_add(evidence, " %s", unit->before);
        if (json_is_string(value))
            evidence_add(evidence, "%s", json_string_value(value));
        else
            evidence_add(evidence, "%g", json_number_value(value));
        evidence_add(evidence, "%s", unit->after);
    }
}

void evidence_tally(struct evidence *evidence, const struct tally *tally,
                    const char *more, const char *less)
{
    evidence_ratio(evidence, tally->lowest, "ratio");
    if (tally->highest != tally->lowest) {
        evidence_add(evidence, " to ");
        evidence_ratio(evidence, tally->highest, "ratio");
    }
    evidence_add(evidence, " (%s in %u of %u, %s in %u", more, tally->more,
                 tally_all(tally), less, tally->less);
    /* What it depends on: where it is not so. */
    unsigned others = tally_all(tally) - tally->more;
    for (unsigned i = 0; tally->more > 0 && i < tally->named; i++) {
        evidence_add(evidence, "%s", i == 0 ? "; not for " : ", ");
        add_name(evidence, tally->others[i]);
    }
    if (tally->more > 0 && others > tally->named)
        evidence_add(evidence, " and %u more", others - tally->named);
    evidence_add(evidence, ")");
}
