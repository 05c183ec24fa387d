/* order: who is first, the starter with its next line or the worker with its
 * first? Main starts a worker and at once takes a ticket from a counter; the
 * worker's first act is to take one, too. Ticket 0 was first. Notice that
 * nothing else decides: nobody waits until both have theirs. */
#include "../clock.h"
#include "../errors.h"
#include "../measures.h"
#include "../pin.h"
#include "../shared.h"
#include "../worker.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

enum { STARTS_MAX = 100000 };

/* One start. The counter and what each side leaves behind keep apart. */
struct start {
    _Alignas(SHARED_PADDING) _Atomic uint32_t tickets;
    _Alignas(SHARED_PADDING) uint32_t main_ticket;
    uint64_t main_ns;
    int error;
    _Alignas(SHARED_PADDING) uint32_t worker_ticket;
    uint64_t worker_ns;
    int worker_cpu; /* it moves there before; -1: stays */
};

static int take_ticket(void *arg)
{
    struct start *start = arg;

    if (start->worker_cpu >= 0 && pin_to(start->worker_cpu) < 0)
        return 1;
    start->worker_ticket = atomic_fetch_add(&start->tickets, 1);
    start->worker_ns = clock_now_ns();
    return 0;
}

static void start_take(struct start *start, const struct worker_kind *kind)
{
    struct worker worker = { .kind = kind,
                             .target = take_ticket,
                             .arg = start };
    int code = 0;

    int rc = worker_start(&worker);
    if (rc == 0) {
        start->main_ticket = atomic_fetch_add(&start->tickets, 1);
        start->main_ns = clock_now_ns();
        rc = worker_join(&worker, &code);
    }

    start->error = -rc;
    if (rc == 0 && (code != 0 || atomic_load(&start->tickets) != 2 ||
                    start->main_ticket + start->worker_ticket != 1))
        start->error = EPROTO;
}

static void print(const struct start *starts, size_t warmups, size_t count,
                  struct table *table)
{
    table_begin(table, "index,warmup,main_first,lead_ns,error");
    for (size_t i = 0; i < count; i++) {
        const struct start *start = &starts[i];

        table_number(table, i);
        table_number(table, i < warmups);
        if (start->error == 0) {
            char lead[24];

            snprintf(lead, sizeof(lead), "%" PRId64,
                     (int64_t)(start->worker_ns - start->main_ns));
            table_number(table, start->main_ticket == 0);
            table_text(table, lead);
        } else {
            table_empty(table);
            table_empty(table);
        }
        table_text(table, error_name(start->error));
        table_end(table);
    }
}

static int run(const struct arguments *arguments, struct table *table,
               char *message)
{
    const char *name = arguments_word(arguments, "kind");
    const struct worker_kind *kind = worker_kind_find(name);
    size_t warmups = (size_t)arguments_number(arguments, "warmup");
    size_t count = warmups + (size_t)arguments_number(arguments, "starts");

    if (kind == NULL) {
        snprintf(message, MEASURE_MESSAGE, "kind=%.40s: give process or thread",
                 name);
        return -EINVAL;
    }
    struct start *starts = shared_map(count * sizeof(starts[0]));
    if (starts == NULL)
        return error_say(message, errno, "no memory for the starts");
    for (size_t i = 0; i < count; i++)
        starts[i].worker_cpu = (int)arguments_number(arguments, "worker_cpu");
    int rc = pin_as_asked(arguments, message);
    if (rc < 0)
        return rc;

    for (size_t i = 0; i < count; i++)
        start_take(&starts[i], kind);
    print(starts, warmups, count, table);
    return 0;
}

static const struct key keys[] = {
    { "kind", NULL, 0, 0, "process or thread" },
    { "starts", "20", 1, STARTS_MAX, "workers to start, one after the other" },
    { "warmup", "3", 0, STARTS_MAX, "starts before them that do not count" },
    { "cpu", "-1", -1, 1023, "pin the probe to this CPU; -1: do not" },
    { "worker_cpu", "-1", -1, 1023, "the worker moves there first; -1: stays" },
    { NULL, NULL, 0, 0, NULL },
};

const struct measure measure_order = {
    "order", "who comes first: the starter's next line or the worker's", keys,
    run
};
