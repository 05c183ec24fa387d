/* Checks exercise 13. handle() notes who called it and waits at a gate, one for
 * each request; whoever is made waits at its birth. When everyone waits, the
 * check counts: how many are in hand, how many are there? Then it lets one
 * request go, and counts again. Notice that no test looks at a clock. */
#define _GNU_SOURCE /* gettid */
#include "checking.h"
#include "exercise.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { REQUESTS = 24, NOBODY = -1 };

/* What a trial tells the check. Processes share it, too. */
static struct facts {
    pid_t caller;
    int requests, width;
    int held;                 /* the request that is let go last, or NOBODY */
    bool lenient;             /* the system refuses a worker: fewer may do */
    struct recorder recorder; /* which request */
    struct gate in_hand[REQUESTS];

    int let_go, last;         /* requests: how many, and the last of them */
    int now_in_hand, workers; /* at the last look, when everyone waited */
    bool too_few, too_many, crowded, early;
} * facts;

static bool is_request(int i)
{
    return i >= 0 && i < facts->requests;
}

static void handle(int request)
{
    recorder_note(&facts->recorder, 0, request);
    if (is_request(request))
        gate_wait(&facts->in_hand[request]);
}

static long call(void *unused)
{
    (void)unused;
    facts->caller = getpid();
    return serve(facts->requests, facts->width, handle);
}

/* One that is in hand; the held one only if there is no other. */
static int pick(void)
{
    int picked = facts->held;
    for (int i = 0; i < facts->requests; i++)
        if (i != facts->held && gate_waiting(&facts->in_hand[i]) > 0)
            picked = i;
    return picked;
}

static bool on_quiet(void *unused, const struct moment *now)
{
    (void)unused;
    int in_hand = 0;
    for (int i = 0; i < facts->requests; i++)
        in_hand += gate_waiting(&facts->in_hand[i]);
    facts->now_in_hand = in_hand;
    facts->workers = now->threads + now->processes;
    facts->early = now->returned && in_hand + births_waiting() > 0;
    facts->crowded = facts->workers > facts->width;
    if (facts->early || facts->crowded)
        return false;
    if (births_release_all() > 0)
        return true;

    const int left = facts->requests - facts->let_go;
    const int due = left < facts->width ? left : facts->width;
    facts->too_many = in_hand > facts->width;
    facts->too_few = !now->returned && in_hand < due;
    if (in_hand == 0 || facts->too_many || (facts->too_few && !facts->lenient))
        return false;
    facts->last = pick();
    facts->let_go += gate_release(&facts->in_hand[facts->last]);
    return true;
}

static struct outcome try(int requests, int width, int held, int refused)
{
    memset(facts, 0, sizeof(*facts));
    facts->requests = requests;
    facts->width = width;
    facts->held = held;
    facts->lenient = refused != NOBODY;
    births_park();
    births_fail_at(refused);
    const struct trial trial = {
        .body = call,
        .on_quiet = on_quiet,
        .facts = facts,
    };
    return trial_run(&trial);
}

static void judge_requests(const struct outcome *outcome)
{
    struct recorder *const recorder = &facts->recorder;
    for (int k = 0; k < recorder_rows(recorder); k++) {
        const int request = recorder->rows[k].index;
        if (!is_request(request))
            verdict_fail(outcome,
                         "handle(%d) was called. The requests have the numbers "
                         "0 to %d: look at where your loops end. See "
                         "exercise.h.",
                         request, facts->requests - 1);
        const struct record *const first = recorder_find(recorder, 0, request);
        if (first == &recorder->rows[k])
            continue;
        if (first->pid != recorder->rows[k].pid)
            verdict_fail(outcome,
                         "Request %d was served twice, by two processes. After "
                         "fork() each has its own copy of every variable, of "
                         "a counter, too: who has taken which request has to "
                         "be known to all. See fork(2), mmap(2) on "
                         "MAP_SHARED.",
                         request);
        verdict_fail(outcome,
                     "Request %d was served twice. That happens when several "
                     "workers read its number from one place before anybody "
                     "has moved on from it: all of them are new, and look "
                     "there when they first run. See exercise.h.",
                     request);
    }
}

static void judge_too_many(const struct outcome *outcome)
{
    const int width = facts->width;
    if (facts->too_many)
        verdict_fail(outcome,
                     "%d requests were in hand at the same time, and %d is the "
                     "limit. Whoever calls handle() counts, the caller's own "
                     "thread, too. See exercise.h.",
                     facts->now_in_hand, width);
    if (facts->crowded)
        verdict_fail(outcome,
                     "%d workers were there at the same time, and %d is the "
                     "limit for %d requests. One that only waits for its turn "
                     "takes memory and a place in the tables as well: who has "
                     "finished can fetch the next request. Or does a child go "
                     "on in the loop that made it? See exercise.h, fork(2).",
                     facts->workers, width, facts->requests);
}

