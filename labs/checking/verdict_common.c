/* What can happen to any exercise, in the order of the questions: did it
 * crash, exit, run on; is it stuck? Each message says what was seen, what it
 * means, where to look. */
#include "verdict.h"

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static const struct end {
    int signal;
    const char *name, *meaning;
} ends[] = {
    { SIGSEGV, "SIGSEGV",
      "A pointer led to memory that is not this program's. See signal(7)." },
    { SIGBUS, "SIGBUS",
      "Memory was used that a mapping has, but its file has not. See "
      "mmap(2)." },
    { SIGFPE, "SIGFPE", "An integer was divided by zero. See signal(7)." },
    { SIGILL, "SIGILL",
      "The compiler had taken for granted that this place is never reached, "
      "for example the end of a function that has to return a value." },
    { SIGABRT, "SIGABRT",
      "An assertion did not hold, or the C library found its heap damaged; "
      "it has printed which. See abort(3)." },
    { SIGXCPU, "SIGXCPU",
      "That is the check's limit of CPU time: a loop does not end." },
    { SIGXFSZ, "SIGXFSZ",
      "That is the check's limit for what is printed or written: a loop does "
      "not end." },
    { SIGPIPE, "SIGPIPE",
      "It wrote into a pipe that nobody can read any more. See pipe(7)." },
    { SIGKILL, "SIGKILL",
      "Nobody but a kill(2) of its own or a system without memory does "
      "that." },
    { SIGTERM, "SIGTERM", "It was sent by a kill(2) of its own." },
};

static const struct end *find_end(int signal_number)
{
    static const struct end other = { 0, NULL, "See signal(7)." };

    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
        if (ends[i].signal == signal_number)
            return &ends[i];
    return &other;
}

/* A sanitizer speaks on its own, then ends the program or goes on: whatever
 * came after it is of no interest. */
static void check_sanitizer(const struct outcome *outcome)
{
    static const char *const marks[] = { "ERROR: AddressSanitizer",
                                         "WARNING: ThreadSanitizer",
                                         "runtime error: " };

    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        const char *at = strstr(outcome->said, marks[i]);
        if (at == NULL)
            continue;
        verdict_fail(outcome,
                     "The sanitizer found an error that a plain run may hide: "
                     "%.*s. Its report is below.",
                     (int)strcspn(at, "\n"), at);
    }
}

static void check_crash(const struct outcome *outcome)
{
    if (outcome->how != TRIAL_CRASHED)
        return;

    const struct end *end = find_end(outcome->signal);
    const struct crash *crash = &outcome->crash;
    const char *meaning = end->meaning;
    char name[32], place[sizeof crash->where + 48] = "";

    snprintf(name, sizeof name, "signal %d", outcome->signal);
    if (crash->signal == outcome->signal && !crash->in_child) {
        snprintf(place, sizeof place, "%s%s%s",
                 crash->where[0] != '\0' ? ", at " : "", crash->where,
                 crash->in_main ? "" : ", in a thread that it had started");
        if (outcome->signal == SIGSEGV && crash->no_address)
            meaning = "It followed a pointer that can be no address: memory "
                      "that was never filled, or was given back before it was "
                      "read. Until when does it live? See free(3).";
        else if (outcome->signal == SIGSEGV && (uintptr_t)crash->address < 4096)
            meaning = "A pointer was followed that was NULL, or nearly. See "
                      "signal(7).";
    }
    verdict_fail(outcome, "Your code crashed: %s%s. %s",
                 end->name != NULL ? end->name : name, place, meaning);
}

static void check_exit(const struct outcome *outcome)
{
    if (outcome->how != TRIAL_EXITED)
        return;

    const char *call = outcome->by_exit ? "exit" : "_exit";
    if (outcome->by_exit && outcome->status == 0)
        verdict_fail(outcome,
                     "The whole program ended inside your function, with "
                     "status 0: by exit(), or because its last thread did. "
                     "The caller never gets an answer; a function goes back "
                     "by return. See exit(3), pthread_exit(3).");
    verdict_fail(outcome,
                 "Your function called %s(%d) in the caller's process: that "
                 "ends the whole program, and the caller never gets an "
                 "answer. A function goes back by return; only a child ends "
                 "that way. See %s.",
                 call, outcome->status,
                 outcome->by_exit ? "exit(3)" : "_exit(2)");
}

