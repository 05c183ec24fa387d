/* Checks exercise 14. The queue is played like a game of chess: a script says
 * who puts, takes or closes next, and each move is made when everyone waits: so
 * it is known after each what has to have come back. The condition variables
 * use every freedom that POSIX gives them (condhook.h), a second thread comes
 * in between the test and the sleep (duel.h), and the pool's tasks wait at
 * gates. Notice that no test looks at a clock. */
#include "checking.h"
#include "condhook.h"
#include "duel.h"
#include "exercise.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Where a duel stops the first: usually before it sleeps, before it wakes
 * somebody, after it has let go of the lock. (1 is before it has begun.) */
enum { FIRST_PLACE = 2, LAST_PLACE = 4 };
enum { MOVES = 12, TASKS = 8, NOBODY = -1, NO_QUEUE = 1, NO_THREADS = 2 };
enum { DONE_AT_ALL = 2, STILL_THERE = 3 }; /* beside the results 0 and -1 */

/* p puts, t takes, c closes, each in a thread of its own. A script with a dot is
 * slow: who was woken is kept waiting until the dot. One that begins with ! has
 * its first wait come back without a signal. */
struct scene {
    int capacity;
    const char *script;
};

enum flaw {
    NONE,
    ODD_RESULT,
    NOT_CLOSED,
    AFTER_CLOSE,
    INVENTED,
    CROWDED,
    LEFT_BEHIND,
    ASLEEP_AT_CLOSE,
    TAKER_ASLEEP,
    PUTTER_ASLEEP,
};

struct move {
    char kind;
    int item, result; /* item: put or taken */
    bool late;        /* begun after the close */
    _Atomic bool done;
};

/* What a trial tells the check. */
static struct facts {
    /* A scene's */
    int n, begun; /* moves */
    const char *next;
    struct move moves[MOVES];
    struct gate gates[MOVES];
    enum flaw flaw;

    /* A pool's */
    pid_t caller;
    int workers, capacity, tasks, refused;
    struct recorder recorder; /* which task */
    struct gate in_task[TASKS];
    int let_go, in_hand, threads;
    bool too_few, too_many, early;
} * facts;

static struct condhook *hook;
static const struct scene *scene; /* the judge's, and by fork the trial's */
static struct queue *queue;       /* the trial's */

/* ---- the queue, move by move */

static void make_move(struct move *move)
{
    if (move->kind == 'p')
        move->result = queue_put(queue, move->item);
    else if (move->kind == 't')
        move->result = queue_take(queue, &move->item);
    else
        queue_close(queue);
    move->done = true;
    trial_step();
}

static void *wait_and_move(void *arg)
{
    struct move *const move = arg;
    gate_wait(&facts->gates[move - facts->moves]);
    make_move(move);
    return NULL;
}

static long play(void *unused)
{
    (void)unused;
    pthread_t threads[MOVES];
    queue = queue_open(scene->capacity);
    if (queue == NULL)
        return NO_QUEUE;
    for (int k = 0; k < facts->n; k++)
        if (pthread_create(&threads[k], NULL, wait_and_move,
                           &facts->moves[k]) != 0)
            return NO_THREADS;
    for (int k = 0; k < facts->n; k++)
        pthread_join(threads[k], NULL);
    queue_free(queue);
    return 0;
}

/* Of the moves begun: how many of this kind gave this result? */
static int count(char kind, int result)
{
    int found = 0;
    for (int k = 0; k < facts->begun; k++) {
        const struct move *const move = &facts->moves[k];
        const int is = !move->done ? STILL_THERE : move->result;
        found += move->kind == kind &&
                 (is == result || (result == DONE_AT_ALL && move->done));
    }
    return found;
}

/* Somebody took an item that nobody has put, or that another had taken. */
static const struct move *find_invented(void)
{
    for (int k = 0; k < facts->begun; k++) {
        const struct move *const move = &facts->moves[k];
        if (move->kind != 't' || !move->done || move->result != 0)
            continue;
        int there = 0;
        for (int j = 0; j < facts->begun; j++) {
            const struct move *const other = &facts->moves[j];
            if (other->item == move->item && !(other->done && other->result))
                there += other->kind == 'p' ? 1 : other->done ? -1 : 0;
        }
        if (there < 0)
            return move;
    }
    return NULL;
}

