/* Checks exercise 11. count() notes which part it was asked for, and by whom;
 * each worker waits at a gate in its first call. So all that can be at work at
 * the same time are, every time. Notice that no test looks at a clock. */
#define _GNU_SOURCE /* gettid */
#include "checking.h"
#include "exercise.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { SIZE_MOST = 4200, FULL = 100, COUNTERS = 128 };
enum { NOBODY = -1, UNTOUCHED = -987654321 };

struct part {
    long from, to;
};

/* What a trial tells the check. */
static struct facts {
    pid_t caller;
    long begin, end;
    int workers;
    bool kill_one; /* who has the first number, if it is a process */
    char marked[SIZE_MOST];

    struct gate gate; /* inside count(), once for each worker */
    struct gate late; /* then once more, for who has the first number */
    _Atomic int odd_parts, killed;
    struct part odd;                        /* the first odd one */
    _Atomic unsigned char times[SIZE_MOST]; /* how often counted */
    _Atomic int counters;
    struct {
        pid_t pid;
        struct part first;
        long found;
    } counter[COUNTERS]; /* who ever was inside */
    long total;

    bool looked;      /* everyone waited, some inside count() */
    int wave, others; /* how many inside then, and beside the caller */
    int early;        /* at work when the caller was back */
} * facts;

/* The caller's row in the table of counters; a new one waits at the gate. A
 * forked child brings its parent's `me` along, but not its tid. */
static int find_counter(struct part part)
{
    static _Thread_local int me;
    static _Thread_local pid_t tid;
    if (tid == gettid())
        return me;
    tid = gettid();
    me = facts->counters++;
    if (me >= COUNTERS)
        me = COUNTERS - 1;
    facts->counter[me].pid = getpid();
    facts->counter[me].first = part;
    gate_wait(&facts->gate);
    return me;
}

static long count(long from, long to)
{
    const struct part part = { from, to };
    const bool ends_early = from > to && from < facts->end;
    const bool outside = from < to && (from < facts->begin || to > facts->end);
    if ((ends_early || outside) && facts->odd_parts++ == 0)
        facts->odd = part;
    trial_step();
    if (from >= to)
        return 0;

    const int me = find_counter(part);
    if (facts->kill_one && getpid() != facts->caller && from == facts->begin) {
        facts->killed = 1;
        raise(SIGKILL);
    }
    if (from == facts->begin)
        gate_wait(&facts->late);
    long found = 0;
    const long first = from > facts->begin ? from : facts->begin;
    for (long n = first; n < to && n < facts->end; n++) {
        facts->times[n - facts->begin]++;
        found += facts->marked[n - facts->begin];
    }
    facts->counter[me].found += found;
    return found;
}

static long call(void *unused)
{
    (void)unused;
    long total = UNTOUCHED; /* in private memory, as a caller's would be */
    facts->caller = getpid();
    const long result =
        count_range(facts->begin, facts->end, facts->workers, count, &total);
    if (getpid() == facts->caller)
        facts->total = total;
    return result;
}

static bool on_quiet(void *unused, const struct moment *now)
{
    (void)unused;
    const int inside = gate_waiting(&facts->gate) + gate_waiting(&facts->late);
    const int at_work = inside + births_waiting();
    if (now->returned) {
        facts->early = at_work;
        return false;
    }
    if (births_release_all() > 0)
        return true;
    if (at_work > 0 && !facts->looked) {
        facts->looked = true;
        facts->wave = at_work;
        facts->others = now->threads + now->processes;
    }
    return gate_release(&facts->gate) > 0 || gate_release(&facts->late) > 0;
}

static struct outcome try(int workers, long begin, long size, int refused,
                          bool kill_one)
{
    memset(facts, 0, sizeof(*facts));
    facts->begin = begin;
    facts->end = begin + size;
    facts->workers = workers;
    facts->kill_one = kill_one;
    for (long i = 0; i < size; i++)
        facts->marked[i] = i * i % 7 < 4;
    births_park();
    births_fail_at(refused);
    const struct trial trial = {
        .body = call,
        .on_quiet = on_quiet,
        .facts = facts,
    };
    return trial_run(&trial);
}

