/* Lists of names, as options give them; and where we are. */
#define _GNU_SOURCE /* readlink */
#include "context.h"

#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool context_asked(const char *list, const char *name)
{
    size_t length = strlen(name);

    if (list == NULL)
        return true;
    while (*list != '\0') {
        size_t item = strcspn(list, ",");

        if (item == length && strncmp(list, name, length) == 0)
            return true;
        list += item + (list[item] == ',');
    }
    return false;
}

int context_find_programs(struct context *context, struct failure *failure)
{
    char path[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);
    if (length < 0)
        return failure_note(failure, -errno, "cannot find my own folder");

    path[length] = '\0';
    snprintf(context->programs, sizeof(context->programs), "%s", dirname(path));
    return 0;
}
