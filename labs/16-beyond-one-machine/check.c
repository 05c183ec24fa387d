/* Checks exercise 16. The exercise runs as ranks, under the MPI launcher; this
 * program is both the judge and, started once more, each of the ranks
 * (ranks.c). A layer between the exercise and the library (layer.c) knows who
 * waits for what. Notice that no test looks at a clock. */
#include "checking.h"
#include "exercise.h"
#include "ranks.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

enum { FULL = 100 };

static struct facts *facts;

/* 1003 numbers are not n parts of the same size, for any n here but 1. */
static const struct range ranges[] = {
    { 1000, 1003 }, { 77, 3 },   { 5, 0 },
    { -501, 1003 }, { 10, 100 }, { INT_MAX - 500L, 1003 },
};
enum { CASES = sizeof(ranges) / sizeof(ranges[0]) };

/* "rank 0 in MPI_Recv, for rank 1; rank 1 has come back" */
static const char *say_where(char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    for (int i = 0; i < facts->ranks && used < size; i++) {
        const struct rank *const rank = &facts->rank[i];
        char what[80] = "computes";
        const int post = rank->send != NONE ? rank->send : rank->recv;
        if (rank->place == BACK)
            snprintf(what, sizeof(what), "has come back");
        else if (rank->place == IN_CALL && rank->together > 0)
            snprintf(what, sizeof(what), "is in %s", rank->call);
        else if (rank->place == IN_CALL && post != NONE) {
            const struct post *const waits = &facts->matching.posts[post];
            char peer[32] = "anybody";
            if (waits->peer != ANY)
                snprintf(peer, sizeof(peer), "rank %d", waits->peer);
            snprintf(what, sizeof(what), "is in %s, %s %s", rank->call,
                     waits->is_send ? "to" : "from", peer);
        }
        used += (size_t)snprintf(text + used, size - used, "%srank %d %s",
                                 i > 0 ? "; " : "", i, what);
    }
    return text;
}

/* Of those in a call: how many wait for a message, for a receiver, for all. */
struct waiting {
    int receive, send, together, back;
};

static struct waiting count_waiting(void)
{
    struct waiting waiting = { 0 };
    for (int i = 0; i < facts->ranks; i++) {
        const struct rank *const rank = &facts->rank[i];
        const bool in_call = rank->place == IN_CALL;
        waiting.back += rank->place == BACK;
        waiting.together += in_call && rank->together > 0;
        waiting.send += in_call && rank->send != NONE;
        waiting.receive += in_call && rank->send == NONE && rank->recv != NONE;
    }
    return waiting;
}

static void judge_stuck(const struct outcome *outcome)
{
    char where[400];
    if (!facts->stuck)
        return;
    const struct waiting waiting = count_waiting();
    say_where(where, sizeof(where));
    if (facts->ranks == 1)
        verdict_fail(outcome,
                     "A deadlock with one rank alone: %s. Nobody else is there "
                     "to answer. How many are there? See MPI_Comm_size(3).",
                     where);
    if (waiting.together > 0)
        verdict_fail(
            outcome,
            "A deadlock: %s. Such a call (MPI_Bcast, MPI_Reduce, …) is "
            "made by all ranks together, the root and the others, in "
            "the same order; here not all have come. See "
            "MPI_Reduce(3).",
            where);
    if (waiting.send == 0 && waiting.back == 0)
        verdict_fail(outcome,
                     "A deadlock: everyone waits to receive, and nobody has "
                     "sent: %s. A receive comes back when its message has "
                     "come; so somebody has to send first. Who? See "
                     "MPI_Recv(3), MPI_Sendrecv(3).",
                     where);
    if (waiting.receive == 0 && waiting.back == 0)
        verdict_fail(outcome,
                     "A deadlock: everyone waits to be rid of a message, and "
                     "nobody receives: %s. MPI_Send may come back early, if "
                     "the library keeps a copy, and may not; the check lets it "
                     "wait every time. Who receives first? See MPI_Send(3), "
                     "MPI_Sendrecv(3).",
                     where);
    verdict_fail(outcome,
                 "A deadlock: nobody can go on, and nobody will come: %s. Each "
                 "message needs one send and one receive, with the same tag. "
                 "Who has none? See MPI_Recv(3).",
                 where);
}

static void judge_clash(const struct outcome *outcome)
{
    if (facts->clash_rank == NONE)
        return;
    const struct rank *const rank = &facts->rank[facts->clash_rank];
    verdict_fail(outcome,
                 "Rank %d calls %s where another rank has called %s. Those are "
                 "calls of all ranks together: everybody makes the same ones, "
                 "in the same order. Which of yours stands inside an `if`? See "
                 "MPI_Reduce(3).",
                 facts->clash_rank, rank->call,
                 facts->together[rank->together - 1]);
}

