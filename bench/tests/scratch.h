/* What tests share: a folder to write in, and files in it. */
#ifndef TESTS_SCRATCH_H
#define TESTS_SCRATCH_H

#include <stddef.h>

/* For cmocka: *state becomes the path of a new, empty folder, which teardown
 * removes with all that is in it. */
int scratch_begin(void **state);
int scratch_end(void **state);

/* folder/name, in memory that is valid until the second next call. */
const char *scratch_path(const char *folder, const char *name);

/* The file's text, to be freed; NULL when there is no such file. */
char *scratch_read(const char *folder, const char *name);

/* Makes an executable script for /bin/sh of these lines. */
void scratch_script(const char *folder, const char *name, const char *lines);

/* How many names the folder holds, hidden ones too. */
size_t scratch_count(const char *folder);

#endif
