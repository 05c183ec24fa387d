/* The facts by the names that run.json and the charts know them by: a fact is
 * a row, and says itself when it is unknown. */
#include "machine.h"

#include <math.h>
#include <stddef.h>

static json_t *text(const void *fact)
{
    const char *value = fact;

    return value[0] != '\0' ? json_string(value) : json_null();
}

static json_t *whole(const void *fact)
{
    const int *value = fact;

    return *value != FACT_UNKNOWN ? json_integer(*value) : json_null();
}

static json_t *large(const void *fact)
{
    const long *value = fact;

    return *value != FACT_UNKNOWN ? json_integer(*value) : json_null();
}

/* Of cores there is at least one, if any were seen. */
static json_t *count(const void *fact)
{
    const int *value = fact;

    return *value > 0 ? json_integer(*value) : json_null();
}

static json_t *yes_no(const void *fact)
{
    const int *value = fact;

    return *value != FACT_UNKNOWN ? json_boolean(*value) : json_null();
}

static json_t *real(const void *fact)
{
    const double *value = fact;

    return isnan(*value) ? json_null() : json_real(*value);
}

static const struct {
    const char *name;
    size_t offset;
    json_t *(*write)(const void *fact);
} facts[] = {
    { "host", offsetof(struct machine, host), text },
    { "cpu_model", offsetof(struct machine, cpu_model), text },
    { "kernel", offsetof(struct machine, kernel), text },
    { "virtualisation", offsetof(struct machine, virtualisation), text },
    { "container", offsetof(struct machine, container), text },
    { "memory_mib", offsetof(struct machine, memory_mib), large },
    { "memory_available_mib", offsetof(struct machine, memory_available_mib),
      large },
    { "cores", offsetof(struct machine, cores), count },
    { "hardware_threads", offsetof(struct machine, hardware_threads), count },
    { "smt", offsetof(struct machine, smt_active), yes_no },
    { "affinity_cpus", offsetof(struct machine, affinity_cpus), whole },
    { "quota_cpus", offsetof(struct machine, quota_cpus), real },
    { "usable_cpus", offsetof(struct machine, usable_cpus), whole },
    { "cores_usable", offsetof(struct machine, cores_usable), count },
    { "first_cpu", offsetof(struct machine, first_cpu), whole },
    { "sibling_cpu", offsetof(struct machine, sibling_cpu), whole },
    { "other_cpu", offsetof(struct machine, other_cpu), whole },
    { "cpu_class", offsetof(struct machine, cpu_class), text },
    { "other_cpu_class", offsetof(struct machine, other_cpu_class), text },
    { "governor", offsetof(struct machine, governor), text },
    { "turbo", offsetof(struct machine, turbo), yes_no },
    { "on_battery", offsetof(struct machine, on_battery), yes_no },
    { "clock_source", offsetof(struct machine, clock_source), text },
    { "thp", offsetof(struct machine, thp), text },
    { "huge_page_kib", offsetof(struct machine, huge_page_kib), large },
    { "aslr", offsetof(struct machine, aslr), large },
    { "overcommit", offsetof(struct machine, overcommit), large },
};

json_t *machine_json(const struct machine *machine)
{
    json_t *object = json_object();
    if (object == NULL)
        return NULL;

    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
        const void *fact = (const char *)machine + facts[i].offset;
        if (json_object_set_new(object, facts[i].name, facts[i].write(fact)) <
            0) {
            json_decref(object);
            return NULL;
        }
    }
    return object;
}
