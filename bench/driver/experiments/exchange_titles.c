/* exchange: the finding of each chart as its title, which never claims more
 * than the intervals support. */
#include "exchange.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { TITLE = EXCHANGE_TITLE, PHRASE = 64 };

static const char *const copying[] = { "pipe", "socket", "file" };
static const char *const sharing[] = { "shared" };
enum { COPYING = 3, SHARING = 1 };

/* "8.2", "61": as many digits as a reader of a title wants; "1.25" where that
 * tells more, and where no other number stands beside it. */
static const char *times(double ratio, double beside, char text[16])
{
    bool fine = ratio < 1.95 && beside < 1.95;

    snprintf(text, 16, "%.*f", ratio >= 9.95 ? 0 : fine ? 2 : 1, ratio);
    return text;
}

/* What the intervals say of these channels at that size, against a variable,
 * as the end of a sentence. False when nothing was compared. */
static bool phrase(const struct exchange_view *view, const char *const *names,
                   size_t count, const struct exchange_size *size, char *text)
{
    unsigned slower = 0, faster = 0, equal = 0;
    double low = INFINITY, high = 0, least = INFINITY;
    char a[16], b[16];

    for (size_t i = 0; i < count; i++) {
        const json_t *object = exchange_row(view, names[i], size);
        double ratio = report_get(object, "ratio");

        if (isnan(ratio))
            continue;
        if (report_get(object, "ratio_low") > 1) {
            slower++;
            low = fmin(low, ratio);
            high = fmax(high, ratio);
        } else if (report_get(object, "ratio_high") < 1) {
            faster++;
            least = fmin(least, ratio);
        } else {
            equal++;
        }
    }
    if (slower + faster + equal == 0)
        return false;
    if (slower > 0 && faster + equal > 0)
        snprintf(text, PHRASE, "up to %s times as long", times(high, high, b));
    else if (slower > 0 &&
             strcmp(times(low, high, a), times(high, low, b)) != 0)
        snprintf(text, PHRASE, "%s to %s times as long", a, b);
    else if (slower > 0)
        snprintf(text, PHRASE, "%s times as long", times(high, high, b));
    else if (faster > 0)
        snprintf(text, PHRASE, "%s%s times as long",
                 faster + equal > 1 ? "down to " : "", times(least, least, a));
    else
        snprintf(text, PHRASE, "no difference detected");
    return true;
}

/* "pipe, socket or file", of those that were measured. */
static void name_copying(const struct exchange_view *view,
                         const struct exchange_size *size, char *text)
{
    const char *found[COPYING];
    size_t count = 0;

    for (size_t i = 0; i < COPYING; i++)
        if (!isnan(report_get(exchange_row(view, copying[i], size), "ratio")))
            found[count++] = copying[i];
    text[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        size_t used = strlen(text);

        snprintf(text + used, PHRASE - used, "%s%s",
                 i == 0           ? ""
                 : i + 1 == count ? " or "
                                  : ", ",
                 found[i]);
    }
}

static void title_without_ratios(const struct exchange_view *view, char *title)
{
    const struct exchange_size *size = &exchange_sizes[0];
    double us = report_get(exchange_row(view, "variable", size), "median_us");
    char time[32];

    if (isnan(us))
        snprintf(title, TITLE, "What it takes to hand over a message");
    else
        snprintf(title, TITLE, "A variable hands %s to another thread in %s",
                 size->words, experiment_time(us, time, sizeof(time)));
}

/* What copying costs for large messages, and sharing between processes. */
void exchange_title_latency(const struct exchange_view *view, char *title)
{
    const struct exchange_size *size =
        &exchange_sizes[exchange_sizes_count - 1];
    char copied[PHRASE], shared[PHRASE], names[PHRASE];
    bool copies = phrase(view, copying, COPYING, size, copied);
    bool shares = phrase(view, sharing, SHARING, size, shared);

    name_copying(view, size, names);
    if (copies && shares)
        snprintf(title, TITLE,
                 "%s by %s, against a variable: %s; by a shared mapping: %s",
                 size->words, names, copied, shared);
    else if (copies || shares)
        snprintf(title, TITLE, "%s by %s, against a variable: %s", size->words,
                 copies ? names : "a shared mapping", copies ? copied : shared);
    else
        title_without_ratios(view, title);
}

/* Small messages pay for calls, large ones for copies. */
void exchange_title_bandwidth(const struct exchange_view *view, char *title)
{
    const struct exchange_size *small = &exchange_sizes[0];
    const struct exchange_size *large =
        &exchange_sizes[exchange_sizes_count - 1];
    char less[PHRASE], more[PHRASE], names[PHRASE];

    name_copying(view, small, names);
    if (phrase(view, copying, COPYING, small, less) &&
        phrase(view, copying, COPYING, large, more))
        snprintf(title, TITLE,
                 "Streams of %s by %s, against a variable: %s; of %s: %s",
                 small->words, names, less, large->words, more);
    else if (phrase(view, sharing, SHARING, large, more))
        snprintf(title, TITLE,
                 "Streams of %s by a shared mapping, against a variable: %s",
                 large->words, more);
    else
        title_without_ratios(view, title);
}
