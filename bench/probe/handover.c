/* Sender and receiver. What tells the sender that a batch was read comes after
 * its last clock reading. */
#define _GNU_SOURCE /* RUSAGE_THREAD */
#include "handover.h"

#include "clock.h"
#include "pin.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

enum { PATIENCE_S = 20 }; /* beyond the budget, for a receiver that hangs */

/* What the receiver starts from. */
struct other_side {
    struct handover *handover;
    struct exchange exchange;
    int cpu;
};

static struct handover_counts counts_now(void)
{
    struct rusage usage;

    getrusage(RUSAGE_THREAD, &usage);
    return (struct handover_counts){ .faults = usage.ru_minflt,
                                     .voluntary = usage.ru_nvcsw,
                                     .involuntary = usage.ru_nivcsw };
}

static struct handover_counts counts_sum(struct handover_counts a,
                                         struct handover_counts b)
{
    return (struct handover_counts){ .faults = a.faults + b.faults,
                                     .voluntary = a.voluntary + b.voluntary,
                                     .involuntary =
                                         a.involuntary + b.involuntary };
}

static struct handover_counts counts_since(struct handover_counts now,
                                           struct handover_counts before)
{
    return (struct handover_counts){ .faults = now.faults - before.faults,
                                     .voluntary =
                                         now.voluntary - before.voluntary,
                                     .involuntary =
                                         now.involuntary - before.involuntary };
}

/* ---- The receiver ---- */

static int receive_all(struct exchange *exchange, struct handover *handover)
{
    uint32_t number = 0;

    for (;;) {
        for (uint32_t i = 0; i < handover->batch; i++) {
            int rc = exchange->channel->receive(exchange, number);

            if (rc != 0)
                return rc;
            number++;
        }
        handover->end_ns = clock_now_ns();
        handover->receiver = counts_now();
        bell_ring(&handover->post.finished);
    }
}

static int receiver_main(void *arg)
{
    const struct other_side *side = arg;
    struct exchange mine = side->exchange;
    struct handover *handover = side->handover;

    int rc = pin_to(side->cpu);
    if (rc == 0)
        rc = channel_begin(&mine, false);
    if (rc < 0)
        post_give_up(&handover->post, -rc);
    handover->receiver = counts_now();
    if (gate_pass(&handover->gate) == GATE_ABORT || rc < 0)
        return 0;
    rc = receive_all(&mine, handover);
    if (rc < 0)
        post_give_up(&handover->post, -rc);
    return 0;
}

/* ---- The sender ---- */

/* One sample: a batch of messages, and the receiver's word that it has read
 * them. 0 or -errno. */
static int sample_take(struct exchange *exchange, struct handover *handover,
                       struct handover_sample *sample, uint32_t index)
{
    uint32_t number = index * handover->batch;
    int rc = 0;

    sample->begin_ns = clock_now_ns();
    for (uint32_t i = 0; i < handover->batch && rc == 0; i++)
        rc = exchange->channel->send(exchange, number + i);
    if (rc == 0)
        rc = bell_await(&handover->post, &handover->post.finished, index);
    sample->end_ns = handover->end_ns;

    /* What the receiver found is the cause of what we met. */
    int error = atomic_load(&handover->post.error);
    if (rc != 0 && error != 0)
        rc = -error;
    if (rc == 0 && sample->end_ns < sample->begin_ns)
        rc = -EPROTO;
    sample->error = -rc;
    return rc;
}

/* After an error nothing more can be sent: its row is the last. */
static int samples_take(struct exchange *exchange, struct handover *handover)
{
    struct handover_counts before = { 0 };
    size_t last = handover->warmups + handover->wanted;
    uint64_t end_ns = 0;
    int rc = 0;

    while (handover->taken < last && rc == 0) {
        size_t i = handover->taken++;

        if (i == handover->warmups) {
            before = counts_sum(counts_now(), handover->receiver);
            end_ns = clock_now_ns() + handover->budget_ns;
        }
        rc =
            sample_take(exchange, handover, &handover->samples[i], (uint32_t)i);
        if (i + 1 >= handover->warmups + handover->at_least &&
            clock_now_ns() > end_ns)
            break;
    }
    handover->counts =
        counts_since(counts_sum(counts_now(), handover->receiver), before);
    return rc;
}

static void on_deadline(int signal)
{
    (void)signal;
}

/* A write to a receiver that is stopped would never return: from the deadline
 * on a signal interrupts it every second. Nothing fires in time. What a file
 * or an end that is gone would raise becomes an error of the call. */
static void watch(bool on, uint64_t after_ns)
{
    struct sigaction action = { .sa_handler = on ? on_deadline : SIG_DFL };
    struct itimerval timer = { .it_value = { .tv_sec = 0 } };

    if (on) {
        timer.it_value.tv_sec = (time_t)(after_ns / 1000000000U) + 1;
        timer.it_interval.tv_sec = 1;
    }
    setitimer(ITIMER_REAL, &timer, NULL);
    sigaction(SIGALRM, &action, NULL);
    action.sa_handler = on ? SIG_IGN : SIG_DFL;
    sigaction(SIGPIPE, &action, NULL);
    sigaction(SIGXFSZ, &action, NULL);
}

/* Starts the receiver, sends, and sees it end. 0, or -errno. */
static int receiver_run(struct other_side *side, struct worker *receiver)
{
    struct handover *handover = side->handover;
    struct exchange *exchange = &side->exchange;
    struct exchange mine = *exchange;
    int code, rc = worker_start(receiver);
    if (rc < 0)
        return rc;

    rc = channel_begin(&mine, true);
    if (!gate_await(&handover->gate, 1) && rc == 0)
        rc = -ECHILD;
    if (rc == 0)
        rc = -atomic_load(&handover->post.error);
    gate_set(&handover->gate, rc == 0 ? GATE_GO : GATE_ABORT);
    if (rc == 0)
        rc = samples_take(&mine, handover);
    channel_stop(&mine);
    if (rc != 0 && receiver->kind == &worker_process)
        kill(receiver->pid, SIGKILL);
    int joined = worker_join(receiver, &code);
    *exchange = mine;
    return rc != 0 ? rc : joined;
}

int handover_run(struct handover *handover, struct exchange *exchange,
                 int peer_cpu)
{
    struct other_side side = { .handover = handover, .cpu = peer_cpu };
    struct worker receiver = { .kind = exchange->channel->receiver,
                               .target = receiver_main,
                               .arg = &side };
    uint64_t patience_ns = handover->budget_ns + PATIENCE_S * 1000000000ULL;

    exchange->post = &handover->post;
    handover->post.is_process = receiver.kind == &worker_process;
    handover->post.deadline_ns = clock_now_ns() + patience_ns;
    int rc = exchange->channel->open(exchange);
    if (rc == 0) {
        side.exchange = *exchange;
        watch(true, patience_ns);
        rc = receiver_run(&side, &receiver);
        watch(false, 0);
        *exchange = side.exchange;
    }
    channel_close(exchange);
    return rc;
}
