/* The calls of MPI that a rank may wait in, as the exercise sees them: each
 * says what it is about to wait for, then has the library do it (MPI's standard
 * gives every call a second name for that, with a P in front). What is not here
 * is not known, and whoever is in it passes for somebody who computes. */
#include "ranks.h"

#include <mpi.h>
#include <stdio.h>
#include <string.h>

enum { REQUESTS_MOST = 256, COPIES_MOST = 16 };

/* This rank's own: what it has begun, and not yet waited for. */
static struct request {
    MPI_Request request;
    int post;
} requests[REQUESTS_MOST];
static int n_requests;

/* The communicators whose ranks are all the ranks: the exercise's own, and the
 * copies that it makes, numbered alike on all ranks since all make them
 * together. */
static MPI_Comm copies[COPIES_MOST];
static int n_copies;

static int number_of(MPI_Comm comm)
{
    for (int i = 0; i < n_copies; i++)
        if (copies[i] == comm)
            return 1 + i;
    return comm == MPI_COMM_WORLD ? 0 : NONE;
}

/* What goes on in other communicators is in no book. */
static bool is_known(MPI_Comm comm, int peer)
{
    return number_of(comm) != NONE && peer != MPI_PROC_NULL;
}

static int post(bool is_send, int peer, int tag, MPI_Comm comm)
{
    const struct post post = {
        .is_send = is_send,
        .owner = ranks_me(),
        .peer = peer == MPI_ANY_SOURCE ? ANY : peer,
        .tag = tag == MPI_ANY_TAG ? ANY : tag,
        .comm = number_of(comm),
    };
    if (!is_known(comm, peer))
        return NONE;
    ranks_lock();
    const int number = matching_post(&ranks_here()->matching, &post);
    ranks_unlock();
    return number;
}

static void enter(const char *call, int send, int recv)
{
    ranks_lock();
    struct rank *const me = &ranks_here()->rank[ranks_me()];
    me->place = IN_CALL;
    me->send = send;
    me->recv = recv;
    me->together = 0;
    snprintf(me->call, sizeof(me->call), "%s", call);
    ranks_look();
    ranks_unlock();
}

static void leave(int recv, const MPI_Status *status)
{
    ranks_lock();
    struct facts *const facts = ranks_here();
    facts->rank[ranks_me()].place = IN_EXERCISE;
    facts->events++;
    if (recv != NONE)
        matching_received(&facts->matching, recv, status->MPI_SOURCE,
                          status->MPI_TAG);
    ranks_unlock();
}

/* A call of all ranks together: the first to come says which. */
static void enter_together(const char *call, MPI_Comm comm)
{
    if (number_of(comm) == NONE)
        return;
    ranks_lock();
    struct facts *const facts = ranks_here();
    struct rank *const me = &facts->rank[ranks_me()];
    const int number = ++facts->tried[facts->now].together[ranks_me()];
    me->place = IN_CALL;
    me->send = me->recv = NONE;
    me->together = number;
    snprintf(me->call, sizeof(me->call), "%s", call);
    if (number <= TOGETHER_MOST) {
        char *const first = facts->together[number - 1];
        if (first[0] == '\0')
            snprintf(first, sizeof(facts->together[0]), "%s", call);
        if (strcmp(first, call) != 0) {
            facts->clash_rank = ranks_me();
            ranks_stop();
        }
    }
    ranks_look();
    ranks_unlock();
}

static int leave_together(int rc, MPI_Comm comm)
{
    if (number_of(comm) != NONE)
        leave(NONE, NULL);
    return rc;
}

/* A standard send may wait for its receiver, and mostly does not: here it
 * does, every time. */
static int send(const char *call, const void *buffer, int n, MPI_Datatype type,
                int to, int tag, MPI_Comm comm)
{
    if (!is_known(comm, to))
        return PMPI_Send(buffer, n, type, to, tag, comm);
    enter(call, post(true, to, tag, comm), NONE);
    const int rc = PMPI_Ssend(buffer, n, type, to, tag, comm);
    leave(NONE, NULL);
    return rc;
}

int MPI_Send(const void *buffer, int n, MPI_Datatype type, int to, int tag,
             MPI_Comm comm)
{
    return send("MPI_Send", buffer, n, type, to, tag, comm);
}

int MPI_Ssend(const void *buffer, int n, MPI_Datatype type, int to, int tag,
              MPI_Comm comm)
{
    return send("MPI_Ssend", buffer, n, type, to, tag, comm);
}

int MPI_Rsend(const void *buffer, int n, MPI_Datatype type, int to, int tag,
              MPI_Comm comm)
{
    return send("MPI_Rsend", buffer, n, type, to, tag, comm);
}