/* Everyone waits. As long as some are kept waiting that were woken, one cannot
 * say who sleeps in vain. */
static enum flaw find_flaw(bool settled)
{
    const int puts = count('p', 0), takes = count('t', 0);
    const int refused = count('p', -1), ended = count('t', -1);
    const int putters = count('p', STILL_THERE);
    const int takers = count('t', STILL_THERE);
    const bool closed = count('c', DONE_AT_ALL) + count('c', STILL_THERE) > 0;

    const int inside = puts - takes;
    if (count('p', DONE_AT_ALL) != puts + refused ||
        count('t', DONE_AT_ALL) != takes + ended)
        return ODD_RESULT;
    if (!closed && refused + ended > 0)
        return NOT_CLOSED;
    for (int k = 0; k < facts->begun; k++)
        if (facts->moves[k].kind == 'p' && facts->moves[k].late &&
            facts->moves[k].done && facts->moves[k].result == 0)
            return AFTER_CLOSE;
    if (find_invented() != NULL)
        return INVENTED;
    if (!settled)
        return NONE;
    if (inside > scene->capacity)
        return CROWDED;
    if (ended > 0 && inside > 0)
        return LEFT_BEHIND;
    if (closed && putters + takers > 0)
        return ASLEEP_AT_CLOSE;
    if (takers > 0 && inside > 0)
        return TAKER_ASLEEP;
    return putters > 0 && inside < scene->capacity ? PUTTER_ASLEEP : NONE;
}

static bool next_move(void *unused, const struct moment *now)
{
    (void)unused;
    (void)now;
    const int kept = gate_waiting(&hook->awake);
    if (kept == 0)
        gate_shut(&hook->awake); /* those who passed are through */
    facts->flaw = find_flaw(kept == 0);
    if (facts->flaw != NONE)
        return false;
    if (*facts->next == '\0' || *facts->next == '.') {
        facts->next += *facts->next == '.';
        return gate_release(&hook->awake) > 0 || *facts->next != '\0';
    }
    facts->moves[facts->begun].late =
        count('c', DONE_AT_ALL) + count('c', STILL_THERE) > 0;
    facts->next++;
    gate_open(&facts->gates[facts->begun++]);
    return true;
}

/* "take: still waits; put 107: 0; close" */
static const char *tell(void)
{
    static char text[640];
    size_t used = 0;
    text[0] = '\0';
    for (int k = 0; k < facts->begun && used < sizeof(text); k++) {
        const struct move *const move = &facts->moves[k];
        char result[24] = "", item[16] = "";
        if (move->kind == 'p')
            snprintf(item, sizeof(item), " %d", move->item);
        if (!move->done)
            snprintf(result, sizeof(result), ": still waits");
        else if (move->kind == 't' && move->result == 0)
            snprintf(result, sizeof(result), ": 0, item %d", move->item);
        else if (move->kind != 'c')
            snprintf(result, sizeof(result), ": %d", move->result);
        used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s%s%s",
                                 k > 0 ? "; " : "",
                                 move->kind == 'p'   ? "put"
                                 : move->kind == 't' ? "take"
                                                     : "close",
                                 item, result);
    }
    return text;
}

static bool is_slow(void)
{
    return strchr(scene->script, '.') != NULL;
}

/* It went on although it should have waited. */
static const char *why_it_went_on(void)
{
    if (scene->script[0] == '!')
        return "A wait came back without a signal, as POSIX allows, and your "
               "code went on as if there had been one. What has to be asked "
               "again whenever a wait comes back? See pthread_cond_wait(3), "
               "spurious wakeups.";
    if (is_slow())
        return "Between the signal and the moment in which the woken thread "
               "has the mutex again, another thread was quicker. What was "
               "true at the signal need not be true when the wait comes back. "
               "See pthread_cond_wait(3).";
    return "Somebody had to wait there, and did not. See exercise.h, "
           "pthread_cond_wait(3).";
}

static const char *why_it_sleeps(void)
{
    if (is_slow())
        return "A wake-up got lost. A signal wakes one waiter, whichever the "
               "system likes: do all that may sleep there wait for the same "
               "thing, and is there a signal for each item and for each "
               "place? See pthread_cond_signal(3).";
    return "Who should have woken it? Or does it wait for a mutex that a "
           "sleeper still holds? See pthread_cond_signal(3), "
           "pthread_cond_wait(3).";
}

