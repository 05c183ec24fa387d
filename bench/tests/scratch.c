/* A folder of its own for each test. */
#define _GNU_SOURCE /* nftw's FTW_PHYS, mkdtemp */
#include "scratch.h"

#include <dirent.h>
#include <ftw.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

int scratch_begin(void **state)
{
    const char *below = getenv("TMPDIR");
    char *path = malloc(PATH_MAX);
    if (path == NULL)
        return -1;

    snprintf(path, PATH_MAX, "%s/bench-test.XXXXXX",
             below != NULL ? below : "/tmp");
    *state = path;
    return mkdtemp(path) != NULL ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *about, int kind,
                      struct FTW *where)
{
    (void)about;
    (void)kind;
    (void)where;
    return remove(path);
}

int scratch_end(void **state)
{
    int rc = nftw(*state, remove_one, 16, FTW_DEPTH | FTW_PHYS);

    free(*state);
    return rc;
}

const char *scratch_path(const char *folder, const char *name)
{
    static char paths[2][PATH_MAX];
    static unsigned next;
    char *path = paths[next++ % 2];

    snprintf(path, PATH_MAX, "%s/%s", folder, name);
    return path;
}

char *scratch_read(const char *folder, const char *name)
{
    char *text = NULL;
    size_t room = 0;
    FILE *file = fopen(scratch_path(folder, name), "re");
    if (file == NULL)
        return NULL;

    /* No file of a test holds a '\0'. */
    if (getdelim(&text, &room, '\0', file) < 0 && text != NULL)
        text[0] = '\0';
    fclose(file);
    return text;
}

void scratch_script(const char *folder, const char *name, const char *lines)
{
    FILE *file = fopen(scratch_path(folder, name), "we");

    assert_non_null(file);
    fprintf(file, "#!/bin/sh\n%s\n", lines);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(scratch_path(folder, name), 0755), 0);
}

size_t scratch_count(const char *folder)
{
    size_t count = 0;
    DIR *names = opendir(folder);
    const struct dirent *entry;

    assert_non_null(names);
    while ((entry = readdir(names)) != NULL)
        count +=
            strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(names);
    return count;
}
