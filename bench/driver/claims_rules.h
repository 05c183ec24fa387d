/* How the data of a run decides a claim. A rule reads verdicts that intervals
 * have given, or the exit status of a demo; it never looks at a median alone. */
#ifndef DRIVER_CLAIMS_RULES_H
#define DRIVER_CLAIMS_RULES_H

#include "claims_count.h"

/* What a rule may look at. */
struct claim_facts {
    const struct report *report;
    int usable_cpus;
    const char *labs; /* numbers of the demos that decide, spaces between */
    const char *seen; /* what they have seen when all end with 0 */
};

/* Each returns one of the verdicts of claims.h. */
const char *claim_by_demos(const struct claim_facts *facts,
                           struct evidence *evidence);
const char *claim_python_needs_processes(const struct claim_facts *facts,
                                         struct evidence *evidence);
const char *claim_starter_goes_on(const struct claim_facts *facts,
                                  struct evidence *evidence);
const char *claim_sharing_pays(const struct claim_facts *facts,
                               struct evidence *evidence);
const char *claim_threads_are_cheaper(const struct claim_facts *facts,
                                      struct evidence *evidence);
const char *claim_threads_run_tasks_better(const struct claim_facts *facts,
                                           struct evidence *evidence);

#endif
