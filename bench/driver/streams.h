/* The standard streams. */
#ifndef DRIVER_STREAMS_H
#define DRIVER_STREAMS_H

#include <stdio.h>

/* Opens /dev/null as each standard stream that a shell has closed (`>&-`): the
 * next file would get its number, and our messages. */
void streams_fill(void);

/* Whether all that was printed has left us. 0, or -errno of what kept it back;
 * -EIO where it failed earlier, for a reason that is forgotten. */
int streams_flush(FILE *stream);

#endif
