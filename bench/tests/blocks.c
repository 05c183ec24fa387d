/* Plans and blocks made by hand. */
#include "blocks.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct bench_case *blocks_case(struct plan *plan, const char *name,
                               const char *family, const char *placement)
{
    struct bench_case *added = plan_add(plan);

    assert_non_null(added);
    snprintf(added->name, sizeof(added->name), "%s", name);
    snprintf(added->label, sizeof(added->label), "%s label", name);
    snprintf(added->note, sizeof(added->note), "%s note", name);
    snprintf(added->family, sizeof(added->family), "%s", family);
    snprintf(added->placement, sizeof(added->placement), "%s", placement);
    return added;
}

struct block *blocks_add(struct samples *samples, size_t case_index,
                         unsigned round, const char *text)
{
    struct failure failure = { "" };

    samples->blocks =
        realloc(samples->blocks, (samples->count + 1) * sizeof(struct block));
    assert_non_null(samples->blocks);
    struct block *block = &samples->blocks[samples->count++];
    *block = (struct block){ .case_index = case_index,
                             .round = round,
                             .others_running = NAN };
    assert_int_equal(rows_parse(strdup(text), &block->rows, &failure), 0);
    if (round >= samples->rounds)
        samples->rounds = round + 1;
    samples->room = samples->count;
    return block;
}