static void judge_early(const struct outcome *outcome, const char *when)
{
    if (facts->early == 0)
        return;
    verdict_fail(
        outcome,
        "%scount_range came back while %d of its workers %s still at work. "
        "What they find comes too late for the total, and nobody waits for "
        "their end. See pthread_join(3), wait(2).",
        when, facts->early, facts->early == 1 ? "was" : "were");
}

static void judge_how_many(const struct outcome *outcome)
{
    const int asked = facts->workers, wave = facts->wave;
    const int came = facts->counters;
    const long size = facts->end - facts->begin;
    if (!facts->looked || wave == asked ||
        (wave < asked && size < asked * FULL))
        return;
    const char *why =
        "The others had nothing to count. How large a part may be depends on "
        "the size of the range, and on who is to share it.";
    if (wave > asked)
        why = "How many there are is the caller's to say: more than CPUs gain "
              "nothing, and each of them costs.";
    else if (came == 1 && births_tried() < asked - 1)
        why = "One alone counted all that was counted, and nobody helped.";
    else if (came > wave && facts->others >= asked - 1)
        why = "The others were there, and waited for it to come out. No two "
              "count the same numbers, so nobody has to be kept away.";
    else if (came > wave)
        why = "The next one was started when count() had come back. That "
              "happens when each is waited for before the next is started: "
              "see pthread_join(3), wait(2).";
    verdict_fail(outcome,
                 "%d workers were to count %ld numbers, and %d %s inside "
                 "count() at the same time. %s See exercise.h.",
                 asked, size, wave, wave == 1 ? "was" : "were", why);
}

static void judge_odd_part(const struct outcome *outcome)
{
    const long from = facts->odd.from, to = facts->odd.to;
    const long begin = facts->begin, end = facts->end;
    if (facts->odd_parts == 0)
        return;
    const char *why = "The last part ends where the range ends, and not "
                      "behind it.";
    if ((begin < INT_MIN || end > INT_MAX) && from >= INT_MIN && to <= INT_MAX)
        why = "Such numbers do not fit into an int, and this is what is left "
              "of them: see INT_MAX and LONG_MAX in <limits.h>.";
    else if (from > to)
        why = "That part ends before it begins: the second argument says where "
              "a part ends, not how many numbers it has.";
    else if (from < begin)
        why = "Numbers below the range belong to nobody: it need not begin at "
              "0.";
    verdict_fail(outcome,
                 "The range was from %ld up to, not including, %ld; and "
                 "count(%ld, %ld) was called. %s See exercise.h.",
                 begin, end, from, to, why);
}

/* Two workers that began with the same part. */
static void judge_same_part(const struct outcome *outcome)
{
    const char *why =
        "Then another part went to nobody. That happens when both get the "
        "address of one variable, which moves on before they look. See "
        "pthread_create(3): arg is a pointer, not a copy.";
    const int n = facts->counters < COUNTERS ? facts->counters : COUNTERS;
    for (int i = 1; i < n; i++) {
        const struct part a = facts->counter[i].first;
        if (a.from == facts->begin && a.to == facts->end)
            why = "That is the whole range: they do the work twice, and not in "
                  "half the time. See exercise.h: each number once.";
        for (int k = 0; k < i; k++) {
            const struct part b = facts->counter[k].first;
            if (a.from == b.from && a.to == b.to)
                verdict_fail(outcome, "Two workers called count(%ld, %ld). %s",
                             a.from, a.to, why);
        }
    }
}

/* How many numbers were counted so often; the first and the last of them. */
static long find_times(int least, int most, long *ret_first, long *ret_last)
{
    long n = 0;
    *ret_first = *ret_last = 0;
    for (long i = 0; i < facts->end - facts->begin; i++) {
        if (facts->times[i] < least || facts->times[i] > most)
            continue;
        *ret_last = facts->begin + i;
        if (n++ == 0)
            *ret_first = *ret_last;
    }
    return n;
}

