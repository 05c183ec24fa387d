/* Lists of names, as options give them. */
#include "context.h"

#include <string.h>

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
