/* memory: how does it grow with the parent? The plan: every way to start a
 * child, from a parent that has touched more and more memory, in small pages
 * and in huge ones; and what a child pays for the first write to a page. What
 * follows from the rows is in memory_conclude.c. */
#include "memory.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

const int memory_sizes[MEMORY_SIZES] = { 0, 1, 4, 16, 64, 256, 1024 };
const char *const memory_pages[MEMORY_PAGES] = { "4k", "huge" };
const char memory_placement[] = "same-cpu";

const struct memory_kind memory_kinds[] = {
    { "fork", "process", "fork", "copies page tables", "", 0 },
    { "fork-exec", "program", "fork + exec",
      "page-table copy + new static program", "empty-static", 256 },
    { "vfork", "process", "vfork", "borrows all memory until _exit", "", 64 },
    { "posix-spawn", "program", "posix_spawn",
      "new static program; no page-table copy", "empty-static", 64 },
    { "pthread", "thread", "pthread_create", "shares memory; the baseline", "",
      0 },
};
const size_t memory_kinds_count =
    sizeof(memory_kinds) / sizeof(memory_kinds[0]);

/* --quick: nothing, and two sizes that a fork feels. */
enum { QUICK_FROM_MIB = 4, QUICK_MIB = 16, LARGE_MIB = 64 };

/* The A/A controls: one more case of the same. */
static const struct control {
    const char *name, *of, *label;
    int mib;
} controls[] = {
    { "pthread-again", "pthread", "pthread_create (again)", 0 },
    { "fork-again", "fork", "fork (again)", 16 },
};
enum { CONTROLS = sizeof(controls) / sizeof(controls[0]) };

/* Who writes into touched memory. */
static const struct writer {
    const char *name, *kind, *family, *label, *note;
} writers[] = {
    { "fork-write", "process", "process", "forked child writes",
      "first byte of each page after a fork" },
    { "thread-write", "thread", "thread", "thread writes",
      "the same bytes; nothing to copy" },
};
enum { WRITERS = sizeof(writers) / sizeof(writers[0]) };

static bool is_huge(const char *pages)
{
    return strcmp(pages, "huge") == 0;
}

/* Why a parent of that size cannot be had here; "" if it can. */
static void check_parent(const struct machine *machine, int mib,
                         const char *pages, struct bench_case *added)
{
    char *why = added->unavailable;
    size_t room = sizeof(added->unavailable);
    double most_mib = (double)machine->memory_available_mib / 4;

    if (is_huge(pages) && machine->huge_page_kib == FACT_UNKNOWN)
        snprintf(why, room, "this kernel has no transparent huge pages");
    else if (is_huge(pages) && strcmp(machine->thp, "never") == 0)
        snprintf(why, room, "transparent huge pages are switched off");
    else if (is_huge(pages) && mib * 1024L % machine->huge_page_kib != 0)
        snprintf(why, room, "smaller than one huge page: %ld KiB",
                 machine->huge_page_kib);
    else if (mib > 0 && machine->memory_available_mib == FACT_UNKNOWN)
        snprintf(why, room, "how much memory is free is not known");
    else if (mib > 0 && mib > most_mib)
        snprintf(why, room,
                 "needs %d MiB; a quarter of what is free is %.0f MiB", mib,
                 most_mib);
}

static struct bench_case *add_case(const struct context *context,
                                   struct plan *plan, const char *name,
                                   const char *family, const char *label,
                                   const char *note, int mib, const char *pages)
{
    struct bench_case *added = plan_add(plan);
    if (added == NULL)
        return NULL;

    snprintf(added->name, sizeof(added->name), "%s", name);
    snprintf(added->family, sizeof(added->family), "%s", family);
    snprintf(added->label, sizeof(added->label), "%s", label);
    snprintf(added->note, sizeof(added->note), "%s", note);
    snprintf(added->placement, sizeof(added->placement), "%s",
             memory_placement);
    bench_case_parameter(added, 0, "touched_mib", "%d", mib);
    bench_case_parameter(added, 1, "pages", "%s", pages);
    check_parent(&context->machine, mib, pages, added);
    return added;
}

/* Milliseconds of a block; from a large parent three samples take longer. */
static unsigned block_ms(const struct context *context)
{
    enum { MOST_MS = 8 };
    unsigned ms = context->options.profile->block_ms;

    return ms < MOST_MS ? ms : MOST_MS;
}

static int creation_words(const struct context *context,
                          const struct memory_kind *kind, int mib,
                          const char *pages, struct bench_case *added)
{
    enum { SAMPLES = 20, WARMUPS = 3 };
    char path[PATH_MAX + 64];

    snprintf(path, sizeof(path), "%s/%s", context->programs, kind->needs);
    if (kind->needs[0] != '\0' && access(path, X_OK) != 0)
        snprintf(added->unavailable, sizeof(added->unavailable),
                 "%s was not built on this machine", kind->needs);
    int rc = bench_case_argument(added, "%s/probe", context->programs);
    if (rc == 0)
        rc = bench_case_words(added,
                              "creation mechanism=%s samples=%d warmup=%d "
                              "budget_ms=%u cpu=%d touched_mib=%d pages=%s",
                              kind->name, SAMPLES,
                              mib < LARGE_MIB ? WARMUPS : 1, block_ms(context),
                              context->machine.first_cpu, mib, pages);
    return rc;
}

/* A large parent is worth its time for what grows with it, and for the
 * baseline. */