static void judge_flaw(const struct outcome *outcome)
{
    static const struct {
        const char *seen, *(*why)(void);
    } words[] = {
        [ODD_RESULT] = { "The contract knows 0 and -1 only. See exercise.h.",
                         NULL },
        [NOT_CLOSED] = { "Nobody had closed the queue, so nobody gets -1: who "
                         "finds it full or empty waits. See exercise.h.",
                         NULL },
        [AFTER_CLOSE] = { "A put after the close gave 0. Those who take may "
                          "have gone home by then, and the item is lost: -1 "
                          "tells whoever brings it. See exercise.h.",
                          NULL },
        [INVENTED] = { "A take gave an item that was not there. ",
                       why_it_went_on },
        [CROWDED] = { "Those are more items than the queue has places. ",
                      why_it_went_on },
        [LEFT_BEHIND] = { "A take gave -1, and something was left in the "
                          "queue. Closed means that nothing more comes; what "
                          "is in it comes out first. See exercise.h.",
                          NULL },
        [ASLEEP_AT_CLOSE] = { "The queue is closed, and somebody who waited "
                              "sleeps for ever: no put and no take will come "
                              "to end that. Whom does the close concern, and "
                              "how many does a signal wake? See "
                              "pthread_cond_broadcast(3).",
                              NULL },
        [TAKER_ASLEEP] = { "An item is there, and who wants one sleeps in "
                           "queue_take. ",
                           why_it_sleeps },
        [PUTTER_ASLEEP] = { "There is room, and who brings an item sleeps in "
                            "queue_put. ",
                            why_it_sleeps },
    };
    const enum flaw flaw = facts->flaw;
    if (flaw != NONE)
        verdict_fail(outcome, "With a capacity of %d: %s. %s%s",
                     scene->capacity, tell(), words[flaw].seen,
                     words[flaw].why != NULL ? words[flaw].why() : "");
}

/* Those who have to wait do so to the end of the trial: asleep? */
static void judge_end(const struct outcome *outcome)
{
    const bool waits = count('p', STILL_THERE) + count('t', STILL_THERE) > 0;
    if (outcome->how == TRIAL_SPINNING && waits)
        verdict_fail(outcome,
                     "With a capacity of %d: %s. Who waits there does not "
                     "sleep, but looks again and again, and takes a CPU away "
                     "from those who work. A condition variable lets it sleep "
                     "until there is a reason to look. See "
                     "pthread_cond_wait(3).",
                     scene->capacity, tell());
    if (outcome->how == TRIAL_STUCK && waits && *facts->next == '\0')
        return; /* as it should be: nobody came */
    verdict_common(outcome);
    if (outcome->result == NO_THREADS)
        skip();
    if (outcome->result == NO_QUEUE)
        verdict_fail(outcome,
                     "queue_open(%d) gave NULL: there is no queue. See "
                     "exercise.h, malloc(3).",
                     scene->capacity);
    verdict_leftovers(outcome);
}

static void run_scene(const struct scene *to_play)
{
    memset(facts, 0, sizeof(*facts));
    scene = to_play;
    hook = condhook_setup();
    hook->spurious = scene->script[0] == '!';
    hook->slow_wakers = is_slow();
    facts->next = scene->script + hook->spurious;
    for (const char *c = facts->next; *c != '\0'; c++)
        if (*c != '.') {
            struct move *const move = &facts->moves[facts->n++];
            move->kind = *c;
            move->item = *c == 'p' ? 93 + 7 * facts->n : 0;
        }
    const struct trial trial = {
        .body = play,
        .on_quiet = next_move,
        .facts = facts,
    };
    const struct outcome outcome = trial_run(&trial);
    if (outcome.how != TRIAL_CRASHED && outcome.how != TRIAL_EXITED)
        judge_flaw(&outcome);
    judge_end(&outcome);
}

/* The items have growing numbers. */
static void judge_order(void)
{
    int last = 0;
    for (int k = 0; k < facts->n; k++) {
        const struct move *const move = &facts->moves[k];
        if (move->kind != 't' || move->result != 0)
            continue;
        if (move->item < last)
            verdict_fail(NULL,
                         "With a capacity of %d: %s. Item %d came out after "
                         "item %d, which had come in later. The oldest comes "
                         "out first. See exercise.h.",
                         scene->capacity, tell(), move->item, last);
        last = move->item;
    }
}

