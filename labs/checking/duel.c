/* The judge opens one gate after another, each when everyone waits: that is
 * how "runs as far as it gets" is known. */
#include "duel.h"

#include "gate.h"

#include <pthread.h>
#include <stddef.h>
#include <string.h>

struct side {
    struct gate hold;
    _Atomic int hooks, held, done;
    int stop;
};

static struct state {
    const struct duel *duel;
    struct gate second_may_start;
    struct side side[2]; /* [0] is the first's */
    int phase;
    bool second_passed;
} * state; /* hook_here has no argument for it; owned by duel_run */

static _Thread_local int me; /* which side this thread is, from 1 */

int duel_me(void)
{
    return me;
}

static void stop_here(void)
{
    if (me == 0)
        return;

    struct side *side = &state->side[me - 1];
    if (atomic_fetch_add(&side->hooks, 1) + 1 == side->stop) {
        side->held = 1;
        gate_wait(&side->hold);
    }
}

static void fight(int number, void (*move)(void *facts))
{
    me = number;
    trial_step();
    move(state->duel->facts);
    me = 0;
    state->side[number - 1].done = 1;
    trial_step();
}

static void *first(void *arg)
{
    fight(1, state->duel->first);
    return arg;
}

static void *second(void *arg)
{
    gate_wait(&state->second_may_start);
    fight(2, state->duel->second);
    return arg;
}

static long body(void *facts)
{
    const struct duel *duel = state->duel;
    pthread_t a, b;

    if (duel->setup != NULL)
        duel->setup(facts);
    if (pthread_create(&a, NULL, first, NULL) != 0 ||
        pthread_create(&b, NULL, second, NULL) != 0)
        return -1;
    pthread_join(a, NULL);
    pthread_join(b, NULL);
    if (duel->after != NULL)
        duel->after(facts);
    return 0;
}

static bool next_phase(void *facts, const struct moment *now)
{
    struct side *one = &state->side[0], *two = &state->side[1];

    (void)facts;
    (void)now;
    switch (state->phase++) {
    case 0:
        gate_open(&state->second_may_start);
        return true;
    case 1:
        state->second_passed = two->done && one->held && !one->done;
        gate_open(&one->hold);
        return true;
    case 2:
        gate_open(&two->hold);
        return two->stop != 0;
    default:
        return false;
    }
}

static struct duel_side report(const struct side *side)
{
    return (struct duel_side){ .hooks = side->hooks,
                               .stopped = side->held != 0,
                               .done = side->done != 0 };
}

struct duel_result duel_run(const struct duel *duel, int stop_first,
                            int stop_second)
{
    const struct trial trial = { .body = body,
                                 .on_quiet = next_phase,
                                 .facts = duel->facts,
                                 .limits = { .wall_s = 60 } };

    if (state == NULL)
        state = trial_shared(sizeof *state);
    memset(state, 0, sizeof *state);
    state->duel = duel;
    state->side[0].stop = stop_first;
    state->side[1].stop = stop_second;

    hook_set(stop_here);
    struct duel_result result = { .outcome = trial_run(&trial) };
    hook_set(NULL);
    result.first = report(&state->side[0]);
    result.second = report(&state->side[1]);
    result.second_passed = state->second_passed;
    return result;
}
