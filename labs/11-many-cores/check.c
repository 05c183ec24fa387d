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

enum { SIZE_MOST = 4200, FULL = 100, COUNTERS = 128, PARTS = 64 };
enum { NOBODY = -1, UNTOUCHED = -987654321 };

struct part {
    long from, to;
    pid_t tid;
};

/* What a trial tells the check. */
static struct facts {
    pid_t caller;
    long begin, end;
    int workers;
    bool kill_one; /* who has the first number, if it is a process */
    char marked[SIZE_MOST];

    struct gate gate; /* inside count(), once for each worker */
    _Atomic int parts, odd_parts, killed;
    struct part part[PARTS], odd; /* the first ones; the first odd one */
    _Atomic unsigned char times[SIZE_MOST]; /* how often counted */
    struct {
        _Atomic pid_t tid;
        pid_t pid;
        long found;
    } counter[COUNTERS]; /* who ever was inside */
    long total;

    bool looked;      /* everyone waited, some inside count() */
    int wave, others; /* how many inside then, and beside the caller */
    int early;        /* at work when the caller was back */
} * facts;

/* The caller's place in the table of counters, a new one the first time. */
static int find_counter(bool *ret_new)
{
    const pid_t me = gettid();
    *ret_new = false;
    for (int i = 0; i < COUNTERS - 1; i++) {
        pid_t nobody = 0;
        if (facts->counter[i].tid == me)
            return i;
        if (atomic_compare_exchange_strong(&facts->counter[i].tid, &nobody,
                                           me)) {
            facts->counter[i].pid = getpid();
            *ret_new = true;
            return i;
        }
    }
    return COUNTERS - 1;
}

