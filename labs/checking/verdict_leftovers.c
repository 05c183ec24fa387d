/* The last question: has it left something behind? */
#include "verdict.h"

static const char *plural(int n)
{
    return n == 1 ? "" : "s";
}

static void check_flows_left(const struct outcome *outcome)
{
    const struct moment *left = &outcome->left;

    if (left->threads > 0)
        verdict_fail(outcome,
                     "Your function came back, and %d thread%s it had started "
                     "will never end. Seen: %s. See pthread_join(3).",
                     left->threads, plural(left->threads), outcome->census);
    if (left->other_session > 0)
        verdict_fail(outcome,
                     "Your function came back, and %d process%s had left its "
                     "session by setsid and lived on by itself, where no "
                     "Ctrl-C reaches it. See setsid(2), wait(2).",
                     left->other_session, left->other_session == 1 ? "" : "es");
    if (left->processes > 0)
        verdict_fail(outcome,
                     "Your function came back, and %d process%s it had "
                     "started lived on. Seen: %s. See wait(2).",
                     left->processes, left->processes == 1 ? "" : "es",
                     outcome->census);
    if (left->zombies > 0)
        verdict_fail(outcome,
                     "%d child%s ended, and nobody asked how: as a zombie it "
                     "keeps its place in the table of processes until its "
                     "parent waits for it. See wait(2), NOTES.",
                     left->zombies, left->zombies == 1 ? "" : "ren");
}

void verdict_leftovers(const struct outcome *outcome)
{
    check_flows_left(outcome);
    if (outcome->handles_left > 0)
        verdict_fail(outcome,
                     "Your function left %d handle%s open: %s. A process has "
                     "only so many, and whoever waits for the end of a pipe "
                     "waits for all its writers. See close(2).",
                     outcome->handles_left, plural(outcome->handles_left),
                     outcome->handles);
    if (outcome->files_left > 0)
        verdict_fail(outcome,
                     "Your function left %d file%s behind: %s. See "
                     "unlink(2).",
                     outcome->files_left, plural(outcome->files_left),
                     outcome->files);
}
