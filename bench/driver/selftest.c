/* The selftest's table, and what may be called a failure. */
#include "selftest.h"

#include "screen.h"
#include "statistics.h"

#include <gsl/gsl_cdf.h>
#include <string.h>
#include <unistd.h>

enum { JUDGED_FROM = 20, WIDTH = 53 }; /* tries; columns of a question */

unsigned selftest_allowed(unsigned tries)
{
    static const double missed = 0.05, in_vain = 0.01;
    unsigned allowed = 0;

    while (gsl_cdf_binomial_Q(allowed, missed, tries) > in_vain)
        allowed++;
    return allowed;
}

enum selftest_verdict selftest_judge(const struct selftest_row *row)
{
    if (row->tries < JUDGED_FROM)
        return SELFTEST_SHOWN;
    return row->wrong <= selftest_allowed(row->tries) ? SELFTEST_PASS
                                                      : SELFTEST_FAIL;
}

enum selftest_verdict selftest_judge_delay(const struct selftest_row *row)
{
    enum selftest_verdict verdict = selftest_judge(row);

    if (row->tries > 0 && row->backwards == row->tries)
        return SELFTEST_FAIL;
    return verdict == SELFTEST_PASS && row->seen < row->tries - row->seen
               ? SELFTEST_BLIND
               : verdict;
}

/* ---- The table ---- */

static const char *const verdicts[] = {
    [SELFTEST_PASS] = "pass",
    [SELFTEST_FAIL] = "FAIL",
    [SELFTEST_BLIND] = "noisy",
    [SELFTEST_SHOWN] = "shown",
};

struct page {
    FILE *out;
    const char *topic; /* of the last row */
    unsigned count[sizeof(verdicts) / sizeof(verdicts[0])];
};

/* Padded by columns: a µ is one, but two bytes. */
static void print_padded(FILE *out, int indent, const char *text)
{
    int columns = indent;

    for (const char *c = text; *c != '\0'; c++)
        columns += (*c & 0xc0) != 0x80;
    fprintf(out, "%*s%s%*s", indent, "", text,
            columns < WIDTH ? WIDTH - columns : 0, "");
}

static void print_row(struct page *page, const char *topic, const char *what,
                      const struct selftest_row *row,
                      enum selftest_verdict verdict)
{
    if (page->topic == NULL || strcmp(page->topic, topic) != 0)
        fprintf(page->out, "  %s\n", topic);
    page->topic = topic;
    page->count[verdict]++;
    print_padded(page->out, 4, what);
    fprintf(page->out, " %3u of %-3u", row->wrong, row->tries);
    if (verdict == SELFTEST_SHOWN)
        fprintf(page->out, "%9s", "-");
    else
        fprintf(page->out, "%9u", selftest_allowed(row->tries));
    fprintf(page->out, "  %s\n", verdicts[verdict]);
}

static void tell(void *arg, const char *topic, const struct selftest_row *row)
{
    print_row(arg, topic, row->what, row, selftest_judge(row));
}

static void print_heading(struct page *page, const char *text)
{
    fputc('\n', page->out);
    print_padded(page->out, 0, text);
    fputs("      wrong  at most\n", page->out);
    page->topic = NULL;
}

static void print_pair(struct page *page, const struct selftest_pair *pair)
{
    const struct selftest_row *row = &pair->row;
    char text[160];

    if (!pair->is_delay) {
        tell(page, "The same thing, measured twice, is told apart", row);
        return;
    }
    int digits = pair->unit[0] != '\0' ? 2 : 3;
    snprintf(text, sizeof(text), "%s: %.*f%s%s, found %.*f, seen %u", row->what,
             digits, statistics_median(row->truth, row->tries),
             pair->unit[0] != '\0' ? " " : "", pair->unit, digits,
             statistics_median(row->found, row->tries), row->seen);
    print_row(page, "A known delay: its interval misses the truth", text, row,
              selftest_judge_delay(row));
}

/* ---- All of it ---- */

static const struct effort {
    unsigned runs;
    double budget_s; /* of each placement */
    unsigned placements;
} efforts[PROFILES] = {
    [PROFILE_QUICK] = { 3, 60, 1 },
    [PROFILE_DEFAULT] = { SELFTEST_TRIES, 240, 2 },
    [PROFILE_THOROUGH] = { SELFTEST_TRIES, 3600, 2 },
};

static int measure(const struct context *context, const char *placement,
                   struct page *page, struct failure *failure)
{
    const struct effort *effort = &efforts[context->options.profile->level];
    struct screen screen = { .out = stderr, .terminal = isatty(2) == 1 };
    struct selftest_real real;
    char heading[64];

    screen_begin(&screen, placement, "real runs, on this machine");
    int rc = selftest_measure(context, placement, effort->runs,
                              effort->budget_s, &screen, &real, failure);
    screen_end(&screen, real.runs * SELFTEST_ROUNDS, real.seconds);
    snprintf(heading, sizeof(heading), "This machine, %s: %u runs", placement,
             real.runs);
    if (real.runs > 0)
        print_heading(page, heading);
    for (size_t i = 0; i < real.count && real.runs > 0; i++)
        print_pair(page, &real.pairs[i]);
    for (size_t i = 0; i < real.count && rc == 0; i++)
        if (!real.pairs[i].is_delay && real.runs >= JUDGED_FROM)
            rc = selftest_resample(&real.pairs[i], tell, page);
    selftest_real_free(&real);
    return rc;
}

static int conclude(const struct page *page, bool quick)
{
    unsigned failed = page->count[SELFTEST_FAIL];
    unsigned blind = page->count[SELFTEST_BLIND];

    fputc('\n', page->out);
    if (page->count[SELFTEST_SHOWN] > 0)
        fprintf(page->out, "Too few real runs to judge by: %s\n",
                quick ? "without --quick there are more."
                      : "--profile thorough takes its time.");
    if (blind > 0)
        fputs("Too noisy here to see every delay: close other programs, and "
              "try again.\n",
              page->out);
    if (failed > 0)
        fprintf(page->out, "FAILED: %u wrong more often than they may be.\n",
                failed);
    if (failed + blind == 0)
        fprintf(page->out, "Passed: all %u that were judged.\n",
                page->count[SELFTEST_PASS]);
    return failed + blind > 0;
}

int selftest_run(const struct context *context, FILE *out,
                 struct failure *failure)
{
    static const char *const placements[] = { "same-cpu", "free" };
    const struct effort *effort = &efforts[context->options.profile->level];
    struct page page = { .out = out };

    fprintf(out,
            "Does the bench tell the truth? Runs of %d rounds whose truth "
            "is known, and how\noften a 95 %% interval is wrong.\n",
            SELFTEST_ROUNDS);
    print_heading(&page, "Simulated runs");
    int rc = selftest_simulate(tell, &page);
    if (rc < 0)
        return failure_note(failure, rc, "cannot simulate runs");
    fflush(out);
    for (size_t i = 0; i < sizeof(placements) / sizeof(placements[0]) &&
                       i < effort->placements && rc == 0;
         i++)
        rc = measure(context, placements[i], &page, failure);
    return rc < 0 ? rc : conclude(&page, effort->runs < JUDGED_FROM);
}
