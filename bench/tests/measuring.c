/* A measure's own table of keys, its run, and what it prints. */
#define _GNU_SOURCE /* open_memstream */
#include "measuring.h"

#include "scratch.h"

#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

int measuring_run(const struct measure *measure,
                  const char *const words[MEASURING_WORDS], char **ret_text,
                  char *message)
{
    struct arguments arguments;
    struct table table = { .aligned = false };
    char *copies[MEASURING_WORDS];
    size_t bytes;
    int count = 0;

    while (count < MEASURING_WORDS && words[count] != NULL) {
        copies[count] = (char *)(uintptr_t)words[count];
        count++;
    }
    message[0] = '\0';
    table.out = open_memstream(ret_text, &bytes);
    assert_non_null(table.out);
    int rc = arguments_parse(&arguments, measure->keys, count, copies, message,
                             MEASURE_MESSAGE);
    if (rc == 0)
        rc = measure->run(&arguments, &table, message);
    assert_int_equal(fclose(table.out), 0);
    return rc;
}

char *measuring_well(const struct measure *measure,
                     const char *const words[MEASURING_WORDS])
{
    char message[MEASURE_MESSAGE];
    char *text;

    assert_int_equal(measuring_run(measure, words, &text, message), 0);
    assert_string_equal(message, "");
    return text;
}

void measuring_refuses(const struct measure *measure,
                       const char *const words[MEASURING_WORDS], int rc,
                       const char *message)
{
    char said[MEASURE_MESSAGE];
    char *text;

    assert_int_equal(measuring_run(measure, words, &text, said), rc);
    assert_string_equal(said, message);
    assert_string_equal(text, "");
    free(text);
}

unsigned measuring_count(const char *text, const char *part)
{
    unsigned count = 0;

    while ((text = strstr(text, part)) != NULL) {
        text += strlen(part);
        count++;
    }
    return count;
}

/* How many threads there are before a test makes any: one, and under an
 * emulator such as qemu-user its own. */
static size_t threads_at_first;

__attribute__((constructor)) static void count_threads(void)
{
    DIR *folder = opendir("/proc/self/task");

    if (folder == NULL)
        return;
    while (readdir(folder) != NULL)
        threads_at_first++;
    closedir(folder);
    threads_at_first -= 2; /* . and .. */
}

/* A joined thread may be seen for a moment longer: the kernel wakes the one who
 * waits before it is gone. */
void measuring_assert_alone(void)
{
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
    while (scratch_count("/proc/self/task") > threads_at_first)
        usleep(1000);
}
