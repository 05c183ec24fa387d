/* Exercise 09: a supervisor, which goes on when its workers crash. */
#ifndef EXERCISE_H
#define EXERCISE_H

enum fate { UNFINISHED, DONE, FAILED };

/* Run the jobs 0, 1, … jobs - 1, and run again what has failed.
 *
 * Each attempt is a child process of its own. It calls job(i, attempt), where
 * attempt is 1 for the job's first child, 2 for its second, and so on; then it
 * exits with what that gave back (0 to 255), unless job has ended it already.
 * The attempt has succeeded if the child exited with status 0, whoever called
 * exit. Another status is a failure, and so is the end by a signal.
 *
 * A job that has succeeded is done, and never runs again. One that has failed
 * is tried again when its child has ended, until it is done or has failed
 * `tries` times (at least 1). Several jobs may run at the same time, or one
 * after the other, as you like.
 *
 * ret_fates[i] says what became of job i: DONE; or FAILED, `tries` times; or
 * UNFINISHED, if it has had fewer attempts because the system refused a child.
 * A child that was never made has not failed.
 *
 *   0 … jobs   so many are DONE, and the others FAILED
 *   -1         some are UNFINISHED
 *
 * Either way all your children have ended when you come back, and none is a
 * zombie. The caller may have other children; leave those alone. */
int supervise(int jobs, int tries, int (*job)(int i, int attempt),
              enum fate *ret_fates);

#endif
