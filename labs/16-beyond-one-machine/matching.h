/* Which message goes to which receive, as MPI's rules have it: in the order in
 * which they were posted, by sender, receiver and tag. The layer keeps this
 * beside the library's own books, since those cannot be read; with it, "can
 * this rank ever go on?" has an answer, and no clock is asked. */
#ifndef MATCHING_H
#define MATCHING_H

#include <stdbool.h>

enum { POSTS_MOST = 512, ANY = -1, NONE = -1 };

/* A message that is offered, or one that is waited for. */
struct post {
    bool is_send, is_done;
    int owner;     /* the rank that has posted it */
    int peer, tag; /* of a receive: may be ANY */
    int comm;      /* in which communicator */
    int partner;   /* its other half's number, or NONE */
};

/* Zeroed is empty. */
struct matching {
    int used;
    bool is_full; /* not all are known: no answer can be trusted */
    struct post posts[POSTS_MOST];
};

/* Returns its number. */
int matching_post(struct matching *matching, const struct post *post);

/* A receive has come back, with a message of this sender and tag: with ANY it
 * may be another one than was thought. */
void matching_received(struct matching *matching, int number, int from,
                       int tag);

/* A message from `from`, to `to`, that has no receive; its number or NONE. */
int matching_unreceived(const struct matching *matching, int from, int to);

/* Will it ever be matched, if nobody posts anything more? */
bool matching_has_partner(const struct matching *matching, int number);

#endif
