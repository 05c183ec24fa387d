/* memory, how it grows: the slope between every two neighbouring sizes, and a
 * line through as many sizes as lie on one. Each round has a line of its own,
 * and the interval is that of the median over the rounds: so a noisy size does
 * not make the others' numbers look surer than they are. */
#include "memory.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A size lies on the line when the median of its residuals, as a share of what
 * the line says, is no larger: a line that bends shows first at its small end,
 * where this is little in absolute terms. */
static const double tolerance = 0.1;

enum { PAGES_A_MIB = 256, LEAST_SIZES = 3 };

/* The results of one mechanism that were measured, from small to large. */
struct growth {
    const struct memory_kind *kind;
    const char *pages;
    const struct memory_result *at[MEMORY_SIZES];
    size_t sizes, rounds;
    double *room; /* a value a round, for three columns */
};

struct fit {
    size_t sizes;  /* it goes through the first so many; 0: no line at all */
    size_t rounds; /* in which all of them were measured */
    double ns, intercept_us;
    double off; /* the farthest of the sizes, as a share of what it says */
    struct interval interval; /* of ns, a page of 4 KiB */
    /* Measured by what the line says, at the next size. */
    double beyond;
    struct interval beyond_interval;
};

static const struct interval unknown = { .low = NAN, .high = NAN };

static double value_at(const struct growth *growth, size_t i, size_t round)
{
    const struct series *series = &growth->at[i]->measured.series;

    return round < series->rounds ? series->by_round[round] * 1000 : NAN;
}

static double pages_at(const struct growth *growth, size_t i)
{
    return (double)growth->at[i]->mib * PAGES_A_MIB;
}

/* One round's line through the first sizes; false when one is missing. */
static bool line_of(const struct growth *growth, size_t sizes, size_t round,
                    struct line *ret)
{
    double x[MEMORY_SIZES], y[MEMORY_SIZES];

    for (size_t i = 0; i < sizes; i++) {
        x[i] = pages_at(growth, i);
        y[i] = value_at(growth, i, round);
        if (isnan(y[i]))
            return false;
    }
    return statistics_line(x, y, sizes, ret) == 0;
}

/* Over the rounds, the measured time at size i by what the line through the
 * first sizes says. */
static double off_line(const struct growth *growth, size_t sizes, size_t i,
                       struct interval *ret)
{
    double *shares = growth->room;

    for (size_t round = 0; round < growth->rounds; round++) {
        struct line line;

        shares[round] = NAN;
        if (!line_of(growth, sizes, round, &line))
            continue;
        double said = line.intercept + line.slope * pages_at(growth, i);
        shares[round] = said > 0 ? value_at(growth, i, round) / said : INFINITY;
    }
    *ret = unknown;
    (void)statistics_median_interval(shares, growth->rounds, 0.95, ret);
    return statistics_median(shares, growth->rounds);
}

static struct fit fit_first(const struct growth *growth, size_t sizes)
{
    struct fit fit = { .sizes = sizes, .interval = unknown };
    double *slopes = growth->room + growth->rounds;
    double *intercepts = slopes + growth->rounds;

    for (size_t round = 0; round < growth->rounds; round++) {
        struct line line;
        bool whole = line_of(growth, sizes, round, &line);

        slopes[round] = whole ? line.slope : NAN;
        intercepts[round] = whole ? line.intercept / 1000 : NAN;
        fit.rounds += whole;
    }
    fit.ns = statistics_median(slopes, growth->rounds);
    fit.intercept_us = statistics_median(intercepts, growth->rounds);
    (void)statistics_median_interval(slopes, growth->rounds, 0.95,
                                     &fit.interval);
    return fit;
}

/* How far the size that is the farthest from the line is off it, as a share;
 * INFINITY when too few rounds have all of them. */
static double farthest(const struct growth *growth, const struct fit *fit)
{
    struct interval interval;
    double far = fit->rounds < MEMORY_PAIRS ? INFINITY : 0;

    for (size_t i = 0; i < fit->sizes && isfinite(far); i++) {
        double share = off_line(growth, fit->sizes, i, &interval);

        far = isnan(share) ? INFINITY : fmax(far, fabs(share - 1));
    }
    return far;
}

/* The line through the most sizes that is one, and how far off the next is. */
static struct fit fit_largest(const struct growth *growth)
{
    struct fit best = { .ns = NAN,
                        .off = NAN,
                        .intercept_us = NAN,
                        .interval = unknown,
                        .beyond = NAN,
                        .beyond_interval = unknown };

    for (size_t sizes = LEAST_SIZES; sizes <= growth->sizes; sizes++) {
        struct fit fit = fit_first(growth, sizes);

        fit.off = farthest(growth, &fit);
        if (fit.off <= tolerance)
            best = fit;
    }
    best.beyond = NAN;
    best.beyond_interval = unknown;
    if (best.sizes > 0 && best.sizes < growth->sizes &&
        growth->at[best.sizes]->measured.series.blocks >= MEMORY_PAIRS)
        best.beyond =
            off_line(growth, best.sizes, best.sizes, &best.beyond_interval);
    return best;
}

static const char *beyond_words(const struct growth *growth,
                                const struct fit *fit)
{
    if (fit->sizes == 0)
        return growth->sizes < LEAST_SIZES ? "too few sizes were measured"
                                           : "no three sizes lie on a line";
    if (isnan(fit->beyond))
        return "nothing larger was measured often enough";
    if (fit->beyond_interval.low > 1)
        return "costs more than the line says";
    if (fit->beyond_interval.high < 1)
        return "costs less than the line says";
    return "no difference from the line detected";
}