/* The trial did not come to its end in this case. */
static void judge_end(struct outcome *outcome)
{
    char where[400];
    if (facts->is_misplaced)
        verdict_fail(outcome,
                     "Your function calls MPI_Init or MPI_Finalize. Both are "
                     "done once in a program, and the caller has done the one "
                     "and will do the other. See MPI_Init(3).");
    verdict_ended(outcome);
    judge_clash(outcome);
    judge_stuck(outcome);
    snprintf(outcome->census, sizeof(outcome->census), "%s",
             say_where(where, sizeof(where)));
    verdict_common(outcome);
    verdict_fail(outcome, "Not all ranks came back: %s.", outcome->census);
}

static void judge_odd_part(const struct outcome *outcome,
                           const struct tried *tried, const struct range *range)
{
    const struct part odd = tried->odd;
    const long end = range->begin + range->size;
    if (tried->odd_parts == 0)
        return;
    if (tried->odd_own)
        verdict_fail(outcome,
                     "Rank %d called count(%ld, %ld): that is from the begin "
                     "and end which it was called with itself. They mean "
                     "something on rank 0 alone; nothing is shared, so the "
                     "others have to be told. See MPI_Bcast(3).",
                     tried->odd_rank, odd.from, odd.to);
    const char *why = "The last part ends where the range ends, and not "
                      "behind it.";
    if ((range->begin < INT_MIN || end > INT_MAX))
        why = "Such numbers do not fit into an int. What was declared as int, "
              "or sent as MPI_INT? For a long it is MPI_LONG.";
    else if (odd.from > odd.to)
        why = "That part ends before it begins: the second argument says where "
              "a part ends, not how many numbers it has.";
    else if (odd.from < range->begin)
        why = "Numbers below the range belong to nobody. And had what was to "
              "be received arrived by then?";
    verdict_fail(outcome,
                 "The range was from %ld up to, not including, %ld; and rank "
                 "%d of %d called count(%ld, %ld). %s See exercise.h.",
                 range->begin, end, tried->odd_rank, facts->ranks, odd.from,
                 odd.to, why);
}

static long counted_by(const struct tried *tried, const struct range *range,
                       int rank)
{
    long n = 0;
    for (long i = 0; i < range->size; i++)
        n += tried->times[rank][i] > 0;
    return n;
}

static int times(const struct tried *tried, long i)
{
    int n = 0;
    for (int rank = 0; rank < facts->ranks; rank++)
        n += tried->times[rank][i];
    return n;
}

/* Everybody does everything. */
static void judge_whole_range(const struct outcome *outcome,
                              const struct tried *tried,
                              const struct range *range)
{
    int whole = 0;
    for (int i = 0; i < facts->ranks; i++)
        whole += counted_by(tried, range, i) == range->size;
    if (whole < 2 || range->size == 0)
        return;
    verdict_fail(outcome,
                 "%d ranks have counted all %ld numbers, each of them. All run "
                 "the same program, so without a difference all do the same "
                 "work: n ranks, n times the work, and no speedup. Which part "
                 "is whose? See MPI_Comm_rank(3).",
                 whole, range->size);
}

static void judge_how_many(const struct outcome *outcome,
                           const struct tried *tried, const struct range *range)
{
    int came = 0;
    if (tried->wave == facts->ranks || range->size < facts->ranks * FULL)
        return;
    for (int i = 0; i < facts->ranks; i++)
        came += counted_by(tried, range, i) > 0;
    if (came == 0)
        verdict_fail(outcome,
                     "All %d rank%s came back, and nobody has counted a "
                     "number: count() is to be called, by each rank for its "
                     "part. See exercise.h.",
                     facts->ranks, facts->ranks == 1 ? "" : "s");
    if (came == 1)
        verdict_fail(outcome,
                     "One of %d ranks has counted all that was counted, and "
                     "the others looked on. Each rank runs your function: what "
                     "is its part? See MPI_Comm_rank(3).",
                     facts->ranks);
    if (came < facts->ranks)
        verdict_fail(outcome,
                     "%d of %d ranks had nothing to count, of %ld numbers. "
                     "Does it depend on their number how large a part is? See "
                     "MPI_Comm_size(3).",
                     facts->ranks - came, facts->ranks, range->size);
    verdict_fail(outcome,
                 "%d ranks were to count %ld numbers, and %d %s inside count() "
                 "at the same time: the others waited for a message until it "
                 "had come out. One after the other is no speedup. First all "
                 "count, then they talk. See exercise.h.",
                 facts->ranks, range->size, tried->wave,
                 tried->wave == 1 ? "was" : "were");
}