static void judge_too_few(const struct outcome *outcome)
{
    const int width = facts->width, in_hand = facts->now_in_hand;
    const int left = facts->requests - facts->let_go;
    if (!facts->too_few || in_hand == 0)
        return;
    const bool by_caller =
        facts->recorder.rows[0].tid == facts->caller && facts->workers == 0;
    if (in_hand == 1 && facts->let_go == 0)
        verdict_fail(outcome,
                     "Everyone waited, %d requests were there, and one was in "
                     "hand%s: %d could be. Waiting takes no CPU, so many can "
                     "do it at the same time. Who waits while you wait? See "
                     "exercise.h.",
                     left, by_caller ? ", the caller's own thread with it" : "",
                     width);
    if (facts->let_go == 0)
        verdict_fail(outcome,
                     "Everyone waited, %d requests were there, and %d of them "
                     "were in hand: %d could be. See exercise.h.",
                     left, in_hand, width);
    int next = 0;
    while (recorder_find(&facts->recorder, 0, next) != NULL)
        next++;
    verdict_fail(outcome,
                 "Request %d was done, and nobody came for request %d: "
                 "everyone waited, and %d instead of %d were in hand. That "
                 "happens when it has to wait for a slow one, or belongs to "
                 "that one's worker from the start; or is never handed out. "
                 "See exercise.h.",
                 facts->last, next, in_hand, width);
}

static void judge_early(const struct outcome *outcome)
{
    if (!facts->early)
        return;
    verdict_fail(outcome,
                 "serve came back while %d of its workers %s still there. That "
                 "all requests have been handed out does not mean that all are "
                 "done. See pthread_join(3), waitpid(2).",
                 facts->workers, facts->workers == 1 ? "was" : "were");
}

static void judge_served(const struct outcome *outcome)
{
    const int served = recorder_rows(&facts->recorder);
    if (served < facts->requests)
        verdict_fail(outcome,
                     "serve came back with %ld, and of %d requests %d were "
                     "served, %d workers being the limit. Look at the last "
                     "ones. See exercise.h.",
                     outcome->result, facts->requests, served, facts->width);
}

static void judge(const struct outcome *outcome)
{
    judge_early(outcome);
    judge_requests(outcome);
    judge_too_many(outcome);
    if (outcome->how == TRIAL_STUCK || outcome->how == TRIAL_RETURNED)
        judge_too_few(outcome);
    verdict_common(outcome);
    judge_served(outcome);
    if (outcome->result != 0)
        verdict_fail(outcome,
                     "All %d requests were served, and you reported %ld; the "
                     "contract says 0 then. See exercise.h.",
                     facts->requests, outcome->result);
    verdict_leftovers(outcome);
}

static void has_exactly_width_in_hand(void **state)
{
    (void)state;
    const struct outcome outcome = try(8, 3, NOBODY, NOBODY);
    judge(&outcome);
}

/* Whichever is the slow one. */
static void goes_on_beside_a_slow_request(void **state)
{
    (void)state;
    for (int held = 0; held < 3; held++) {
        const struct outcome outcome = try(8, 3, held, NOBODY);
        judge(&outcome);
    }
}

static void serves_few_and_many(void **state)
{
    (void)state;
    static const struct {
        int requests, width;
    } loads[] = { { 2, 5 }, { 4, 4 }, { 3, 1 }, { 0, 3 }, { REQUESTS, 10 } };
    for (size_t k = 0; k < sizeof(loads) / sizeof(loads[0]); k++) {
        const struct outcome outcome =
            try(loads[k].requests, loads[k].width, NOBODY, NOBODY);
        judge(&outcome);
    }
}

static void judge_refused(const struct outcome *outcome, int refused)
{
    judge_early(outcome);
    judge_requests(outcome);
    verdict_ended(outcome);
    if (outcome->how != TRIAL_RETURNED)
        verdict_fail(outcome,
                     "The system refused worker %d (EAGAIN), and serve never "
                     "came back: it waits for something that this worker was "
                     "to do. Seen: %s. See pthread_create(3) or fork(2), "
                     "RETURN VALUE.",
                     refused, outcome->census);
    if (outcome->result == 0 &&
        recorder_rows(&facts->recorder) < facts->requests)
        verdict_fail(outcome,
                     "The system refused worker %d (EAGAIN), %d of %d requests "
                     "were served, and you reported 0: your caller believes "
                     "that all is done. See exercise.h.",
                     refused, recorder_rows(&facts->recorder), facts->requests);
    if (outcome->result != 0 && outcome->result != -1)
        verdict_fail(outcome,
                     "The system refused worker %d (EAGAIN), and you reported "
                     "%ld; the contract knows 0 and -1. See exercise.h.",
                     refused, outcome->result);
    verdict_leftovers(outcome);
}

static void copes_with_a_refused_worker(void **state)
{
    (void)state;
    static const int refused[] = { 1, 0 };
    for (size_t k = 0; k < sizeof(refused) / sizeof(refused[0]); k++) {
        const struct outcome outcome = try(8, 3, NOBODY, refused[k]);
        if (births_tried() == 0)
            checking_skip("no call of pthread_create or fork to refuse");
        judge_refused(&outcome, refused[k]);
    }
}

int main(int argc, char **argv)
{
    facts = trial_shared(sizeof(*facts));
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_exactly_width_in_hand),
        cmocka_unit_test(goes_on_beside_a_slow_request),
        cmocka_unit_test(serves_few_and_many),
        cmocka_unit_test(copes_with_a_refused_worker),
    };
    return checking_run(argc, argv, tests, sizeof(tests) / sizeof(tests[0]));
}