/* The same object in run.json and in the chart's table. */
static int add_fit(const struct growth *growth, const struct fit *fit,
                   struct report *report)
{
    json_t *rows = report_table(
        report, "memory-fits",
        "case,label,family,pages,from_mib,to_mib,rounds,ns_per_page,"
        "ns_per_page_low,ns_per_page_high,intercept_us,off_line,beyond_mib,"
        "beyond_ratio,"
        "beyond_ratio_low,beyond_ratio_high,beyond");
    double to = fit->sizes > 0 ? growth->at[fit->sizes - 1]->mib : NAN;
    double next =
        isnan(fit->beyond) ? NAN : (double)growth->at[fit->sizes]->mib;
    json_t *object = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:i, s:o, s:o, s:o, s:o, "
        "s:o, s:o, s:o, s:o, s:o, s:o, s:s, s:s}",
        "experiment", "memory", "case", growth->kind->name, "label",
        growth->kind->label, "family", growth->kind->family, "model", "line",
        "pages", growth->pages, "from_mib",
        report_number(fit->sizes > 0 ? growth->at[0]->mib : NAN), "to_mib",
        report_number(to), "rounds", (int)fit->rounds, "ns_per_page",
        report_number(fit->ns), "ns_per_page_low",
        report_number(fit->interval.low), "ns_per_page_high",
        report_number(fit->interval.high), "ci_level_reached",
        report_number(fit->interval.level), "intercept_us",
        report_number(fit->intercept_us), "off_line", report_number(fit->off),
        "beyond_mib", report_number(next), "beyond_ratio",
        report_number(fit->beyond), "beyond_ratio_low",
        report_number(fit->beyond_interval.low), "beyond_ratio_high",
        report_number(fit->beyond_interval.high), "beyond",
        beyond_words(growth, fit), "ci_method",
        "median of a line a round; ranks of the sign test");

    if (rows == NULL || object == NULL) {
        json_decref(object);
        return -ENOMEM;
    }
    int rc = report_add(rows, json_incref(object));
    if (rc < 0) {
        json_decref(object);
        return rc;
    }
    return report_add(report->fits, object);
}

/* From one size to the next. */
static int add_slopes(const struct growth *growth, struct report *report)
{
    json_t *rows = report_table(report, "memory-slopes",
                                "case,label,family,pages,from_mib,to_mib,"
                                "rounds,ns_per_page,ns_per_page_low,"
                                "ns_per_page_high");
    double *slopes = growth->room;
    int rc = rows == NULL ? -ENOMEM : 0;

    for (size_t i = 1; i < growth->sizes && rc == 0; i++) {
        double pages = pages_at(growth, i) - pages_at(growth, i - 1);
        struct interval interval = unknown;
        int rounds = 0;

        for (size_t round = 0; round < growth->rounds; round++) {
            slopes[round] =
                (value_at(growth, i, round) - value_at(growth, i - 1, round)) /
                pages;
            rounds += !isnan(slopes[round]);
        }
        if (rounds < MEMORY_PAIRS)
            continue;
        (void)statistics_median_interval(slopes, growth->rounds, 0.95,
                                         &interval);
        rc = report_add(
            rows,
            json_pack("{s:s, s:s, s:s, s:s, s:i, s:i, s:i, s:o, s:o, s:o}",
                      "case", growth->kind->name, "label", growth->kind->label,
                      "family", growth->kind->family, "pages", growth->pages,
                      "from_mib", growth->at[i - 1]->mib, "to_mib",
                      growth->at[i]->mib, "rounds", rounds, "ns_per_page",
                      report_number(statistics_median(slopes, growth->rounds)),
                      "ns_per_page_low", report_number(interval.low),
                      "ns_per_page_high", report_number(interval.high)));
    }
    return rc;
}

static bool is_planned(const struct memory_results *results, const char *name,
                       const char *pages)
{
    for (size_t i = 0; i < results->count; i++)
        if (strcmp(results->all[i].measured.bench_case->name, name) == 0 &&
            strcmp(results->all[i].pages, pages) == 0)
            return true;
    return false;
}

static int fit_one(const struct memory_results *results,
                   const struct memory_kind *kind, const char *pages,
                   struct report *report)
{
    struct growth growth = { .kind = kind, .pages = pages };

    for (size_t s = 0; s < MEMORY_SIZES; s++) {
        int mib = memory_sizes[s];
        const struct memory_result *at = memory_find(
            results, kind->name, mib, mib == 0 ? memory_pages[0] : pages);

        if (at == NULL)
            continue;
        growth.at[growth.sizes++] = at;
        if (at->measured.series.rounds > growth.rounds)
            growth.rounds = at->measured.series.rounds;
    }
    growth.room = calloc(3 * growth.rounds + 1, sizeof(double));
    if (growth.room == NULL)
        return -ENOMEM;

    struct fit fit = fit_largest(&growth);
    int rc = add_slopes(&growth, report);
    if (rc == 0)
        rc = add_fit(&growth, &fit, report);
    free(growth.room);
    return rc;
}

int memory_fit(const struct memory_results *results, struct report *report)
{
    int rc = 0;

    for (size_t k = 0; k < memory_kinds_count; k++)
        for (size_t p = 0; p < MEMORY_PAGES && rc == 0; p++)
            if (is_planned(results, memory_kinds[k].name, memory_pages[p]))
                rc =
                    fit_one(results, &memory_kinds[k], memory_pages[p], report);
    return rc;
}
