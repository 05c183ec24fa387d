/* Notice that printing may fail long after printf(): buffers are written when
 * they are full, and at the end. */
#include "streams.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

void streams_fill(void)
{
    int fd = open("/dev/null", O_RDWR);

    while (fd >= 0 && fd <= STDERR_FILENO)
        fd = open("/dev/null", O_RDWR);
    if (fd >= 0)
        close(fd);
}

int streams_flush(FILE *stream)
{
    if (fflush(stream) != 0)
        return -errno;
    return ferror(stream) != 0 ? -EIO : 0;
}
