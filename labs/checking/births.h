/* Births: in the student's object alone, pthread_create and fork are renamed
 * to the two functions below. Each new worker parks at its birth until the
 * check lets it go, in any order the check likes; and a creation can be made
 * to fail. */
#ifndef CHECKING_BIRTHS_H
#define CHECKING_BIRTHS_H

#include <pthread.h>
#include <stdbool.h>
#include <sys/types.h>

enum { BIRTHS_MAX = 64 };

/* In the check, before the trial: forget the births before, and from now on
 * park the newborn. Without this the two functions create and do no more. */
void births_park(void);

/* In the check, before the trial: count births, park nobody. */
void births_count_only(void);

/* Before the trial, after one of the above: the k-th creation (from 0) gives
 * EAGAIN. */
void births_fail_at(int k);

/* How many creations were tried, by pthread_create and by fork. From the
 * (BIRTHS_MAX + 1)-th on they give EAGAIN. */
int births_tried(void);
int births_tried_threads(void);
int births_tried_processes(void);

/* In on_quiet: how many are parked; let the k-th born go (false: it does not
 * wait); let all go (how many that was). */
int births_waiting(void);
bool births_release(int k);
int births_release_all(void);

/* What the student's object calls. */
int check_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                         void *(*start)(void *), void *arg);
pid_t check_fork(void);

#endif
