/* population: workers are created one after the other and stay, asleep at the
 * gate. What does the n-th one cost, and how much memory do they take? Two
 * points of time from one origin, the begin of the call: it returned; the
 * worker has told that it goes to sleep (on one CPU it may have to finish that
 * step during the next creation, as its successor does in turn). Notice that
 * memory is what was taken since the last look, by each of those who came since
 * then: what the very first take often comes out of pages that the kernel has
 * in hand, and shows nowhere. */
#include "../clock.h"
#include "../crowd.h"
#include "../errors.h"
#include "../measures.h"
#include "../memory.h"
#include "../pin.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    WARMUPS = 3,
    WINDOW = 64 /* creations printed up to a count, at most */
};

/* ---- Output ---- */

static const char *const stops[] = { "", "refused", "memory", "time", "ended" };

/* What each worker between two looks has added; falling: by how much less
 * there is. */
static void print_added(struct table *table, double before, double now,
                        unsigned workers, bool falling)
{
    if (before < 0 || now < 0)
        table_empty(table);
    else
        table_real(table, (falling ? before - now : now - before) / workers);
}

static void print_record(struct table *table, const struct crowd *crowd,
                         const struct point *point, unsigned index)
{
    const struct record *record = &crowd->record[index];
    const struct point *since =
        point > crowd->point ? point - 1 : &crowd->before;
    unsigned workers = point->alive - since->alive;

    table_number(table, point->alive);
    table_number(table, index + 1);
    table_number(table, record->returned_ns);
    table_number(table, record->parked_ns);
    if (index + 1 == point->alive) {
        print_added(table, since->available_kib, point->available_kib, workers,
                    true);
        print_added(table, since->pss_kib, point->pss_kib, workers, false);
    } else {
        table_empty(table);
        table_empty(table);
    }
    table_text(table, error_name(crowd->deserted ? ECHILD : 0));
    table_end(table);
}

/* The last creations up to a count; those after the last stand for none. */
static void print_point(const struct crowd *crowd, const struct point *point,
                        unsigned started, struct table *table)
{
    unsigned window = point->alive / 4 < WINDOW ? point->alive / 4 : WINDOW;
    unsigned first = point->alive - (window > 0 ? window : 1);

    for (unsigned i = first; i < point->alive && point->alive <= started; i++)
        print_record(table, crowd, point, i);
}

/* The creation that failed: counted for the first count not reached. */
static void print_failed(const struct crowd *crowd, unsigned started,
                         struct table *table)
{
    for (unsigned p = 0; p < crowd->points && crowd->error != 0; p++) {
        if (crowd->point[p].alive <= started)
            continue;
        table_number(table, crowd->point[p].alive);
        table_number(table, started + 1);
        for (unsigned empty = 0; empty < 4; empty++)
            table_empty(table);
        table_text(table, error_name(crowd->error));
        table_end(table);
        return;
    }
}

static void print(const struct crowd *crowd, unsigned started,
                  struct table *table)
{
    table_begin(table, "alive,nth,returned_ns,parked_ns,memory_kib,pss_kib,"
                       "error");
    for (unsigned p = 0; p < crowd->points; p++)
        print_point(crowd, &crowd->point[p], started, table);
    print_failed(crowd, started, table);

    fputc('\n', table->out);
    table_begin(table, "started,stop,most_mib");
    table_number(table, started);
    table_text(table, stops[crowd->stop]);
    table_number(table, (uint64_t)(crowd->most_kib / 1024));
    table_end(table);
}

/* ---- Arguments ---- */

static int read_points(struct crowd *crowd, const char *list, char *message)
{
    unsigned last = 0;

    for (const char *rest = list;;) {
        char *end;
        long alive = strtol(rest, &end, 10);

        if (end == rest || alive <= (long)last || alive > CROWD_MOST ||
            (*end != ',' && *end != '\0') || crowd->points == CROWD_POINTS)
            break;
        last = (unsigned)alive;
        if (last <= crowd->wanted)
            crowd->point[crowd->points++].alive = last;
        if (*end == '\0' && crowd->points > 0)
            return 0;
        if (*end == '\0')
            break;
        rest = end + 1;
    }
    snprintf(message, MEASURE_MESSAGE,
             "at=%.40s: give ascending counts with commas between, the first "
             "no more than workers; %d at most",
             list, CROWD_POINTS);
    return -EINVAL;
}

static int crowd_make(const struct arguments *arguments,
                      struct crowd **ret_crowd, char *message)
{
    const char *name = arguments_word(arguments, "kind");
    unsigned wanted = (unsigned)arguments_number(arguments, "workers");
    unsigned room = wanted > WARMUPS ? wanted : WARMUPS;
    const struct worker_kind *kind = worker_kind_find(name);

    if (kind == NULL) {
        snprintf(message, MEASURE_MESSAGE, "kind=%.40s: give process or thread",
                 name);
        return -EINVAL;
    }

    struct crowd *crowd = crowd_new(room);
    if (crowd == NULL)
        return error_say(message, errno, "no memory for the records");
    crowd->kind = kind;
    crowd->wanted = wanted;
    *ret_crowd = crowd;
    return read_points(crowd, arguments_word(arguments, "at"), message);
}

/* What comes before the first: some that come and go, and a look around. */
static void crowd_begin(struct crowd *crowd, const struct arguments *arguments)
{
    for (int i = 0; i < WARMUPS && crowd->stop == STOP_NONE; i++) {
        (void)crowd_add(crowd);
        crowd_disband(crowd);
    }
    /* What was refused here is refused again below, where it counts. */
    crowd->stop = STOP_NONE;
    crowd->error = 0;
    crowd->deserted = false;

    crowd->before.pss_kib = (double)memory_pss_kib(0);
    long available_kib = memory_settle_kib();
    crowd->before.available_kib = (double)available_kib;
    crowd->most_kib = arguments_number(arguments, "memory_mib") * 1024;
    if (crowd->most_kib == 0)
        crowd->most_kib = available_kib > 0 ? available_kib / 4 : LONG_MAX / 2;
    crowd->end_ns =
        clock_now_ns() +
        (uint64_t)arguments_number(arguments, "limit_ms") * 1000000U;
}

static int run(const struct arguments *arguments, struct table *table,
               char *message)
{
    struct crowd *crowd = NULL;
    int rc = crowd_make(arguments, &crowd, message);
    if (rc < 0)
        return rc;
    rc = pin_as_asked(arguments, message);
    if (rc < 0)
        return rc;

    crowd_begin(crowd, arguments);
    crowd_grow(crowd);
    unsigned started = crowd->started;
    crowd_disband(crowd);
    print(crowd, started, table);
    return 0;
}

static const struct key keys[] = {
    { "kind", NULL, 0, 0, "process or thread" },
    { "workers", NULL, 1, CROWD_MOST, "how many are created, at most" },
    { "at", "1,4,16,64,256,1024,4096,16384", 0, 0,
      "counts to look at: the last creations up to each are printed" },
    { "cpu", "-1", -1, 1023, "pin probe and workers to this CPU; -1: do not" },
    { "memory_mib", "0", 0, 16777216,
      "stop when they have taken so much; 0: a quarter of what is available" },
    { "limit_ms", "60000", 1, 600000, "stop creating after this time" },
    { NULL, NULL, 0, 0, NULL },
};

const struct measure measure_population = {
    "population", "what one more costs while others are alive", keys, run
};
