/* Two halves of a message find each other as soon as the second is posted. */
#include "matching.h"

#include <stddef.h>

static bool fits(const struct post *a, const struct post *b)
{
    const struct post *const send = a->is_send ? a : b;
    const struct post *const receive = a->is_send ? b : a;
    return a->is_send != b->is_send && a->comm == b->comm &&
           send->peer == receive->owner &&
           (receive->peer == ANY || receive->peer == send->owner) &&
           (receive->tag == ANY || receive->tag == send->tag);
}

/* The oldest that is free and fits. */
static void find_partner(struct matching *matching, int number)
{
    struct post *const post = &matching->posts[number];
    for (int i = 0; i < matching->used && post->partner == NONE; i++) {
        struct post *const other = &matching->posts[i];
        if (!other->is_done && other->partner == NONE && fits(post, other)) {
            post->partner = i;
            other->partner = number;
        }
    }
}

int matching_post(struct matching *matching, const struct post *post)
{
    if (matching->used == POSTS_MOST) {
        matching->is_full = true;
        return NONE;
    }
    const int number = matching->used++;
    matching->posts[number] = *post;
    matching->posts[number].partner = NONE;
    find_partner(matching, number);
    return number;
}

static bool came_from(const struct matching *matching, int send, int from,
                      int tag)
{
    return send != NONE && matching->posts[send].owner == from &&
           matching->posts[send].tag == tag;
}

/* The oldest message on this way that has not arrived. */
static int find_send(const struct matching *matching,
                     const struct post *receive, int from, int tag)
{
    for (int i = 0; i < matching->used; i++) {
        const struct post *const post = &matching->posts[i];
        if (!post->is_done && fits(post, receive) &&
            came_from(matching, i, from, tag))
            return i;
    }
    return NONE;
}

/* Takes a half away from the other, which looks for a new one. */
static void leave_partner(struct matching *matching, int number)
{
    if (number == NONE)
        return;
    matching->posts[number].partner = NONE;
    find_partner(matching, number);
}

void matching_received(struct matching *matching, int number, int from, int tag)
{
    if (number == NONE)
        return;
    struct post *const receive = &matching->posts[number];
    const int thought = receive->partner;
    receive->is_done = true;
    if (came_from(matching, thought, from, tag)) {
        matching->posts[thought].is_done = true;
        return;
    }
    const int real = find_send(matching, receive, from, tag);
    receive->partner = real;
    if (real != NONE) {
        const int robbed = matching->posts[real].partner;
        matching->posts[real].partner = number;
        matching->posts[real].is_done = true;
        leave_partner(matching, robbed);
    }
    leave_partner(matching, thought);
}

int matching_unreceived(const struct matching *matching, int from, int to)
{
    for (int i = 0; i < matching->used; i++) {
        const struct post *const post = &matching->posts[i];
        if (post->is_send && !post->is_done && post->partner == NONE &&
            post->owner == from && post->peer == to)
            return i;
    }
    return NONE;
}

bool matching_has_partner(const struct matching *matching, int number)
{
    return number == NONE || matching->posts[number].partner != NONE;
}
