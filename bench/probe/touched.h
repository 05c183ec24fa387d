/* Private memory that a parent owns and has written: what a fork has to copy
 * the page tables of, and what its child copies page by page as it writes. */
#ifndef PROBE_TOUCHED_H
#define PROBE_TOUCHED_H

#include "arguments.h"
#include "table.h"

#include <stddef.h>

struct touched {
    unsigned char *memory; /* NULL: none was asked for */
    size_t bytes;
    size_t huge_kib; /* how much of it lies in huge pages */
};

/* What every touched page begins with. */
enum { TOUCHED_BYTE = 1 };

/* Whether pages= is "4k" or "huge". 0; -EINVAL and a line in message. */
int touched_check(const struct arguments *arguments, char *message);

/* Makes touched_mib= MiB of private memory in pages of that size and writes the
 * first byte of each page of the system; 0 MiB: does nothing at all. 0; -ENODATA
 * when the memory did not come in such pages; -ENOMEM and others of mmap(2).
 * Freed by the process's end. */
int touched_make(const struct arguments *arguments, struct touched *ret);

/* How many KiB of this process lie in transparent huge pages, as the kernel
 * counts them now; 0 where it does not say. Allocates nothing. */
size_t touched_huge_kib(void);

/* The table of a measure that has no sample, since touched_make failed: one row
 * with index and warmup first, the error last, and nothing between. */
void touched_refusal(struct table *table, const char *header, int rc);

#endif