static long count(long from, long to)
{
    const struct part part = { from, to, gettid() };
    const int number = facts->parts++;
    if (number < PARTS)
        facts->part[number] = part;
    const bool ends_early = from > to && from < facts->end;
    const bool outside = from < to && (from < facts->begin || to > facts->end);
    if ((ends_early || outside) && facts->odd_parts++ == 0)
        facts->odd = part;
    trial_step();
    if (from >= to)
        return 0;

    bool is_new;
    const int me = find_counter(&is_new);
    if (is_new)
        gate_wait(&facts->gate);
    if (facts->kill_one && getpid() != facts->caller && from == facts->begin) {
        facts->killed = 1;
        raise(SIGKILL);
    }
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
    const int at_work = gate_waiting(&facts->gate) + births_waiting();
    if (now->returned)
        facts->early = at_work;
    if (!now->returned && births_release_all() > 0)
        return true;
    if (at_work == 0)
        return false;
    if (!facts->looked) {
        facts->looked = true;
        facts->wave = at_work;
        facts->others = now->threads + now->processes;
    }
    return !now->returned && gate_release(&facts->gate) > 0;
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

static int counters(void)
{
    int n = 0;
    while (n < COUNTERS && facts->counter[n].tid != 0)
        n++;
    return n;
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
    const long size = facts->end - facts->begin;
    if (wave > asked)
        verdict_fail(
            outcome,
            "%d workers were at work at the same time, and %d were asked for. "
            "How many there are is the caller's to say: more than CPUs gain "
            "nothing, and each of them costs. See exercise.h.",
            wave, asked);
    if (!facts->looked || wave == asked || size < asked * FULL)
        return;
    if (counters() == 1 && births_tried() < asked - 1)
        verdict_fail(
            outcome,
            "%s counted all that was counted, and nobody helped. %d workers "
            "were to share the range, and to be at work at the same time. See "
            "exercise.h.",
            facts->counter[0].tid == facts->caller ? "The caller"
                                                   : "One worker",
            asked);
    if (counters() > wave && facts->others >= asked - 1)
        verdict_fail(
            outcome,
            "All %d workers were there, and only %d inside count(): the "
            "others waited for it to come out. No two count the same numbers, "
            "so nobody has to be kept away meanwhile. See exercise.h.",
            asked, wave);
    if (counters() > wave)
        verdict_fail(
            outcome,
            "Everyone waited for count() to come out, and only %d of %d "
            "workers had been started: the next one came afterwards. That "
            "happens when each is waited for before the next is started. See "
            "pthread_join(3), wait(2).",
            wave, asked);
    verdict_fail(
        outcome,
        "%d of %d workers had something to count, and the others nothing, "
        "though there were %ld numbers. How large a part may be depends on "
        "the size of the range, and on who is to share it. See exercise.h.",
        counters(), asked, size);
}

static void judge_odd_part(const struct outcome *outcome)
{
    const long from = facts->odd.from, to = facts->odd.to;
    const long begin = facts->begin, end = facts->end;
    if (facts->odd_parts == 0)
        return;
    if ((begin < INT_MIN || end > INT_MAX) && from >= INT_MIN && to <= INT_MAX)
        verdict_fail(
            outcome,
            "The range was %ld … %ld, and count(%ld, %ld) was called. Such "
            "numbers do not fit into an int, and this is what is left of "
            "them. See limits.h(0p): INT_MAX, LONG_MAX.",
            begin, end, from, to);
    if (from > to)
        verdict_fail(
            outcome,
            "count(%ld, %ld) was called: that part ends before it begins. The "
            "second argument says where a part ends, not how many numbers "
            "it has. See exercise.h.",
            from, to);
    if (from < begin)
        verdict_fail(outcome,
                     "The range was %ld … %ld, and count(%ld, %ld) was called. "
                     "The numbers below %ld belong to nobody: a range need "
                     "not begin at 0. See exercise.h.",
                     begin, end, from, to, begin);
    verdict_fail(outcome,
                 "The range was %ld … %ld, and count(%ld, %ld) was called. "
                 "%ld is not in the range any more, and in that part it is. "
                 "See exercise.h: which number is the last one?",
                 begin, end, from, to, end);
}

/* Two workers with the same part, which is not empty. */
static void judge_same_part(const struct outcome *outcome)
{
    const int parts = facts->parts < PARTS ? facts->parts : PARTS;
    for (int i = 1; i < parts; i++) {
        const struct part *const a = &facts->part[i];
        const struct part *b = facts->part;
        while (b < a && (b->from != a->from || b->to != a->to))
            b++;
        if (b == a || a->from == a->to || b->tid == a->tid)
            continue;
        if (a->from == facts->begin && a->to == facts->end)
            verdict_fail(outcome,
                         "Two workers were to count the whole range, %ld … "
                         "%ld. Then they do the work twice, and not in half "
                         "the time. See exercise.h: each number once.",
                         a->from, a->to);
        verdict_fail(
            outcome,
            "Two workers called count(%ld, %ld): the same part, and another "
            "part went to nobody. That happens when both get the address of "
            "one variable, which moves on before they look. See "
            "pthread_create(3) on arg: it is a pointer, not a copy.",
            a->from, a->to);
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
    if (n > 0)
        verdict_fail(outcome,
                     "%ld of %ld numbers were counted more than once, the "
                     "first of them %ld. count(from, to) does not look at "
                     "`to`: that is where the next part begins. See "
                     "exercise.h.",
                     n, size, first);
    n = find_times(0, 0, &first, &last);
    if (n == 0)
        return;
    if (n == last - first + 1 && last == facts->end - 1)
        verdict_fail(outcome,
                     "The last %ld of %ld numbers, from %ld on, were in "
                     "nobody's part. In C %ld / %d is %ld, and leaves a rest "
                     "of %ld: whose numbers are those?",
                     n, size, first, size, workers, size / workers,
                     size % workers);
    if (last < 0)
        verdict_fail(outcome,
                     "%ld of %ld numbers were in nobody's part, and all of "
                     "them are negative, from %ld on. What is %ld %% %d in C? "
                     "See exercise.h: a range may begin below 0.",
                     n, size, first, first, workers);
    verdict_fail(outcome,
                 "%ld of %ld numbers were in nobody's part, the first of them "
                 "%ld. count(from, to) looks at `from`, but not at `to`. See "
                 "exercise.h.",
                 n, size, first);
}

/* What became of what the children had found? */
static void judge_children(const struct outcome *outcome, long right)
{
    long lost = 0, cut = 0;
    for (int i = 0; i < counters(); i++) {
        const long found = facts->counter[i].found;
        if (facts->counter[i].pid == facts->caller)
            continue;
        lost += found;
        cut += found - (found & 255);
    }
    if (lost > 0 && facts->total == right - lost)
        verdict_fail(outcome,
                     "The total should be %ld, and you gave %ld: what the "
                     "children had found stayed with them. A child adds to its "
                     "own copy of a variable. See fork(2), mmap(2) on "
                     "MAP_SHARED, pipe(2).",
                     right, facts->total);
    if (cut > 0 && facts->total == right - cut)
        verdict_fail(outcome,
                     "The total should be %ld, and you gave %ld: of what each "
                     "child had found, only the low eight bits came home. An "
                     "exit status has no more. See wait(2), WEXITSTATUS; lab "
                     "06 has wider roads.",
                     right, facts->total);
}

static void judge_total(const struct outcome *outcome)
{
    const long got = facts->total;
    long right = 0;
    bool is_one_workers = false;
    for (int i = 0; i < counters(); i++) {
        right += facts->counter[i].found;
        is_one_workers |= facts->counter[i].found == got;
    }
    if (got == right)
        return;
    if (got == UNTOUCHED)
        verdict_fail(outcome,
                     "You reported 0, and *ret_total is as it was. Where is "
                     "the total to go? See exercise.h.");
    if (got == UNTOUCHED + right)
        verdict_fail(outcome,
                     "You have added the total to what was in *ret_total "
                     "before. The caller has put nothing there: the value is "
                     "whatever that memory held. See exercise.h.");
    judge_children(outcome, right);
    if (is_one_workers)
        verdict_fail(outcome,
                     "The total should be %ld, and you gave %ld: that is what "
                     "one of the workers found. Where do the others leave "
                     "theirs? See exercise.h.",
                     right, got);
    verdict_fail(outcome,
                 "The parts add up to %ld, and you gave %ld. Who adds, and can "
                 "two of them do it at the same moment? See exercise.h.",
                 right, got);
}

static void judge(const struct outcome *outcome)
{
    verdict_ended(outcome);
    judge_odd_part(outcome);
    judge_how_many(outcome);
    judge_early(outcome, "");
    judge_same_part(outcome);
    verdict_common(outcome);
    if (facts->parts == 0 && facts->end > facts->begin)
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

static void has_all_workers_at_work(void **state)
{
    (void)state;
    const struct outcome outcome = try(4, 1000, 4 * FULL + 4, NOBODY, false);
    judge(&outcome);
}

static void try_all(const long (*ranges)[3], size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct outcome outcome =
            try((int)ranges[i][0], ranges[i][1], ranges[i][2], NOBODY, false);
        judge(&outcome);
    }
}

static void counts_each_number_once(void **state)
{
    (void)state;
    static const long ranges[][3] = { /* workers, begin, how many numbers */
                                      { 4, 0, 403 },
                                      { 3, 77, 1000 },
                                      { 7, 5000, 4197 }
    };
    try_all(ranges, sizeof(ranges) / sizeof(ranges[0]));
}

static void shares_a_few_numbers(void **state)
{
    (void)state;
    static const long ranges[][3] = {
        { 4, 10, 3 }, { 4, 10, 0 }, { 8, 100, 11 }, { 1, 7, 2 }
    };
    try_all(ranges, sizeof(ranges) / sizeof(ranges[0]));
}

static void knows_negative_and_large_numbers(void **state)
{
    (void)state;
    static const long ranges[][3] = { { 4, -1001, 2002 },
                                      { 3, INT_MAX - 500L, 1001 } };
    try_all(ranges, sizeof(ranges) / sizeof(ranges[0]));
}

/* `missing`: what has happened, as the beginning of a sentence. */
static void judge_missing(const struct outcome *outcome, const char *missing)
{
    judge_early(outcome, missing);
    if (outcome->how == TRIAL_CRASHED)
        verdict_fail(outcome,
                     "%syour code crashed. That happens when it goes on as if "
                     "that worker were there. See fork(2) and "
                     "pthread_create(3), RETURN VALUE.",
                     missing);
    if (outcome->how == TRIAL_STUCK || outcome->how == TRIAL_SPINNING)
        verdict_fail(outcome,
                     "%scount_range waits for ever for something that this "
                     "worker was to do. Seen: %s.",
                     missing, outcome->census);
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
        skip(); /* threads, made in a way that nobody can stand in */
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