static void check_ran_on(const struct outcome *outcome)
{
    if (outcome->ran_on == 0)
        return;

    verdict_fail(outcome,
                 "%d forked child%s came back out of your function and ran on "
                 "in the caller's code: from there on, everything happens "
                 "once more. After fork() both go on from the same line; a "
                 "child whose work is done has to end there. See fork(2), "
                 "_exit(2).",
                 outcome->ran_on, outcome->ran_on == 1 ? "" : "ren");
}

static void check_crowd(const struct outcome *outcome)
{
    if (outcome->how != TRIAL_CROWDED)
        return;

    verdict_fail(outcome,
                 "There were more and more threads and processes: after %d "
                 "the check stopped it. That happens when a child goes on in "
                 "the loop that made it, and makes children of its own. See "
                 "fork(2).",
                 1 + outcome->left.threads + outcome->left.processes +
                     outcome->left.zombies);
}

void verdict_ended(const struct outcome *outcome)
{
    check_sanitizer(outcome);
    check_crash(outcome);
    check_exit(outcome);
    check_ran_on(outcome);
    check_crowd(outcome);
}

/* What to think of first, by what is waited for. */
static const char *advice(const char *census)
{
    static const struct {
        const char *found, *advice;
    } rows[] = {
        { "input (read)",
          "A pipe ends for its reader when every copy of its writing end is "
          "closed, the reader's own, too. See pipe(7)." },
        { "output (write)",
          "A pipe that is full takes no more until somebody reads. See "
          "pipe(7)." },
        { "(futex)",
          "A lock that was never let go, a wake-up that came before the "
          "sleep, a join of somebody who cannot end: who should have woken "
          "whom? See pthread_join(3), pthread_mutex_lock(3)." },
        { "a child (wait)",
          "A parent that waits goes on when the child has ended, not before. "
          "See wait(2)." },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strstr(census, rows[i].found) != NULL)
            return rows[i].advice;
    return "Who should have woken whom?";
}

void verdict_common(const struct outcome *outcome)
{
    verdict_ended(outcome);
    switch (outcome->how) {
    case TRIAL_STUCK:
        verdict_fail(outcome,
                     "Stuck: everyone waits, and nobody is left to wake them. "
                     "Seen: %s. %s",
                     outcome->census, advice(outcome->census));
    case TRIAL_SPINNING:
        verdict_fail(outcome,
                     "A loop in your code goes round and round, and does not "
                     "end. Seen: %s. If it asks for something again and again, "
                     "it keeps a CPU busy and can miss the event: a call that "
                     "waits sleeps until it is there. Which loop is it, and "
                     "what should end it?",
                     outcome->census);
    case TRIAL_ENDLESS:
        verdict_fail(outcome,
                     "Your function does not end: it starts or calls "
                     "something for ever, and the check has stopped counting. "
                     "Which loop has no end?");
    case TRIAL_TOO_LONG:
        verdict_fail(outcome,
                     "Your function had not come back when the check lost "
                     "patience. Seen: %s. Sleeping is no way to wait for "
                     "somebody else's end. See wait(2), pthread_join(3).",
                     outcome->census);
    default:
        return;
    }
}

const char *verdict_end_name(enum trial_end how)
{
    static const char *const names[] = {
        [TRIAL_RETURNED] = "returned", [TRIAL_CRASHED] = "crashed",
        [TRIAL_EXITED] = "exited",     [TRIAL_STUCK] = "stuck",
        [TRIAL_SPINNING] = "spinning", [TRIAL_ENDLESS] = "endless",
        [TRIAL_CROWDED] = "crowded",   [TRIAL_TOO_LONG] = "too long",
    };

    return names[how];
}