static void judge_numbers(const struct outcome *outcome,
                          const struct tried *tried, const struct range *range)
{
    long missing = 0, twice = 0, first_missing = -1, first_twice = -1;
    for (long i = 0; i < range->size; i++) {
        const int n = times(tried, i);
        if (n == 0 && missing++ == 0)
            first_missing = i;
        if (n > 1 && twice++ == 0)
            first_twice = i;
    }
    if (twice > 0)
        verdict_fail(outcome,
                     "%ld of %ld numbers were counted more than once, the "
                     "first of them %ld. count(from, to) does not look at "
                     "`to`: that is where the next part begins. See "
                     "exercise.h.",
                     twice, range->size, range->begin + first_twice);
    if (missing == 0)
        return;
    if (first_missing + missing == range->size)
        verdict_fail(outcome,
                     "The last %ld of %ld numbers, from %ld on, were in "
                     "nobody's part. In C %ld / %d is %ld, and leaves a rest "
                     "of %ld: whose numbers are those?",
                     missing, range->size, range->begin + first_missing,
                     range->size, facts->ranks, range->size / facts->ranks,
                     range->size % facts->ranks);
    verdict_fail(outcome,
                 "%ld of %ld numbers were in nobody's part, the first of them "
                 "%ld. See exercise.h.",
                 missing, range->size, range->begin + first_missing);
}

static void judge_loose_ends(const struct outcome *outcome,
                             const struct tried *tried)
{
    if (tried->left_from != NONE)
        verdict_fail(outcome,
                     "A message from rank %d to rank %d was sent, and nobody "
                     "has received it: it would reach whoever receives next. "
                     "As many receives as sends: see MPI_Recv(3).",
                     tried->left_from, tried->left_to);
    for (int i = 1; i < facts->ranks; i++)
        if (tried->together[i] != tried->together[0])
            verdict_fail(outcome,
                         "Rank 0 has made %d calls of all ranks together "
                         "(MPI_Bcast, MPI_Reduce, …), rank %d has made %d. "
                         "Every rank makes each of them, the root and the "
                         "others; the next one would go astray. See "
                         "MPI_Bcast(3).",
                         tried->together[0], i, tried->together[i]);
}

static const char *why_wrong(const struct tried *tried, int rank, long right)
{
    const long got = tried->result[rank];
    if (tried->result[0] == right)
        return "Rank 0 gave back the right number, and it stayed there: "
               "MPI_Reduce, MPI_Gather and a receive leave their result with "
               "one rank. How do the others learn of it? See MPI_Bcast(3), "
               "MPI_Allreduce(3).";
    if (facts->ranks > 1 && got == right - tried->found[rank])
        return "What it had counted itself is not in it.";
    if (facts->ranks > 1 && got == tried->found[rank])
        return "That is what it had counted itself. A variable, a static one, "
               "too, is one variable for each rank: what the others found has "
               "to come by message. See MPI_Allreduce(3).";
    for (int i = 0; i < facts->ranks; i++)
        if (got == right - tried->found[i] && tried->found[i] != 0)
            return "What one of the ranks has found is not in it. Has every "
                   "message its own receive?";
    return "Had what it received arrived when it was added up? And are both "
           "sides of one opinion: MPI_LONG for a long?";
}

static void judge_results(const struct outcome *outcome,
                          const struct tried *tried)
{
    long right = 0;
    for (int i = 0; i < facts->ranks; i++)
        right += tried->found[i];
    for (int i = 0; i < facts->ranks; i++)
        if (tried->result[i] != right)
            verdict_fail(outcome,
                         "The total should be %ld, and rank %d of %d gave back "
                         "%ld. %s",
                         right, i, facts->ranks, tried->result[i],
                         why_wrong(tried, i, right));
}

/* One launch for all cases; they are judged in the order of trying. */
static void try_ranks(int ranks)
{
    struct outcome outcome = ranks_run(facts, ranks, ranges, CASES);
    for (int i = 0; i < CASES; i++) {
        const struct tried *const tried = &facts->tried[i];
        const struct range *const range = &ranges[i];
        if (!tried->whole)
            judge_end(&outcome);
        judge_odd_part(&outcome, tried, range);
        if (ranks > 1)
            judge_whole_range(&outcome, tried, range);
        judge_how_many(&outcome, tried, range);
        judge_numbers(&outcome, tried, range);
        judge_loose_ends(&outcome, tried);
        judge_results(&outcome, tried);
    }
}

static void counts_with_three_ranks(void **state)
{
    (void)state;
    try_ranks(3);
}

static void counts_with_two_ranks(void **state)
{
    (void)state;
    try_ranks(2);
}

static void counts_with_five_ranks(void **state)
{
    (void)state;
    try_ranks(5);
}

static void counts_with_one_rank_alone(void **state)
{
    (void)state;
    try_ranks(1);
}

int main(int argc, char **argv)
{
    ranks_begin(argc, argv);
    facts = ranks_facts();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_with_three_ranks),
        cmocka_unit_test(counts_with_two_ranks),
        cmocka_unit_test(counts_with_five_ranks),
        cmocka_unit_test(counts_with_one_rank_alone),
    };
    return checking_run(argc, argv, tests, sizeof(tests) / sizeof(tests[0]));
}
