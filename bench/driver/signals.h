/* The signals that ask us to stop: SIGINT, SIGTERM, SIGHUP. They are blocked,
 * and let in only while we sleep, where they end the sleep: so none comes
 * between a question and its answer. */
#ifndef DRIVER_SIGNALS_H
#define DRIVER_SIGNALS_H

#include <signal.h>

/* Has them handled and blocks them; but those that whoever started us had
 * ignored, as nohup does, stay so. A closed pipe becomes an error of write(2),
 * and children can be waited for whatever was inherited. */
void signals_catch(void (*handler)(int));

/* What is blocked while we sleep: the mask for ppoll(2). */
sigset_t signals_while_asleep(void);

#endif
