/* A growing crowd. Notice what is not done while it grows: nothing that takes
 * the longer the more there are, unless the kernel does it. */
#include "crowd.h"

#include "clock.h"
#include "kernel.h"
#include "memory.h"

#include <errno.h>
#include <sys/wait.h>

enum {
    LOOK_EVERY = 64, /* creations between two looks at memory and time */
    PSS_LOOKS = 16   /* processes whose share of memory is read */
};

/* A worker: here, asleep, gone. */
static int park(void *arg)
{
    struct crowd *crowd = arg;

    return gate_pass(&crowd->gate) == GATE_GO ? 0 : 1;
}

/* True when a process has ended before it was sent home. */
static bool has_ended(const struct worker *worker)
{
    siginfo_t ended = { .si_pid = 0 };

    return worker->kind == &worker_process &&
           waitid(P_PID, (id_t)worker->pid, &ended,
                  WEXITED | WNOHANG | WNOWAIT) == 0 &&
           ended.si_pid != 0;
}

/* Sleeps until `count` have arrived. Not gate_await(): that looks through all
 * children before it sleeps, which takes the longer the more there are. */
static bool await(struct crowd *crowd, const struct worker *worker,
                  uint32_t count)
{
    const struct timespec look_again = { .tv_nsec = 100000000 };
    uint32_t arrived = atomic_load(&crowd->gate.arrived);

    while (arrived < count) {
        kernel_futex_wait(&crowd->gate.arrived, arrived, &look_again);
        uint32_t now = atomic_load(&crowd->gate.arrived);
        if (now == arrived && has_ended(worker))
            return false;
        arrived = now;
    }
    return true;
}

struct crowd *crowd_new(unsigned room)
{
    return shared_map(sizeof(struct crowd) + room * sizeof(struct record));
}

/* It is started from our stack, since fork() writes the pid on both sides, and
 * noted down when that is over. */
bool crowd_add(struct crowd *crowd)
{
    struct record *record = &crowd->record[crowd->started];
    struct worker worker = { .kind = crowd->kind,
                             .target = park,
                             .arg = crowd };
    uint32_t arrived = atomic_load(&crowd->gate.arrived);

    uint64_t begin_ns = clock_now_ns();
    int rc = worker_start(&worker);
    uint64_t returned_ns = clock_now_ns();
    bool parked = rc == 0 && await(crowd, &worker, arrived + 1);
    uint64_t parked_ns = clock_now_ns();

    record->returned_ns = returned_ns - begin_ns;
    record->parked_ns = parked_ns - begin_ns;
    record->worker = worker;
    if (rc < 0) {
        crowd->stop = STOP_REFUSED;
        crowd->error = -rc;
        return false;
    }
    if (!parked) {
        int code;

        (void)worker_join(&worker, &code);
        crowd->stop = STOP_ENDED;
        crowd->error = ECHILD;
        return false;
    }
    crowd->started++;
    return true;
}

void crowd_disband(struct crowd *crowd)
{
    gate_set(&crowd->gate, GATE_GO);
    for (unsigned i = 0; i < crowd->started; i++) {
        int code = 0;
        int rc = worker_join(&crowd->record[i].worker, &code);

        if (rc != 0 || code != 0)
            crowd->deserted = true;
    }
    crowd->started = 0;
    atomic_store(&crowd->gate.state, GATE_WAIT);
    atomic_store(&crowd->gate.arrived, 0);
}

/* Ours, and each process's; these are alike, so that a few tell of all. */
double crowd_pss_kib(const struct crowd *crowd)
{
    double sum = (double)memory_pss_kib(0), others = 0;
    unsigned looks = 0;

    if (crowd->kind != &worker_process)
        return sum;
    unsigned step = (crowd->started + PSS_LOOKS - 1) / PSS_LOOKS;
    for (unsigned i = step / 2; i < crowd->started; i += step, looks++) {
        long one = memory_pss_kib(crowd->record[i].worker.pid);

        if (one < 0)
            return -1;
        others += (double)one;
    }
    return looks > 0 ? sum + others / looks * crowd->started : sum;
}

static void look(struct crowd *crowd, struct point *point)
{
    point->available_kib = (double)memory_available_kib();
    point->pss_kib = crowd_pss_kib(crowd);
}

static void check_limits(struct crowd *crowd)
{
    long available_kib = memory_available_kib();

    if (clock_now_ns() > crowd->end_ns)
        crowd->stop = STOP_TIME;
    if (available_kib >= 0 &&
        crowd->before.available_kib - (double)available_kib >
            (double)crowd->most_kib)
        crowd->stop = STOP_MEMORY;
}

void crowd_grow(struct crowd *crowd)
{
    unsigned next = 0;

    while (crowd->started < crowd->wanted && crowd->stop == STOP_NONE) {
        if (!crowd_add(crowd))
            return;
        if (crowd->started % LOOK_EVERY == 0)
            check_limits(crowd);
        if (next < crowd->points && crowd->point[next].alive == crowd->started)
            look(crowd, &crowd->point[next++]);
    }
}