int MPI_Bsend(const void *buffer, int n, MPI_Datatype type, int to, int tag,
              MPI_Comm comm)
{
    post(true, to, tag, comm);
    return PMPI_Bsend(buffer, n, type, to, tag, comm);
}

int MPI_Recv(void *buffer, int n, MPI_Datatype type, int from, int tag,
             MPI_Comm comm, MPI_Status *status)
{
    MPI_Status seen;
    if (!is_known(comm, from))
        return PMPI_Recv(buffer, n, type, from, tag, comm, status);
    const int recv = post(false, from, tag, comm);
    enter("MPI_Recv", NONE, recv);
    const int rc = PMPI_Recv(buffer, n, type, from, tag, comm, &seen);
    leave(recv, &seen);
    if (status != MPI_STATUS_IGNORE)
        *status = seen;
    return rc;
}

int MPI_Sendrecv(const void *out, int n_out, MPI_Datatype type_out, int to,
                 int tag_out, void *in, int n_in, MPI_Datatype type_in,
                 int from, int tag_in, MPI_Comm comm, MPI_Status *status)
{
    MPI_Status seen;
    const int send = post(true, to, tag_out, comm);
    const int recv = post(false, from, tag_in, comm);
    if (send == NONE && recv == NONE)
        return PMPI_Sendrecv(out, n_out, type_out, to, tag_out, in, n_in,
                             type_in, from, tag_in, comm, status);
    enter("MPI_Sendrecv", send, recv);
    const int rc = PMPI_Sendrecv(out, n_out, type_out, to, tag_out, in, n_in,
                                 type_in, from, tag_in, comm, &seen);
    leave(recv, &seen);
    if (status != MPI_STATUS_IGNORE)
        *status = seen;
    return rc;
}

/* A request that was never waited for may have left its name to this one. */
static void remember(MPI_Request request, int number)
{
    for (int i = 0; i < n_requests; i++) {
        if (requests[i].request == request) {
            requests[i].post = number;
            return;
        }
    }
    if (n_requests < REQUESTS_MOST)
        requests[n_requests++] = (struct request){ request, number };
}

static int isend(const void *buffer, int n, MPI_Datatype type, int to, int tag,
                 MPI_Comm comm, MPI_Request *request)
{
    const int number = post(true, to, tag, comm);
    const int rc = PMPI_Issend(buffer, n, type, to, tag, comm, request);
    remember(*request, number);
    return rc;
}

int MPI_Isend(const void *buffer, int n, MPI_Datatype type, int to, int tag,
              MPI_Comm comm, MPI_Request *request)
{
    return isend(buffer, n, type, to, tag, comm, request);
}

int MPI_Issend(const void *buffer, int n, MPI_Datatype type, int to, int tag,
               MPI_Comm comm, MPI_Request *request)
{
    return isend(buffer, n, type, to, tag, comm, request);
}

int MPI_Irecv(void *buffer, int n, MPI_Datatype type, int from, int tag,
              MPI_Comm comm, MPI_Request *request)
{
    const int number = post(false, from, tag, comm);
    const int rc = PMPI_Irecv(buffer, n, type, from, tag, comm, request);
    remember(*request, number);
    return rc;
}

/* What was begun with this request; forgets it. */
static int forget(MPI_Request request)
{
    for (int i = 0; i < n_requests; i++) {
        const struct request found = requests[i];
        if (found.request != request)
            continue;
        requests[i] = requests[--n_requests];
        return found.post;
    }
    return NONE;
}

static int wait_for(const char *call, MPI_Request *request, MPI_Status *status)
{
    MPI_Status seen;
    const int number = *request == MPI_REQUEST_NULL ? NONE : forget(*request);
    if (number == NONE)
        return PMPI_Wait(request, status);
    const bool is_send = ranks_here()->matching.posts[number].is_send;
    enter(call, is_send ? number : NONE, is_send ? NONE : number);
    const int rc = PMPI_Wait(request, &seen);
    leave(is_send ? NONE : number, &seen);
    if (status != MPI_STATUS_IGNORE)
        *status = seen;
    return rc;
}

int MPI_Wait(MPI_Request *request, MPI_Status *status)
{
    return wait_for("MPI_Wait", request, status);
}

/* One after the other: all go on while one is waited for. */
int MPI_Waitall(int n, MPI_Request *all, MPI_Status *statuses)
{
    int rc = MPI_SUCCESS;
    for (int i = 0; i < n && rc == MPI_SUCCESS; i++)
        rc = wait_for("MPI_Waitall", &all[i],
                      statuses == MPI_STATUSES_IGNORE ? MPI_STATUS_IGNORE
                                                      : &statuses[i]);
    return rc;
}