/* ---- a second thread between the test and the sleep */

static const struct duel_scene {
    int capacity, inside;
    char first, second;
} * duel_scene;

static void duel_setup(void *unused)
{
    (void)unused;
    queue = queue_open(duel_scene->capacity);
    for (int k = 0; queue != NULL && k < duel_scene->inside; k++)
        queue_put(queue, k);
}

static void duel_first(void *unused)
{
    (void)unused;
    if (queue != NULL)
        make_move(&facts->moves[0]);
}

static void duel_second(void *unused)
{
    (void)unused;
    if (queue != NULL)
        make_move(&facts->moves[1]);
}

static void run_duel(const struct duel_scene *to_play)
{
    const struct duel duel = { .setup = duel_setup,
                               .first = duel_first,
                               .second = duel_second,
                               .facts = facts };
    struct duel_result result;
    duel_scene = to_play;
    for (int stop = FIRST_PLACE; stop <= LAST_PLACE; stop++) {
        memset(facts, 0, sizeof(*facts));
        facts->begun = 2;
        facts->moves[0] = (struct move){ .kind = to_play->first, .item = 100 };
        facts->moves[1] = (struct move){ .kind = to_play->second, .item = 107 };
        hook = condhook_setup();
        result = duel_run(&duel, stop, 0);
        verdict_ended(&result.outcome);
        if (result.outcome.how == TRIAL_STUCK)
            verdict_fail(
                &result.outcome,
                "A %s sleeps for ever beside a %s: it had looked and found "
                "that it had to wait; before it slept, the other came, did "
                "its part and woke whoever slept, which was nobody. Between "
                "the look and the sleep the other has to be kept out. Which "
                "lock does each hold then? See pthread_cond_wait(3).",
                to_play->first == 't' ? "take" : "put",
                to_play->second == 't'   ? "take"
                : to_play->second == 'p' ? "put"
                                         : "close");
        verdict_common(&result.outcome);
        const int due = to_play->second == 'c' ? -1 : 0;
        if (facts->moves[0].result != due || facts->moves[1].result != 0)
            verdict_fail(&result.outcome,
                         "Two at the same time on a queue of %d, %d inside: "
                         "%s. The first was to give %d. See exercise.h.",
                         to_play->capacity, to_play->inside, tell(), due);
        if (!result.first.stopped)
            return;
    }
}

/* ---- the tests of the queue */

static void hands_over_in_order(void **state)
{
    (void)state;
    run_scene(&(struct scene){ 3, "pptptppctttt" });
    judge_order();
    run_scene(&(struct scene){ 1, "ptptcpt" });
    judge_order();
}

/* One waits; somebody comes, at whatever moment; or nobody. */
static void sleeps_until_it_is_woken(void **state)
{
    (void)state;
    run_scene(&(struct scene){ 1, "t" });
    run_scene(&(struct scene){ 1, "pp" });
    run_scene(&(struct scene){ 1, "tp" });
    run_scene(&(struct scene){ 1, "ppt" });
    run_duel(&(struct duel_scene){ 1, 0, 't', 'p' });
    run_duel(&(struct duel_scene){ 1, 1, 'p', 't' });
}

static void trusts_no_wake_up(void **state)
{
    (void)state;
    static const struct scene scenes[] = {
        { 1, "!tp" },     /* nobody had signalled */
        { 1, "!ppt" },    /* nor here */
        { 2, "tpt.p" },   /* another takes the item */
        { 1, "pptp.tt" }, /* another takes the place */
        { 2, "ttpp." },   /* two items at once */
        { 2, "pppptt." }, /* two places at once */
        { 1, "ttpp." },   /* takers and putters wait, */
        { 1, "ppptt." },  /* in either order */
    };
    for (size_t k = 0; k < sizeof(scenes) / sizeof(scenes[0]); k++)
        run_scene(&scenes[k]);
}

