/* Small facts out of the kernel's text files. Every path is looked up below a
 * root: "" is the real machine, a test gives a tree of a few files. A fact that
 * is not there is unknown, which is an answer and not an error. */
#ifndef DRIVER_FACTS_H
#define DRIVER_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum { FACT_UNKNOWN = -1 };

/* Opens a file to read. NULL and errno as from fopen. */
FILE *facts_open(const char *root, const char *path);

bool facts_exists(const char *root, const char *path);

/* The file's first line, without its end and with '?' for each byte that is
 * not printable ASCII. False, and "", when there is no such line. */
bool facts_line(const char *root, const char *path, char *ret_text,
                size_t size);

/* The whole number, 0 or more, that the file begins with; else FACT_UNKNOWN. */
long facts_number(const char *root, const char *path);

/* The value in the first line `key: value` of the file (spaces around the colon
 * do not matter), made printable. False, and "", when there is none. */
bool facts_field(const char *root, const char *path, const char *key,
                 char *ret_text, size_t size);

/* Whether `word` is one of the words in the text, which `separators` split. */
bool facts_word(const char *text, const char *separators, const char *word);

#endif
