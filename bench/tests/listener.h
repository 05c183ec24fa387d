/* For inject.c and without.c: whoever answers when a command is stopped before
 * a system call (seccomp_unotify(2)). */
#ifndef TESTS_LISTENER_H
#define TESTS_LISTENER_H

#include <linux/seccomp.h>
#include <sys/types.h>

/* How these two end when they cannot do their own part, as env(1) does. */
enum { LISTENER_CANNOT = 125 };

/* The error that a call shall get without being made; 0: it goes on. */
typedef int listener_refuse(void *arg, const struct seccomp_notif *asked);

/* Answers by the listener's descriptor until the command, a child of ours, has
 * ended. Its exit status as a shell would tell it; and how many calls were
 * refused (NULL: not wanted). What goes wrong here ends this program. */
int listener_serve(int listener, pid_t command, listener_refuse *refuse,
                   void *arg, unsigned long *ret_refused);

#endif
