/* Checks exercise 14. The queue is played like a game of chess: a script says
 * who puts, takes or closes next, and each move is made when everyone waits: so
 * it is known after each how many have to have come back. The condition
 * variables use every freedom that POSIX gives them (condhook.h), a second
 * thread comes in between the look and the sleep (duel.h), and the pool's tasks
 * wait at gates. Notice that no test looks at a clock. */
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

/* What is done to the queue, within the rules. */
enum freedom {
    PLAIN,
    SPURIOUS, /* the first wait comes back without a signal */
    SLOW,     /* who was woken gets the mutex late: at a dot, or at the end */
    BETWEEN,  /* the last move is made at any moment of the one before it */
};

/* p puts, t takes, c closes, each in a thread of its own. */
static const struct scene {
    int capacity;
    enum freedom freedom;
    const char *script; /* NULL ends a list of scenes */
} * scene;              /* the judge's, and by fork the trial's */

/* What a trial tells the check. */
static struct facts {
    /* A scene's */
    struct move {
        char kind;
        int item, result; /* item: put or taken */
        bool waited;
        _Atomic bool done;
        struct gate gate;
    } moves[MOVES];
    int n, begun; /* moves */
    const char *next;
    const struct flaw *flaw; /* NULL: none yet */

    /* A pool's */
    pid_t caller;
    struct pool {
        int workers, capacity, tasks, refused;
    } pool;
    struct recorder recorder; /* which task */
    struct gate in_task[TASKS];
    int let_go, in_hand;
} * facts;

static struct condhook *hook;
static struct queue *queue; /* the trial's */

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* ---- the queue, move by move */

static void make_move(void *arg)
{
    struct move *const move = arg;
    if (move->kind == 'p')
        move->result = queue_put(queue, move->item);
    else if (move->kind == 't')
        move->result = queue_take(queue, &move->item);
    else
        queue_close(queue);
    move->done = true;
    trial_step();
}

