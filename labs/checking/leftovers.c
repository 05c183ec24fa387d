/* Handles are compared with those before the call. Files are looked for in one
 * place, the folder in which the trial works: what an exercise leaves in other
 * places cannot be told from what other programs do there. */
#define _GNU_SOURCE /* nftw */
#include "leftovers.h"

#include "impossible.h"
#include "proc.h"

#include <dirent.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void leftovers_make_folder(char *ret_path, size_t size)
{
    const char *where = getenv("TMPDIR");

    if (where == NULL || where[0] != '/')
        where = "/tmp";
    if (snprintf(ret_path, size, "%s/lab-XXXXXX", where) >= (int)size)
        snprintf(ret_path, size, "/tmp/lab-XXXXXX");
    if (mkdtemp(ret_path) == NULL)
        impossible("a folder to work in (mkdtemp)");
}

/* Adds ", text" to a list that is cut, not overrun. */
static void add_to_list(char *list, size_t size, const char *text)
{
    size_t used = strlen(list);

    snprintf(list + used, size - used, "%s%s", used > 0 ? ", " : "", text);
}

static bool was_open(const struct stage *stage, int fd)
{
    for (int i = 0; i < stage->n_handles; i++)
        if (stage->handles[i] == fd)
            return true;
    return false;
}

/* "3 (pipe)", "4 (part-0)" */
static void name_handle(pid_t pid, int fd, const char *folder, char *name,
                        size_t size)
{
    char path[64], target[LEFTOVERS_PATH];

    snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)pid, fd);
    ssize_t length = readlink(path, target, sizeof target - 1);
    target[length > 0 ? length : 0] = '\0';

    const char *shown = target;
    size_t prefix = strlen(folder);
    if (strncmp(target, folder, prefix) == 0 && target[prefix] == '/')
        shown = target + prefix + 1;
    else if (target[0] != '/')
        target[strcspn(target, ":")] = '\0'; /* "pipe:[4711]" */
    snprintf(name, size, "%d (%s)", fd, shown);
}

void leftovers_count_handles(const struct stage *stage, const char *folder,
                             struct outcome *outcome)
{
    int fds[STAGE_HANDLES];
    int n = proc_handles(stage->root, fds, STAGE_HANDLES);

    for (int i = 0; i < n; i++) {
        char name[LEFTOVERS_PATH + 16];
        if (was_open(stage, fds[i]))
            continue;
        outcome->handles_left++;
        name_handle(stage->root, fds[i], folder, name, sizeof name);
        add_to_list(outcome->handles, sizeof outcome->handles, name);
    }
}

static int remove_one(const char *path, const struct stat *status, int type,
                      struct FTW *place)
{
    (void)status;
    (void)type;
    (void)place;
    remove(path); /* one that cannot be removed must not save the others */
    return 0;
}

void leftovers_count_files(const char *folder, struct outcome *outcome)
{
    DIR *listing = opendir(folder);

    if (listing != NULL) {
        struct dirent *entry = readdir(listing);
        for (; entry != NULL; entry = readdir(listing)) {
            const char *name = entry->d_name;
            if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
                continue;
            outcome->files_left++;
            add_to_list(outcome->files, sizeof outcome->files, name);
        }
        closedir(listing);
    }
    nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}
