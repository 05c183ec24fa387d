/* Memory in pages of a chosen size. madvise(2) is a wish; what came of it is
 * read in smaps, since a row that calls small pages huge would be a lie. */
#define _GNU_SOURCE /* MAP_ANONYMOUS, MADV_HUGEPAGE */
#include "touched.h"

#include "errors.h"
#include "kernel.h"
#include "measures.h"
#include "memory.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* A huge page starts at a multiple of its size: 2 MiB on x86 and on most ARM
 * systems, up to 512 MiB where the small ones have 64 KiB. */
enum { LARGEST_ALIGNED_MIB = 512 };

/* What cannot be counted in bytes on a 32-bit machine: 4 GiB and more. */
static const size_t mib_countable = (SIZE_MAX >> 20) - LARGEST_ALIGNED_MIB;

static bool is_huge(const char *pages)
{
    return strcmp(pages, "huge") == 0;
}

int touched_check(const struct arguments *arguments, char *message)
{
    const char *pages = arguments_word(arguments, "pages");

    if (is_huge(pages) || strcmp(pages, "4k") == 0)
        return 0;
    snprintf(message, MEASURE_MESSAGE, "pages=%.40s: give 4k or huge", pages);
    return -EINVAL;
}

/* The largest power of two, in MiB, that divides the size: an address that is a
 * multiple of it suits every huge page that fits in at all. */
static size_t alignment(size_t mib)
{
    size_t power = 1;

    while (mib % (power * 2) == 0 && power < LARGEST_ALIGNED_MIB)
        power *= 2;
    return power << 20;
}

static unsigned char *map_aligned(size_t mib)
{
    size_t align = alignment(mib), bytes = mib << 20;
    unsigned char *memory = mmap(NULL, bytes + align, PROT_READ | PROT_WRITE,
                                 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return NULL;

    size_t before = align - (uintptr_t)memory % align;
    munmap(memory, before);
    munmap(memory + before + bytes, align - before);
    return memory + before;
}

int touched_make(const struct arguments *arguments, struct touched *ret)
{
    size_t mib = (size_t)arguments_number(arguments, "touched_mib");
    bool huge = is_huge(arguments_word(arguments, "pages"));

    *ret = (struct touched){ .memory = NULL };
    if (mib == 0)
        return 0;

    if (mib > mib_countable)
        return -ENOMEM;
    size_t page = (size_t)sysconf(_SC_PAGESIZE), huge_kib = touched_huge_kib();
    ret->memory = map_aligned(mib);
    if (ret->memory == NULL)
        return -errno;
    ret->bytes = mib << 20;
    /* Refused by kernels without huge pages, which then have small ones. */
    (void)madvise(ret->memory, ret->bytes,
                  huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
    /* Since Linux 5.14 one call does what a fault a page would do. */
    (void)madvise(ret->memory, ret->bytes, KERNEL_MADV_POPULATE_WRITE);
    for (size_t at = 0; at < ret->bytes; at += page)
        ret->memory[at] = TOUCHED_BYTE;

    size_t now_kib = touched_huge_kib();
    ret->huge_kib = now_kib > huge_kib ? now_kib - huge_kib : 0;
    return ret->huge_kib == (huge ? ret->bytes >> 10 : 0) ? 0 : -ENODATA;
}

size_t touched_huge_kib(void)
{
    long kib = memory_mapped_kib(0, "AnonHugePages:");

    return kib < 0 ? 0 : (size_t)kib;
}

void touched_refusal(struct table *table, const char *header, int rc)
{
    unsigned columns = 1;

    for (const char *c = header; *c != '\0'; c++)
        columns += *c == ',';
    table_begin(table, header);
    table_number(table, 0);
    table_number(table, 0);
    for (unsigned i = 3; i < columns; i++)
        table_empty(table);
    table_text(table, rc == -ENODATA ? "not obtained" : error_name(-rc));
    table_end(table);
}