static void judge_numbers(const struct outcome *outcome)
{
    const long size = facts->end - facts->begin;
    const int workers = facts->workers;
    long first, last;
    long n = find_times(2, UCHAR_MAX, &first, &last);
    const char *how = "counted more than once";
    const char *why = "count(from, to) does not look at `to`: that is where "
                      "the next part begins.";
    if (n == 0) {
        n = find_times(0, 0, &first, &last);
        how = "in nobody's part";
        why = last < 0 ? "All of them are negative: what is -1 % 4 in C?"
                       : "count(from, to) looks at `from`, but not at `to`.";
    }
    if (n == 0)
        return;
    if (facts->times[size - 1] == 0 && n == last - first + 1)
        verdict_fail(outcome,
                     "The last %ld of %ld numbers, from %ld on, were in "
                     "nobody's part. In C %ld / %d is %ld, and leaves a rest "
                     "of %ld: whose numbers are those?",
                     n, size, first, size, workers, size / workers,
                     size % workers);
    verdict_fail(outcome,
                 "%ld of %ld numbers were %s, the first of them %ld. %s See "
                 "exercise.h.",
                 n, size, how, first, why);
}

static void judge_total(const struct outcome *outcome)
{
    const long got = facts->total;
    long right = 0, lost = 0, cut = 0;
    bool is_one_workers = false;
    for (int i = 0; i < COUNTERS; i++) {
        const long found = facts->counter[i].found;
        const bool is_child = facts->counter[i].pid != facts->caller;
        right += found;
        lost += is_child ? found : 0;
        cut += is_child ? found - (found & 255) : 0;
        is_one_workers |= found > 0 && found == got;
    }
    if (got == right)
        return;
    const char *why =
        "Had each worker ended when you read its result? wait() comes back "
        "with whoever ended first. And can two add at the same moment?";
    if (got == UNTOUCHED)
        why = "*ret_total is as it was. Where is the total to go?";
    else if (got == UNTOUCHED + right)
        why = "it is added to what was in *ret_total before, whatever that "
              "memory held.";
    else if (got == right - lost)
        why = "what the children had found stayed with them. A child adds to "
              "its own copy of a variable: see fork(2), mmap(2) on MAP_SHARED, "
              "pipe(2).";
    else if (got == right - cut)
        why = "of what each child had found, only the low eight bits came "
              "home. An exit status has no more: see wait(2), WEXITSTATUS. "
              "Lab 06 has wider roads.";
    else if (is_one_workers)
        why = "that is what one of the workers found. Where do the others "
              "leave theirs?";
    verdict_fail(outcome,
                 "You reported 0. The total should be %ld, and it is %ld: %s "
                 "See exercise.h.",
                 right, got, why);
}

static void judge(const struct outcome *outcome)
{
    verdict_ended(outcome);
    judge_odd_part(outcome);
    judge_how_many(outcome);
    judge_early(outcome, "");
    judge_same_part(outcome);
    verdict_common(outcome);
    if (facts->counters == 0 && facts->odd_parts == 0 &&
        facts->end > facts->begin)
        verdict_fail(outcome,
                     "count_range came back with %ld, and nobody has called "
                     "count(). See fork(2) or pthread_create(3).",
                     outcome->result);
    judge_numbers(outcome);
    if (outcome->result != 0)
        verdict_fail(outcome,
                     "All %ld numbers were counted, and you reported %ld; the "
                     "contract says 0 then. See exercise.h.",
                     facts->end - facts->begin, outcome->result);
    judge_total(outcome);
    verdict_leftovers(outcome);
}

static void try_all(const long (*ranges)[3], size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct outcome outcome =
            try((int)ranges[i][0], ranges[i][1], ranges[i][2], NOBODY, false);
        judge(&outcome);
    }
}

