/* How programs that we have started are brought to their end. */
#ifndef DRIVER_ENDING_H
#define DRIVER_ENDING_H

#include <sys/types.h>

/* Asks the process group of a child, by SIGTERM, and waits for the child up to
 * two seconds: whoever has started others, perhaps on other machines, can see
 * to their end. The child can still be waited for. */
void ending_ask(pid_t pid);

/* Kills and reaps all children there are, for up to a second: whoever has left
 * its program's group, as a launcher's ranks do, became ours when the program
 * ended (PR_SET_CHILD_SUBREAPER in prctl(2)). */
void ending_strays(void);

#endif