int MPI_Test(MPI_Request *request, int *ret_flag, MPI_Status *status)
{
    MPI_Status seen;
    const MPI_Request asked = *request;
    const int rc = PMPI_Test(request, ret_flag, &seen);
    if (*ret_flag && asked != MPI_REQUEST_NULL) {
        const int number = forget(asked);
        const bool is_receive =
            number != NONE && !ranks_here()->matching.posts[number].is_send;
        leave(is_receive ? number : NONE, &seen);
    }
    if (status != MPI_STATUS_IGNORE)
        *status = seen;
    return rc;
}

/* What comes and goes by requests that are started again is in no book here. */
static void lose_track(void)
{
    ranks_lock();
    ranks_here()->matching.is_full = true;
    ranks_unlock();
}

int MPI_Start(MPI_Request *request)
{
    lose_track();
    return PMPI_Start(request);
}

int MPI_Startall(int n, MPI_Request *all)
{
    lose_track();
    return PMPI_Startall(n, all);
}

int MPI_Comm_dup(MPI_Comm comm, MPI_Comm *ret_copy)
{
    enter_together("MPI_Comm_dup", comm);
    const int rc = PMPI_Comm_dup(comm, ret_copy);
    if (number_of(comm) != NONE && n_copies < COPIES_MOST)
        copies[n_copies++] = *ret_copy;
    return leave_together(rc, comm);
}

int MPI_Comm_free(MPI_Comm *comm)
{
    for (int i = 0; i < n_copies; i++)
        if (copies[i] == *comm)
            copies[i] = MPI_COMM_NULL;
    return PMPI_Comm_free(comm);
}

int MPI_Barrier(MPI_Comm comm)
{
    enter_together("MPI_Barrier", comm);
    return leave_together(PMPI_Barrier(comm), comm);
}

int MPI_Bcast(void *buffer, int n, MPI_Datatype type, int root, MPI_Comm comm)
{
    enter_together("MPI_Bcast", comm);
    return leave_together(PMPI_Bcast(buffer, n, type, root, comm), comm);
}

int MPI_Reduce(const void *in, void *out, int n, MPI_Datatype type, MPI_Op op,
               int root, MPI_Comm comm)
{
    enter_together("MPI_Reduce", comm);
    return leave_together(PMPI_Reduce(in, out, n, type, op, root, comm), comm);
}

int MPI_Allreduce(const void *in, void *out, int n, MPI_Datatype type,
                  MPI_Op op, MPI_Comm comm)
{
    enter_together("MPI_Allreduce", comm);
    return leave_together(PMPI_Allreduce(in, out, n, type, op, comm), comm);
}

int MPI_Scan(const void *in, void *out, int n, MPI_Datatype type, MPI_Op op,
             MPI_Comm comm)
{
    enter_together("MPI_Scan", comm);
    return leave_together(PMPI_Scan(in, out, n, type, op, comm), comm);
}

int MPI_Gather(const void *in, int n_in, MPI_Datatype type_in, void *out,
               int n_out, MPI_Datatype type_out, int root, MPI_Comm comm)
{
    enter_together("MPI_Gather", comm);
    return leave_together(
        PMPI_Gather(in, n_in, type_in, out, n_out, type_out, root, comm), comm);
}

int MPI_Allgather(const void *in, int n_in, MPI_Datatype type_in, void *out,
                  int n_out, MPI_Datatype type_out, MPI_Comm comm)
{
    enter_together("MPI_Allgather", comm);
    return leave_together(
        PMPI_Allgather(in, n_in, type_in, out, n_out, type_out, comm), comm);
}

int MPI_Scatter(const void *in, int n_in, MPI_Datatype type_in, void *out,
                int n_out, MPI_Datatype type_out, int root, MPI_Comm comm)
{
    enter_together("MPI_Scatter", comm);
    return leave_together(
        PMPI_Scatter(in, n_in, type_in, out, n_out, type_out, root, comm),
        comm);
}

int MPI_Alltoall(const void *in, int n_in, MPI_Datatype type_in, void *out,
                 int n_out, MPI_Datatype type_out, MPI_Comm comm)
{
    enter_together("MPI_Alltoall", comm);
    return leave_together(
        PMPI_Alltoall(in, n_in, type_in, out, n_out, type_out, comm), comm);
}

/* The caller has done that, and does it again when all ranks are back. */
static int misplaced(void)
{
    ranks_lock();
    ranks_here()->is_misplaced = true;
    ranks_stop();
}

int MPI_Init(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    return misplaced();
}

int MPI_Finalize(void)
{
    return misplaced();
}
