/* How a check starts. */
#include "checking.h"

#include <fnmatch.h>
#include <stdbool.h>
#include <stdio.h>

/* A name that fits none would run nothing, and nothing has no failures. */
static bool fits_any(const char *pattern, const struct CMUnitTest *tests,
                     size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (fnmatch(pattern, tests[i].name, 0) == 0)
            return true;
    return false;
}

int checking_run(int argc, char **argv, const struct CMUnitTest *tests,
                 size_t count)
{
    if (argc > 2 || (argc == 2 && !fits_any(argv[1], tests, count))) {
        fprintf(stderr, "usage: %s [TEST], where TEST is one of\n", argv[0]);
        for (size_t i = 0; i < count; i++)
            fprintf(stderr, "    %s\n", tests[i].name);
        return 2;
    }
    if (argc == 2)
        cmocka_set_test_filter(argv[1]);
    return _cmocka_run_group_tests("check", tests, count, NULL, NULL) != 0;
}
