/* One line of what went wrong, kept until main prints it. */
#include "failure.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int failure_note(struct failure *failure, int rc, const char *format, ...)
{
    if (failure->text[0] != '\0')
        return rc;

    va_list arguments;
    va_start(arguments, format);
    vsnprintf(failure->text, sizeof(failure->text), format, arguments);
    va_end(arguments);

    size_t used = strlen(failure->text);
    if (rc < 0 && rc != -EINVAL)
        snprintf(failure->text + used, sizeof(failure->text) - used, ": %s",
                 strerror(-rc));
    return rc;
}
