/* What ranks do together beside measuring. */
#define _GNU_SOURCE /* sched_getcpu, gethostname */
#include "rank.h"

#include "../clock.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Long naps: who takes them may share a CPU with a rank that is measured. */
void rank_meet(void)
{
    const struct timespec nap = { .tv_nsec = 5000000 };
    MPI_Request request;
    int all_here = 0;

    MPI_Ibarrier(MPI_COMM_WORLD, &request);
    for (;;) {
        MPI_Test(&request, &all_here, MPI_STATUS_IGNORE);
        if (all_here != 0)
            return;
        nanosleep(&nap, NULL);
    }
}

/* xorshift64: Marsaglia, Journal of Statistical Software 8:14 (2003). */
static uint64_t draw(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

void rank_shuffle(const struct ranks *ranks, int *order, int count)
{
    uint64_t state = (clock_now_ns() ^ (uint64_t)getpid() << 32) | 1;

    for (int i = 0; i < count; i++)
        order[i] = i;
    for (int i = count - 1; i > 0 && ranks->me == 0; i--) {
        int other = (int)(draw(&state) % (uint64_t)(i + 1));
        int kept = order[i];

        order[i] = order[other];
        order[other] = kept;
    }
    MPI_Bcast(order, count, MPI_INT, 0, MPI_COMM_WORLD);
}

int rank_cut(char *text, char separator, char *parts[], int most)
{
    int count = 0;

    while (text != NULL && count < most) {
        parts[count++] = text;
        text = strchr(text, separator);
        if (text != NULL)
            *text++ = '\0';
    }
    return count;
}

struct place {
    char host[RANK_HOST];
    int cpu;
};

void rank_places(MPI_Comm comm, char *text, size_t size)
{
    struct place mine = { .cpu = sched_getcpu() }, *all = NULL;
    int me, count;
    size_t used = 0;

    MPI_Comm_rank(comm, &me);
    MPI_Comm_size(comm, &count);
    gethostname(mine.host, sizeof(mine.host) - 1);
    if (me == 0)
        all = calloc((size_t)count, sizeof(all[0]));
    if (me == 0 && all == NULL)
        MPI_Abort(MPI_COMM_WORLD, EXIT_FAILURE);
    MPI_Gather(&mine, sizeof(mine), MPI_BYTE, all, sizeof(mine), MPI_BYTE, 0,
               comm);
    text[0] = '\0';
    for (int i = 0; i < count && all != NULL && used + 1 < size; i++) {
        int printed =
            snprintf(text + used, size - used, "%s%.*s:%d", i > 0 ? " " : "",
                     RANK_HOST - 1, all[i].host, all[i].cpu);
        used += (size_t)printed;
    }
    free(all);
    for (char *c = text; *c != '\0'; c++) /* it becomes a cell of CSV */
        if (strchr(",\"\\", *c) != NULL || *c < ' ' || *c > '~')
            *c = '?';
}
