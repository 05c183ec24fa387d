/* One table: what is claimed, and what decides it. */
#include "claims.h"

#include "claims_rules.h"

#include <errno.h>

static const struct claim {
    const char *id, *statement;
    const char *(*rule)(const struct claim_facts *facts,
                        struct evidence *evidence);
    const char *labs, *seen; /* for claim_by_demos */
} claims[] = {
    { "C1", "A change of memory made in one process stays in that process",
      claim_by_demos, "01",
      "one address held the child's value and the parent's at the same time" },
    { "C2", "Processes exchange data only indirectly, for example by files",
      claim_by_demos, "06",
      "a variable and a pointer brought nothing home; a file did, and so did "
      "a pipe and a shared mapping" },
    { "C3", "Python needs processes to use several cores",
      claim_python_needs_processes, NULL, NULL },
    { "C4", "A process starts from a function or from an overridden run",
      claim_by_demos, "04", "both ways started a process" },
    { "C5", "A thread starts in the same two ways", claim_by_demos, "04",
      "both ways started a thread" },
    { "C6", "The starter's next line comes before the worker's first",
      claim_starter_goes_on, NULL, NULL },
    { "C7", "Workers that nap run side by side and finish in their own order",
      claim_by_demos, "05",
      "each worker napped all of its time, beside the others, and was joined "
      "after that; scripts/lab run 05 shows who was done when" },
    { "C8", "Threads share memory, handles and other state of their process",
      claim_by_demos, "02 07 08 09 15",
      "threads shared variables, the working directory, a file's offset, lost "
      "updates and a crash; processes only the offset, and updates of memory "
      "that they had mapped together" },
    { "C9", "Sharing memory makes a program much more efficient",
      claim_sharing_pays, NULL, NULL },
    { "C10", "The system creates a thread more cheaply than a process",
      claim_threads_are_cheaper, NULL, NULL },
    { "C11", "Threads are often far more efficient for concurrent tasks",
      claim_threads_run_tasks_better, NULL, NULL },
};

int claims_judge(struct report *report, int usable_cpus)
{
    int rc = 0;

    json_array_clear(report->claims);
    for (size_t i = 0; i < sizeof(claims) / sizeof(claims[0]) && rc == 0; i++) {
        const struct claim *claim = &claims[i];
        const struct claim_facts facts = { .report = report,
                                           .usable_cpus = usable_cpus,
                                           .labs = claim->labs,
                                           .seen = claim->seen };
        struct evidence evidence = { .used = 0 };
        const char *verdict = claim->rule(&facts, &evidence);

        rc = report_add(report->claims,
                        json_pack("{s:s, s:s, s:s, s:s}", "id", claim->id,
                                  "statement", claim->statement, "verdict",
                                  verdict, "evidence", evidence.text));
    }
    return rc;
}
