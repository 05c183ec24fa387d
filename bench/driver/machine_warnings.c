/* What a reader of the numbers must know about the machine, and can do about
 * it: a warning is a row, whose function writes the sentence if it applies. */
#include "machine.h"

#include <stdio.h>
#include <string.h>

enum { SENTENCE_BYTES = 512 };

static const double steal_noticed = 0.01; /* of all CPU time */
static const double load_noticed = 0.5;   /* processes for each usable CPU */

static bool powersave(const struct machine *m, char *ret, size_t size)
{
    snprintf(ret, size,
             "The CPU governor is 'powersave', so that short runs may be over "
             "before the clock has sped up: set it with `sudo cpupower "
             "frequency-set -g performance`.");
    return strcmp(m->governor, "powersave") == 0;
}

static bool battery(const struct machine *m, char *ret, size_t size)
{
    snprintf(ret, size,
             "The machine runs on battery and may slow down to save it: plug "
             "it in.");
    return m->on_battery == 1;
}

static bool quota(const struct machine *m, char *ret, size_t size)
{
    snprintf(ret, size,
             "A cgroup quota leaves %.2f CPUs of the %d that may be used, and "
             "stops more workers than that in turn: read speedup up to %d, or "
             "lift the quota (`docker run --cpus`, systemd's CPUQuota=).",
             m->quota_cpus, m->affinity_cpus, m->usable_cpus);
    return m->quota_cpus > 0 && m->quota_cpus < m->affinity_cpus;
}

static bool one_cpu(const struct machine *m, char *ret, size_t size)
{
    snprintf(ret, size,
             "Only one CPU may be used, so that other-cpu and speedup are not "
             "measured: give the process or the virtual machine a second one.");
    return m->affinity_cpus == 1;
}

static bool one_core(const struct machine *m, char *ret, size_t size)
{
    snprintf(ret, size,
             "The %d CPUs that may be used are hardware threads of one core, "
             "so that other-cpu is not measured: allow a CPU of another core "
             "(`taskset`, cpuset).",
             m->affinity_cpus);
    return m->affinity_cpus > 1 && m->cores_usable == 1;
}

static bool part_of_machine(const struct machine *m, char *ret, size_t size)
{
    snprintf(ret, size,
             "This process may use %d of the machine's %d CPUs (`taskset`, "
             "cpuset): speedup ends there.",
             m->affinity_cpus, m->hardware_threads);
    return m->affinity_cpus > 1 && m->affinity_cpus < m->hardware_threads;
}

static bool mixed_cores(const struct machine *m, char *ret, size_t size)
{
    snprintf(ret, size,
             "CPU %d (%s) and CPU %d (%s) are different classes of core: "
             "compare placements with care, or allow one class only "
             "(`taskset -c`).",
             m->first_cpu, m->cpu_class, m->other_cpu, m->other_cpu_class);
    return m->other_cpu >= 0 && m->other_cpu_class[0] != '\0' &&
           strcmp(m->cpu_class, m->other_cpu_class) != 0;
}

static bool wsl(const struct machine *m, char *ret, size_t size)
{
    snprintf(ret, size,
             "Under WSL Windows decides when the CPUs run: trust shapes and "
             "ratios more than microseconds, and close what else is busy.");
    return strcmp(m->virtualisation, "WSL") == 0;
}

static bool hidden_smt(const struct machine *m, char *ret, size_t size)
{
    snprintf(ret, size,
             "A hypervisor may present the hardware threads of one core as "
             "CPUs of their own: compare speedup with its ceiling, the "
             "independent copies, rather than with the number of CPUs.");
    return strncmp(m->virtualisation, "virtual", strlen("virtual")) == 0 &&
           m->smt_active != 1 && m->affinity_cpus > 1;
}

static bool slow_clock(const struct machine *m, char *ret, size_t size)
{
    snprintf(ret, size,
             "The clock source '%s' takes a system call and about a "
             "microsecond a reading: look at the timer's own row before small "
             "differences.",
             m->clock_source);
    return strcmp(m->clock_source, "hpet") == 0 ||
           strcmp(m->clock_source, "acpi_pm") == 0;
}

static bool (*const warnings[])(const struct machine *, char *, size_t) = {
    powersave,       battery,     quota, one_cpu,    one_core,
    part_of_machine, mixed_cores, wsl,   hidden_smt, slow_clock,
};

void machine_warnings(const struct machine *machine,
                      void (*add)(const char *sentence, void *context),
                      void *context)
{
    char sentence[SENTENCE_BYTES];

    for (size_t i = 0; i < sizeof warnings / sizeof warnings[0]; i++)
        if (warnings[i](machine, sentence, sizeof sentence))
            add(sentence, context);
}

void machine_load_warnings(const struct machine *machine,
                           const struct load *before, const struct load *after,
                           void (*add)(const char *sentence, void *context),
                           void *context)
{
    char sentence[SENTENCE_BYTES];
    double stolen = machine_steal_share(before, after);

    if (before->load1 > load_noticed * machine->usable_cpus) {
        snprintf(sentence, sizeof sentence,
                 "The load average was %.2f before the run (a build or another "
                 "run in the last minute shows in it too): close other "
                 "programs and repeat.",
                 before->load1);
        add(sentence, context);
    }
    if (stolen > steal_noticed) {
        snprintf(sentence, sizeof sentence,
                 "The hypervisor gave %.1f %% of the CPU time to others "
                 "during the run: repeat at a quieter time.",
                 100 * stolen);
        add(sentence, context);
    }
}
