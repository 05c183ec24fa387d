/* The names of the errors that creating a worker can meet (fork(2), clone(2),
 * pthread_create(3), execve(2)), and of our own: EPROTO means that a child
 * ended another way than an empty child does; EBADMSG: a wrong result. */
#include "errors.h"

#include "measures.h"

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

static const struct {
    int number;
    const char *name;
} names[] = {
    { 0, "" },
    { EAGAIN, "EAGAIN" },
    { ENOMEM, "ENOMEM" },
    { ENOSYS, "ENOSYS" },
    { EPERM, "EPERM" },
    { EACCES, "EACCES" },
    { EINVAL, "EINVAL" },
    { EPROTO, "EPROTO" },
    { EBADMSG, "EBADMSG" },
    { ECHILD, "ECHILD" },
    { ESRCH, "ESRCH" },
    { ENOENT, "ENOENT" },
    { ETXTBSY, "ETXTBSY" },
    { EMFILE, "EMFILE" },
    { ENFILE, "ENFILE" },
    { E2BIG, "E2BIG" },
    { EBADMSG, "EBADMSG" },
    { ECONNRESET, "ECONNRESET" },
    { EDQUOT, "EDQUOT" },
    { EFBIG, "EFBIG" },
    { EIO, "EIO" },
    { ENOSPC, "ENOSPC" },
    { EPIPE, "EPIPE" },
    { EROFS, "EROFS" },
    { ETIMEDOUT, "ETIMEDOUT" },
};

const char *error_name(int error)
{
    static char other[16];

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (names[i].number == error)
            return names[i].name;
    snprintf(other, sizeof(other), "E%d", error);
    return other;
}

int error_say(char *message, int error, const char *what, ...)
{
    va_list arguments;

    va_start(arguments, what);
    int length = vsnprintf(message, MEASURE_MESSAGE, what, arguments);
    va_end(arguments);
    if (length >= 0 && length < MEASURE_MESSAGE)
        snprintf(message + length, (size_t)(MEASURE_MESSAGE - length), ": %s",
                 strerror(error));
    return -error;
}