static int add_kind(const struct context *context, struct plan *plan,
                    const struct memory_kind *kind, int mib, const char *pages)
{
    bool thorough = context->options.profile->level == PROFILE_THOROUGH;
    struct bench_case *added = add_case(context, plan, kind->name, kind->family,
                                        kind->label, kind->note, mib, pages);
    if (added == NULL)
        return -ENOMEM;
    if (kind->most_mib > 0 && mib > kind->most_mib && !thorough &&
        added->unavailable[0] == '\0')
        bench_case_give_up(added, "from so large a parent not all kinds; "
                                  "--profile thorough measures them");
    return creation_words(context, kind, mib, pages, added);
}

/* The baseline of all always is; the others with what they are controlled by. */
static bool kind_wanted(const struct context *context, const char *name)
{
    bool wanted = strcmp(name, "pthread") == 0 ||
                  context_asked(context->options.cases, name);

    for (size_t i = 0; i < CONTROLS; i++)
        wanted =
            wanted || (strcmp(controls[i].of, name) == 0 &&
                       context_asked(context->options.cases, controls[i].name));
    return wanted;
}

static const struct memory_kind *kind_of(const char *name)
{
    size_t i = 0;

    while (strcmp(memory_kinds[i].name, name) != 0)
        i++;
    return &memory_kinds[i];
}

static int add_controls(const struct context *context, struct plan *plan)
{
    int rc = 0;

    for (size_t i = 0; i < CONTROLS && rc == 0; i++) {
        const struct control *control = &controls[i];

        if (!kind_wanted(context, control->of))
            continue;
        struct bench_case *added =
            add_case(context, plan, control->name, "control", control->label,
                     "A/A control: the noise floor", control->mib, "4k");
        rc = added == NULL ? -ENOMEM
                           : creation_words(context, kind_of(control->of),
                                            control->mib, "4k", added);
    }
    return rc;
}

/* In small pages the first quarter is written; huge ones are few. */
static int add_writer(const struct context *context, struct plan *plan,
                      const struct writer *writer, const char *pages)
{
    bool quick = context->options.profile->level == PROFILE_QUICK;
    long mib = quick ? 16 : 64, samples = quick ? 3 : 5;
    long stride_kib = is_huge(pages) ? context->machine.huge_page_kib
                                     : sysconf(_SC_PAGESIZE) / 1024;
    long pages_there = mib * 1024 / (stride_kib > 0 ? stride_kib : 1);
    long writes = pages_there / (is_huge(pages) ? 1 : 4);
    struct bench_case *added =
        add_case(context, plan, writer->name, writer->family, writer->label,
                 writer->note, (int)mib, pages);
    if (added == NULL)
        return -ENOMEM;

    bench_case_parameter(added, 2, "written", "%ld", writes);
    int rc = bench_case_argument(added, "%s/probe", context->programs);
    if (rc == 0)
        rc = bench_case_words(added,
                              "writing kind=%s touched_mib=%ld pages=%s "
                              "writes=%ld stride_kib=%ld samples=%ld "
                              "warmup=1 budget_ms=%u cpu=%d",
                              writer->kind, mib, pages, writes, stride_kib,
                              samples, 4 * block_ms(context),
                              context->machine.first_cpu);
    return rc;
}

static int add_writers(const struct context *context, struct plan *plan)
{
    const char *cases = context->options.cases;
    bool asked = context_asked(cases, writers[0].name) ||
                 context_asked(cases, writers[1].name);
    int rc = 0;

    for (size_t i = 0; i < MEMORY_PAGES * WRITERS && asked && rc == 0; i++)
        rc = add_writer(context, plan, &writers[i % WRITERS],
                        memory_pages[i / WRITERS]);
    return rc;
}

static int fill(const struct context *context, struct plan *plan)
{
    bool quick = context->options.profile->level == PROFILE_QUICK;
    int rc = 0;

    for (size_t k = 0; k < memory_kinds_count; k++)
        for (size_t s = 0; s < MEMORY_SIZES; s++)
            for (size_t p = 0; p < MEMORY_PAGES && rc == 0; p++) {
                const struct memory_kind *kind = &memory_kinds[k];
                int mib = memory_sizes[s];
                bool is_quick =
                    mib == 0 || (mib >= QUICK_FROM_MIB && mib <= QUICK_MIB);

                if ((quick && !is_quick) || (mib == 0 && p > 0) ||
                    !kind_wanted(context, kind->name))
                    continue;
                rc = add_kind(context, plan, kind, mib, memory_pages[p]);
            }
    if (rc == 0)
        rc = add_controls(context, plan);
    if (rc == 0)
        rc = add_writers(context, plan);
    return rc;
}

static int plan_make(const struct context *context, struct plan *ret,
                     struct failure *failure)
{
    int rc = fill(context, ret);

    return rc < 0 ? failure_note(failure, rc, "cannot plan memory") : 0;
}

/* The plan of everything has all the names there are. */
static int check(const struct context *context, char *ret_cases,
                 char *ret_placements, struct failure *failure)
{
    return experiment_names(context, plan_make, ret_cases, ret_placements,
                            failure);
}

const struct experiment experiment_memory = {
    .name = "memory",
    .question = "how does it grow with the parent?",
    .summary_columns = MEASURED_WORDS
    ",touched_mib,pages,written," MEASURED_COLUMNS
    ",ns_per_page,ns_per_page_low,ns_per_page_high,faults,huge_kib,"
    "huge_kib_after,failed,ratio,ratio_low,ratio_high,verdict,unavailable",
    .budget_s = { 2, 12, 60 },
    .rounds_at_least = { 8, 8, 8 },
    .check = check,
    .plan = plan_make,
    .conclude = memory_conclude,
};
