/* What a measure can count beside the time that it takes. */
#ifndef PROBE_COUNTS_H
#define PROBE_COUNTS_H

#include <sys/resource.h>

/* Page faults and context switches, of this process and of the children that
 * it has waited for. */
struct counts {
    long faults, own_faults, voluntary, involuntary;
};

static inline struct counts counts_now(void)
{
    struct rusage own, children;

    getrusage(RUSAGE_SELF, &own);
    getrusage(RUSAGE_CHILDREN, &children);
    return (struct counts){
        .faults = own.ru_minflt + children.ru_minflt,
        .own_faults = own.ru_minflt,
        .voluntary = own.ru_nvcsw + children.ru_nvcsw,
        .involuntary = own.ru_nivcsw + children.ru_nivcsw,
    };
}

static inline struct counts counts_since(const struct counts *before)
{
    struct counts now = counts_now();

    now.faults -= before->faults;
    now.own_faults -= before->own_faults;
    now.voluntary -= before->voluntary;
    now.involuntary -= before->involuntary;
    return now;
}

#endif