static void wakes_everyone_at_the_close(void **state)
{
    (void)state;
    static const struct scene scenes[] = {
        { 1, "tttc" },  { 1, "pppc" },   { 3, "ppctttp" },
        { 2, "ttpc." }, { 1, "pptc.t" },
    };
    for (size_t k = 0; k < sizeof(scenes) / sizeof(scenes[0]); k++)
        run_scene(&scenes[k]);
    run_duel(&(struct duel_scene){ 1, 0, 't', 'c' });
    run_duel(&(struct duel_scene){ 1, 1, 'p', 'c' });
}

/* ---- the pool */

static void task(int i)
{
    recorder_note(&facts->recorder, 0, i);
    if (i >= 0 && i < facts->tasks)
        gate_wait(&facts->in_task[i]);
}

static long run_the_pool(void *unused)
{
    (void)unused;
    facts->caller = getpid();
    return run_pool(facts->workers, facts->capacity, facts->tasks, task);
}

/* Lets one go after the other: task 0 stays as long as there are others. */
static bool let_one_go(void *unused, const struct moment *now)
{
    (void)unused;
    int in_hand = 0, one = 0;
    for (int i = 0; i < facts->tasks; i++)
        if (gate_waiting(&facts->in_task[i]) > 0) {
            in_hand += gate_waiting(&facts->in_task[i]);
            one = i;
        }
    const int left = facts->tasks - facts->let_go;
    const int due = left < facts->workers ? left : facts->workers;
    facts->in_hand = in_hand;
    facts->threads = now->threads;
    facts->early = now->returned && in_hand > 0;
    facts->too_few = !now->returned && in_hand < due;
    facts->too_many = in_hand > due || now->threads > facts->workers;
    if (facts->early || in_hand == 0 ||
        (facts->refused == NOBODY && (facts->too_many || facts->too_few)))
        return false;
    facts->let_go += gate_release(&facts->in_task[one]);
    return true;
}

static struct outcome try_pool(int workers, int capacity, int tasks,
                               int refused)
{
    memset(facts, 0, sizeof(*facts));
    facts->workers = workers;
    facts->capacity = capacity;
    facts->tasks = tasks;
    facts->refused = refused;
    hook = condhook_setup();
    births_count_only();
    births_fail_at(refused);
    const struct trial trial = {
        .body = run_the_pool,
        .on_quiet = let_one_go,
        .facts = facts,
    };
    return trial_run(&trial);
}

static void judge_who_worked(const struct outcome *outcome)
{
    struct recorder *const recorder = &facts->recorder;
    for (int k = 0; k < recorder_rows(recorder); k++) {
        const struct record *const row = &recorder->rows[k];
        if (row->index < 0 || row->index >= facts->tasks)
            verdict_fail(outcome,
                         "task(%d) was called, and there are %d tasks, from 0 "
                         "to %d. See exercise.h.",
                         row->index, facts->tasks, facts->tasks - 1);
        if (recorder_find(recorder, 0, row->index) != row)
            verdict_fail(outcome,
                         "task(%d) was called twice: of several that ask for "
                         "work at the same time, only one may get it. See "
                         "exercise.h.",
                         row->index);
        if (row->pid != facts->caller)
            verdict_fail(outcome,
                         "task(%d) was called in another process. This pool's "
                         "workers are threads. See exercise.h.",
                         row->index);
        if (row->tid == facts->caller)
            verdict_fail(outcome,
                         "The caller's own thread called task(%d). That is a "
                         "worker more, and while it works nobody fills the "
                         "queue. See exercise.h.",
                         row->index);
    }
}

static void judge_how_many(const struct outcome *outcome)
{
    const int workers = facts->workers;
    const int made = births_tried() > recorder_threads(&facts->recorder, 0)
                         ? births_tried()
                         : recorder_threads(&facts->recorder, 0);
    if (facts->early)
        verdict_fail(outcome,
                     "run_pool came back while %d task%s still in hand. An "
                     "empty queue does not say that the last item is done. "
                     "See pthread_join(3).",
                     facts->in_hand, facts->in_hand == 1 ? " was" : "s were");
    if (facts->threads > workers || facts->in_hand > workers)
        verdict_fail(outcome,
                     "%d workers were ordered, and %d threads were there at "
                     "the same time. See exercise.h.",
                     workers, facts->threads);
    if (made > workers)
        verdict_fail(outcome,
                     "%d workers were ordered, and one after the other %d "
                     "threads were made for %d tasks. A worker that has done "
                     "its task takes the next one. See exercise.h.",
                     workers, made, facts->tasks);
    if (!facts->too_few)
        return;
    const int left = facts->tasks - facts->let_go;
    if (facts->threads < workers && facts->let_go == 0)
        verdict_fail(
            outcome,
            "Everyone waited, %d tasks were left, and only %d thread%s "
            "there for them; %d were ordered. Who is in a task can "
            "take no other. See exercise.h.",
            left, facts->threads, facts->threads == 1 ? " was" : "s were",
            workers);
    verdict_fail(outcome,
                 "Everyone waited, %d tasks were left, and only %d of %d "
                 "workers had one in hand. A slow task holds up its own worker "
                 "and nobody else: who has finished takes the next. See "
                 "exercise.h.",
                 left, facts->in_hand, workers);
}