/* In each row: workers, begin, how many numbers. */
static void has_all_workers_at_work(void **state)
{
    (void)state;
    static const long ranges[][3] = { { 4, 1000, 4 * FULL + 4 } };
    try_all(ranges, 1);
}

static void counts_each_number_once(void **state)
{
    (void)state;
    static const long ranges[][3] = { { 4, 0, 403 },
                                      { 3, 77, 1000 },
                                      { 7, 5000, 4197 } };
    try_all(ranges, 3);
}

static void shares_a_few_numbers(void **state)
{
    (void)state;
    static const long ranges[][3] = {
        { 4, 10, 3 }, { 4, 10, 0 }, { 8, 100, 11 }, { 1, 7, 2 }
    };
    try_all(ranges, 4);
}

static void knows_negative_and_large_numbers(void **state)
{
    (void)state;
    /* Beyond the ints, or up to the last of them where a long is no larger. */
    const long large = INT_MAX - (sizeof(long) > sizeof(int) ? 500L : 2000L);
    const long ranges[][3] = { { 4, -1001, 2002 }, { 3, large, 1001 } };
    try_all(ranges, 2);
}

/* `missing`: what has happened, as the beginning of a sentence. */
static void judge_missing(const struct outcome *outcome, const char *missing)
{
    judge_early(outcome, missing);
    const bool crashed = outcome->how == TRIAL_CRASHED;
    if (crashed || outcome->how == TRIAL_STUCK ||
        outcome->how == TRIAL_SPINNING)
        verdict_fail(outcome,
                     "%scount_range never came back: %s. That happens when it "
                     "goes on as if that worker were there. See fork(2) and "
                     "pthread_create(3), RETURN VALUE.",
                     missing, crashed ? "it crashed" : outcome->census);
    verdict_common(outcome);
    long first, last;
    const long lost = find_times(0, 0, &first, &last);
    if (outcome->result == 0 && lost > 0)
        verdict_fail(outcome,
                     "%syou reported 0, with a total that lacks %ld numbers. "
                     "Nobody can see that in a total: the caller has to be "
                     "told. See exercise.h, and fork(2), pthread_create(3), "
                     "wait(2).",
                     missing, lost);
    if (outcome->result == 0)
        judge_total(outcome); /* somebody else has counted them: as good */
    else if (outcome->result != -1)
        verdict_fail(outcome,
                     "%syou reported %ld. The contract says -1 then. See "
                     "exercise.h.",
                     missing, outcome->result);
    verdict_leftovers(outcome);
}

static void says_when_a_worker_is_missing(void **state)
{
    (void)state;
    static const int refused[] = { 1, 0, 2 };
    bool tried = false;
    for (size_t k = 0; k < sizeof(refused) / sizeof(refused[0]); k++) {
        const struct outcome outcome = try(4, 0, 4 * FULL, refused[k], false);
        char missing[80];
        snprintf(missing, sizeof(missing),
                 "The system refused a worker (EAGAIN, creation %d), and ",
                 1 + refused[k]);
        if (births_tried() <= refused[k])
            break;
        judge_missing(&outcome, missing);
        tried = true;
    }
    const struct outcome outcome = try(4, 0, 4 * FULL, NOBODY, true);
    if (facts->killed)
        judge_missing(&outcome, "A worker's process was killed (SIGKILL) "
                                "while it counted, and ");
    else if (!tried)
        checking_skip("no call of pthread_create or fork to refuse");
}

int main(int argc, char **argv)
{
    facts = trial_shared(sizeof(*facts));
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_all_workers_at_work),
        cmocka_unit_test(counts_each_number_once),
        cmocka_unit_test(shares_a_few_numbers),
        cmocka_unit_test(knows_negative_and_large_numbers),
        cmocka_unit_test(says_when_a_worker_is_missing),
    };
    return checking_run(argc, argv, tests, sizeof(tests) / sizeof(tests[0]));
}