static void *wait_and_move(void *move)
{
    gate_wait(&((struct move *)move)->gate);
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

/* How many puts and takes gave 0, how many -1. */
struct tally {
    int put, refused, took, ended;
    bool closed,
        odd; /* something came out that was not its turn, or not 0, -1 */
};

/* When everyone waits, this much is certain, whoever was quicker. */
static struct tally count_due(void)
{
    struct tally due = { .closed = false };
    int puts = 0, takes = 0;
    for (int k = 0; k < facts->begun; k++) {
        puts += facts->moves[k].kind == 'p';
        takes += facts->moves[k].kind == 't';
        due.closed = due.closed || facts->moves[k].kind == 'c';
        if (!due.closed)
            due.put = least(puts, takes + scene->capacity);
    }
    due.took = least(takes, due.put);
    due.refused = due.closed ? puts - due.put : 0;
    due.ended = due.closed ? takes - due.took : 0;
    return due;
}

/* As long as nobody has ever waited, the k-th take gets the k-th item. */
static struct tally count_seen(void)
{
    struct tally seen = { .closed = false };
    bool waited = false;
    for (int k = 0, next = 0; k < facts->begun; k++) {
        struct move *const move = &facts->moves[k];
        move->waited = move->waited || !move->done;
        waited = waited || move->waited;
        if (!move->done || move->kind == 'c')
            continue;
        const bool took = move->kind == 't' && move->result == 0;
        while (took && next < k && facts->moves[next].kind != 'p')
            next++;
        if ((move->result != 0 && move->result != -1) ||
            (took && !waited && move->item != facts->moves[next++].item))
            seen.odd = true;
        if (move->kind == 'p')
            *(move->result == 0 ? &seen.put : &seen.refused) += 1;
        else
            *(took ? &seen.took : &seen.ended) += 1;
    }
    return seen;
}

/* What is wrong, what it means; the first that applies speaks. */
struct flaw {
    bool is;
    const char *seen, *means;
};

static const struct flaw *find(const struct flaw *flaws)
{
    static struct flaw found;
    while (!flaws->is && flaws->seen != NULL)
        flaws++;
    found = *flaws;
    return found.is ? &found : NULL;
}

/* Somebody came back who should not have. */
static const struct flaw *find_hasty(struct tally due, struct tally seen)
{
    static const char *const went_on[] = {
        [PLAIN] = "Somebody had to wait there, and did not. See exercise.h, "
                  "pthread_cond_wait(3).",
        [SPURIOUS] = "A wait came back without a signal, as POSIX allows, and "
                     "your code went on as if there had been one. What has to "
                     "be asked again whenever a wait comes back? See "
                     "pthread_cond_wait(3), spurious wakeups.",
        [SLOW] = "Between the signal and the moment in which the woken thread "
                 "has the mutex again, another thread was quicker. What was "
                 "true at the signal need not be true when the wait comes "
                 "back. See pthread_cond_wait(3).",
        [BETWEEN] = "The last two came at the same time: what does each do "
                    "between lock and unlock? See pthread_mutex_lock(3).",
    };
    const char *const why = went_on[scene->freedom];
    const bool gave_up = seen.refused > due.refused || seen.ended > due.ended;
    return find((struct flaw[]){
        { seen.took > due.took, "A take gave an item that was not there", why },
        { seen.put > due.put && due.closed, "A put after the close gave 0",
          "Those who take may have gone home by then, and the item is lost: -1 "
          "tells whoever brings it. See exercise.h." },
        { seen.put > due.put, "Those are more items than the queue has places",
          why },
        { gave_up && due.closed,
          "A take gave -1, and something was left in the queue",
          "Closed means that nothing more comes; what is in it comes out "
          "first. See exercise.h." },
        { gave_up, "Nobody had closed the queue, so nobody gets -1", why },
        { seen.odd, "The last result is not the one due",
          "The oldest comes out first, each once; and what is returned is 0 or "
          "-1. See exercise.h." },
        { .seen = NULL },
    });
}

/* Somebody sleeps who could go on. */
static const struct flaw *find_sleeper(struct tally due, struct tally seen)
{
    static const char each_a_signal[] =
        "Is there a signal for each item and for each place? And a signal "
        "wakes one, whichever the system likes: do all that may sleep there "
        "wait for the same thing? See pthread_cond_signal(3).";
    const bool sleeps = seen.took < due.took || seen.put < due.put ||
                        seen.refused < due.refused || seen.ended < due.ended;
    return find((struct flaw[]){
        { sleeps && hook->waiting == 0,
          "Somebody could go on and sleeps, and not in pthread_cond_wait",
          "Does it wait for a mutex that another has left locked, or holds in "
          "its sleep? See pthread_mutex_lock(3), pthread_cond_wait(3)." },
        { sleeps && scene->freedom == BETWEEN,
          "Of the last two, one had looked and found that it had to wait; "
          "before it slept, the other came, did its part and woke whoever "
          "slept, which was nobody",
          "Between the look and the sleep the other has to be kept out. Which "
          "lock does each hold then? See pthread_cond_wait(3)." },
        { sleeps && due.closed,
          "The queue is closed, and somebody who waited sleeps for ever: no "
          "put and no take will come to end that",
          "Whom does the close concern, and how many does a signal wake? See "
          "pthread_cond_broadcast(3)." },
        { seen.took < due.took, "An item is there, and who wants one sleeps",
          each_a_signal },
        { sleeps, "There is room, and who brings an item sleeps",
          each_a_signal },
        { .seen = NULL },
    });
}

/* Everyone waits. As long as some are kept waiting that were woken, one cannot
 * say who sleeps in vain. */
static const struct flaw *find_flaw(bool settled)
{
    const struct tally due = count_due(), seen = count_seen();
    const struct flaw *const hasty = find_hasty(due, seen);
    return hasty != NULL || !settled ? hasty : find_sleeper(due, seen);
}

static bool next_move(void *unused, const struct moment *now)
{
    (void)unused;
    (void)now;
    const int kept = gate_waiting(&hook->awake);
    if (kept == 0)
        gate_shut(&hook->awake); /* those who passed are through */
    facts->flaw = find_flaw(kept == 0);
    if (facts->flaw != NULL)
        return false;
    if (*facts->next == '\0')
        return gate_release(&hook->awake) > 0;
    if (*facts->next++ == '.')
        gate_release(&hook->awake);
    else
        gate_open(&facts->moves[facts->begun++].gate);
    return true;
}

/* "take: still waits; put 101: 0; close" */
static const char *tell(void)
{
    static char text[640];
    FILE *const out = fmemopen(text, sizeof(text), "w");
    for (int k = 0; out != NULL && k < facts->begun; k++) {
        const struct move *const move = &facts->moves[k];
        fputs(k > 0 ? "; " : "", out);
        if (move->kind == 'p')
            fprintf(out, "put %d: ", move->item);
        else
            fputs(move->kind == 't' ? "take: " : "close", out);
        if (!move->done)
            fputs("still waits", out);
        else if (move->kind != 'c')
            fprintf(out, "%s%d", move->waited ? "waits, then " : "",
                    move->result);
        if (move->kind == 't' && move->done && move->result == 0)
            fprintf(out, ", item %d", move->item);
    }
    if (out != NULL)
        fclose(out);
    return text;
}

static void judge_scene(const struct outcome *outcome)
{
    static const struct flaw poll = {
        true, "Who waits there does not sleep, but looks again and again",
        "That takes a CPU away from those who work. A condition variable lets "
        "it sleep until there is a reason to look. See pthread_cond_wait(3)."
    };
    bool waits = false;
    for (int k = 0; k < facts->begun; k++)
        waits = waits || !facts->moves[k].done;

    if (outcome->how == TRIAL_CRASHED || outcome->how == TRIAL_EXITED)
        verdict_ended(outcome);
    if (outcome->how == TRIAL_RETURNED && outcome->result == NO_THREADS)
        checking_skip("the system has no thread left for the check itself");
    if (outcome->how == TRIAL_RETURNED && outcome->result == NO_QUEUE)
        verdict_fail(outcome,
                     "queue_open(%d) gave NULL: there is no queue. See "
                     "exercise.h, malloc(3).",
                     scene->capacity);
    if (facts->flaw == NULL && outcome->how == TRIAL_SPINNING && waits)
        facts->flaw = &poll;
    if (facts->flaw != NULL)
        verdict_fail(outcome, "With a capacity of %d: %s. %s. %s",
                     scene->capacity, tell(), facts->flaw->seen,
                     facts->flaw->means);
    if (outcome->how == TRIAL_STUCK && waits && *facts->next == '\0')
        return; /* as it should be: nobody came */
    verdict_common(outcome);
    verdict_leftovers(outcome);
}

static void set_up(void)
{
    memset(facts, 0, sizeof(*facts));
    hook = condhook_setup();
    hook->spurious = scene->freedom == SPURIOUS;
    hook->slow_wakers = scene->freedom == SLOW;
    facts->next = scene->script;
    for (const char *c = scene->script; *c != '\0'; c++)
        if (*c != '.') {
            struct move *const move = &facts->moves[facts->n];
            move->kind = *c;
            move->item = *c == 'p' ? 100 + facts->n : 0;
            facts->n++;
        }
}

/* ---- the last two at the same time */

static void play_before(void *unused)
{
    (void)unused;
    queue = queue_open(scene->capacity);
    for (int k = 0; queue != NULL && k < facts->n - 2; k++)
        make_move(&facts->moves[k]);
}

static void play_last(void *unused)
{
    (void)unused;
    make_move(&facts->moves[facts->n - 3 + duel_me()]);
}

static void play_between(void)
{
    static const struct duel duel = { .setup = play_before,
                                      .first = play_last,
                                      .second = play_last };
    struct duel_result result = { .first.stopped = true };
    for (int stop = FIRST_PLACE; result.first.stopped && stop <= LAST_PLACE;
         stop++) {
        set_up();
        facts->next = "";
        facts->begun = facts->n;
        result = duel_run(&duel, stop, 0);
        facts->flaw = find_flaw(true);
        judge_scene(&result.outcome);
    }
}

/* ---- the tests of the queue */

static void play_scenes(void **state)
{
    const struct trial trial = { .body = play, .on_quiet = next_move };
    for (scene = *state; scene->script != NULL; scene++)
        if (scene->freedom == BETWEEN) {
            play_between();
        } else {
            set_up();
            const struct outcome outcome = trial_run(&trial);
            judge_scene(&outcome);
        }
}

static struct scene in_order[] = {
    { 3, PLAIN, "pptptppctttt" },
    { 1, PLAIN, "ptptcpt" },
    { 0, PLAIN, NULL },
};

/* One waits; somebody comes, at whatever moment; or nobody. */
static struct scene one_waits[] = {
    { 1, PLAIN, "t" },   { 1, PLAIN, "pp" },   { 1, PLAIN, "tp" },
    { 1, PLAIN, "ppt" }, { 1, BETWEEN, "tp" }, { 1, BETWEEN, "ppt" },
    { 0, PLAIN, NULL },
};

static struct scene many_wait[] = {
    { 1, SPURIOUS, "tp" },  { 1, SPURIOUS, "ppt" },
    { 2, SLOW, "tpt.p" },   /* another takes the item */
    { 1, SLOW, "pptp.tt" }, /* another takes the place */
    { 2, SLOW, "ttpp" },    /* two items at once */
    { 2, SLOW, "pppptt" },  /* two places at once */
    { 1, SLOW, "ttpp" },    /* takers and putters wait, */
    { 1, SLOW, "ppptt" },   /* in either order */
    { 0, PLAIN, NULL },
};

static struct scene at_the_close[] = {
    { 1, PLAIN, "tttc" }, { 1, PLAIN, "pppc" }, { 3, PLAIN, "ppctttp" },
    { 2, SLOW, "ttpc" },  { 1, BETWEEN, "tc" }, { 1, BETWEEN, "ppc" },
    { 0, PLAIN, NULL },
};

/* ---- the pool */

static void task(int i)
{
    recorder_note(&facts->recorder, 0, i);
    if (i >= 0 && i < facts->pool.tasks)
        gate_wait(&facts->in_task[i]);
}

static long run_the_pool(void *unused)
{
    (void)unused;
    facts->caller = getpid();
    return run_pool(facts->pool.workers, facts->pool.capacity,
                    facts->pool.tasks, task);
}

static int due_in_hand(void)
{
    return least(facts->pool.workers, facts->pool.tasks - facts->let_go);
}

/* Lets one go after the other: task 0 stays as long as there are others. */
static bool let_one_go(void *unused, const struct moment *now)
{
    (void)unused;
    int newest = 0;
    facts->in_hand = 0;
    for (int i = 0; i < facts->pool.tasks; i++)
        if (gate_waiting(&facts->in_task[i]) > 0) {
            facts->in_hand += gate_waiting(&facts->in_task[i]);
            newest = i;
        }
    if (now->returned || facts->in_hand == 0 ||
        (facts->pool.refused == NOBODY && facts->in_hand != due_in_hand()))
        return false;
    facts->let_go += gate_release(&facts->in_task[newest]);
    return true;
}

/* Without the refused one. */
static int threads_made(void)
{
    const int tried = births_tried() - (facts->pool.refused != NOBODY);
    const int worked = recorder_threads(&facts->recorder, 0);
    return tried > worked ? tried : worked;
}

/* Was each task called at most once; by the caller itself? */
static void look_at_calls(bool *ret_odd, bool *ret_own)
{
    struct recorder *const recorder = &facts->recorder;
    for (int k = 0; k < recorder_rows(recorder); k++) {
        const struct record *const row = &recorder->rows[k];
        *ret_odd |= row->index < 0 || row->index >= facts->pool.tasks ||
                    recorder_find(recorder, 0, row->index) != row;
        *ret_own |= row->tid == facts->caller;
    }
}

static const struct flaw *find_in_pool(bool back, long result)
{
    const struct pool *const pool = &facts->pool;
    const bool refused = pool->refused != NOBODY;
    const bool all_called = recorder_rows(&facts->recorder) >= pool->tasks;
    bool odd = false, own = false;
    look_at_calls(&odd, &own);
    return find((struct flaw[]){
        { odd, "One of them was called twice, or is none of the tasks",
          "Of several that ask for work at the same time, only one may get it. "
          "See exercise.h." },
        { own, "The caller's own thread called one of them",
          "That is a worker more, and while it works nobody fills the queue. "
          "See exercise.h." },
        { back && facts->in_hand > 0, "Some tasks were still in hand",
          "An empty queue does not say that the last item is done. See "
          "pthread_join(3)." },
        { threads_made() > pool->workers, "More threads were made than ordered",
          "A worker that has done its task takes the next one. See "
          "exercise.h." },
        { refused &&
              (!back || (threads_made() < pool->workers && result != -1)),
          "The system refused one more thread (pthread_create gave EAGAIN)",
          "The contract says -1 then. Who is there to empty the queue, and who "
          "tells those that were made to go home? See pthread_create(3), "
          "RETURN VALUE." },
        { !back && facts->in_hand < due_in_hand(),
          "There are more tasks than that, and workers who have none",
          "A slow task holds up its own worker and nobody else: who has "
          "finished takes the next. See exercise.h." },
        { !back && facts->let_go == pool->tasks, "Everyone waits for another",
          "Workers that wait for more have to be told that nothing more comes. "
          "See exercise.h, queue_close." },
        { !refused && back && (result != 0 || !all_called),
          "No thread was refused",
          "So all tasks are to be called, and the result is 0. See "
          "exercise.h." },
        { .seen = NULL },
    });
}

static void play_pools(void **state)
{
    const struct trial trial = { .body = run_the_pool, .on_quiet = let_one_go };
    for (const struct pool *pool = *state; pool->workers > 0; pool++) {
        memset(facts, 0, sizeof(*facts));
        facts->pool = *pool;
        hook = condhook_setup();
        births_count_only();
        births_fail_at(pool->refused);
        const struct outcome outcome = trial_run(&trial);
        if (pool->refused != NOBODY && births_tried_threads() == 0)
            checking_skip("no call of pthread_create to refuse");

        const bool back = outcome.how == TRIAL_RETURNED;
        const struct flaw *const flaw = find_in_pool(back, outcome.result);
        verdict_ended(&outcome);
        char end[48] = "waits";
        if (back)
            snprintf(end, sizeof(end), "came back with %ld", outcome.result);
        if (flaw != NULL && (back || outcome.how == TRIAL_STUCK))
            verdict_fail(&outcome,
                         "With %d workers: threads made: %d, tasks called: "
                         "%d of %d, done: %d; run_pool %s. %s. %s",
                         pool->workers, threads_made(),
                         recorder_rows(&facts->recorder), pool->tasks,
                         facts->let_go, end, flaw->seen, flaw->means);
        verdict_common(&outcome);
        verdict_leftovers(&outcome);
    }
}

static struct pool all_made[] = {
    { 3, 2, TASKS, NOBODY }, { 1, 1, 2, NOBODY }, { 3, 8, 2, NOBODY },
    { 2, 1, 0, NOBODY },     { .workers = 0 },
};

static struct pool one_refused[] = {
    { 3, 2, TASKS, 2 },
    { 3, 2, TASKS, 0 },
    { .workers = 0 },
};

int main(int argc, char **argv)
{
    facts = trial_shared(sizeof(*facts));
    const struct CMUnitTest tests[] = {
        { "hands_over_in_order", play_scenes, NULL, NULL, in_order },
        { "sleeps_until_it_is_woken", play_scenes, NULL, NULL, one_waits },
        { "trusts_no_wake_up", play_scenes, NULL, NULL, many_wait },
        { "wakes_everyone_at_the_close", play_scenes, NULL, NULL,
          at_the_close },
        { "keeps_w_workers_busy", play_pools, NULL, NULL, all_made },
        { "says_when_a_thread_was_refused", play_pools, NULL, NULL,
          one_refused },
    };
    return checking_run(argc, argv, tests, sizeof(tests) / sizeof(tests[0]));
}