static void judge_pool(const struct outcome *outcome)
{
    judge_who_worked(outcome);
    if (outcome->how == TRIAL_RETURNED || outcome->how == TRIAL_STUCK)
        judge_how_many(outcome);
    if (outcome->how == TRIAL_STUCK && facts->let_go == facts->tasks)
        verdict_fail(outcome,
                     "All %d tasks are done, and run_pool does not come back: "
                     "everyone waits for somebody else. Workers that wait for "
                     "more have to be told that nothing more comes. See "
                     "exercise.h, queue_close.",
                     facts->tasks);
    verdict_common(outcome);
    const int called = recorder_rows(&facts->recorder);
    if (called < facts->tasks)
        verdict_fail(outcome,
                     "run_pool came back with %ld, and of %d tasks %d were "
                     "called. See exercise.h.",
                     outcome->result, facts->tasks, called);
    if (outcome->result != 0)
        verdict_fail(outcome,
                     "All %d tasks are done, and you reported %ld; the "
                     "contract says 0 then. See exercise.h.",
                     facts->tasks, outcome->result);
    verdict_leftovers(outcome);
}

static void keeps_w_workers_busy(void **state)
{
    (void)state;
    static const struct {
        int workers, capacity, tasks;
    } pools[] = { { 3, 2, TASKS }, { 1, 1, 2 }, { 3, 8, 2 }, { 2, 1, 0 } };
    for (size_t k = 0; k < sizeof(pools) / sizeof(pools[0]); k++) {
        const struct outcome outcome = try_pool(
            pools[k].workers, pools[k].capacity, pools[k].tasks, NOBODY);
        judge_pool(&outcome);
    }
}

static void says_when_a_thread_was_refused(void **state)
{
    (void)state;
    static const int refused[] = { 2, 0 };
    for (size_t k = 0; k < sizeof(refused) / sizeof(refused[0]); k++) {
        const struct outcome outcome = try_pool(3, 2, TASKS, refused[k]);
        if (births_tried_threads() == 0)
            skip(); /* thrd_create: nobody has stood in its way */
        if (facts->early)
            judge_how_many(&outcome);
        verdict_ended(&outcome);
        if (outcome.how != TRIAL_RETURNED)
            verdict_fail(&outcome,
                         "The system refused worker %d (pthread_create gave "
                         "EAGAIN), and run_pool never came back. Who is there "
                         "to empty the queue, and who tells those that were "
                         "made to go home? See pthread_create(3), RETURN "
                         "VALUE.",
                         refused[k]);
        if (outcome.result != -1 && births_tried() <= facts->workers)
            verdict_fail(&outcome,
                         "The system refused worker %d (pthread_create gave "
                         "EAGAIN) and you reported %ld; the contract says -1. "
                         "See pthread_create(3), RETURN VALUE.",
                         refused[k], outcome.result);
        verdict_leftovers(&outcome);
    }
}

int main(int argc, char **argv)
{
    facts = trial_shared(sizeof(*facts));
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hands_over_in_order),
        cmocka_unit_test(sleeps_until_it_is_woken),
        cmocka_unit_test(trusts_no_wake_up),
        cmocka_unit_test(wakes_everyone_at_the_close),
        cmocka_unit_test(keeps_w_workers_busy),
        cmocka_unit_test(says_when_a_thread_was_refused),
    };
    return checking_run(argc, argv, tests, sizeof(tests) / sizeof(tests[0]));
}
