/* The machine's facts from trees of a few files, each a machine that we do not
 * have at hand: tests/machines/NAME stands for its root directory. */
#define _GNU_SOURCE /* sched_getaffinity */
#include "../driver/machine.h"

#include "../driver/cgroup.h"

#include <errno.h>
#include <math.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#ifndef TEST_MACHINES
#define TEST_MACHINES "bench/tests/machines"
#endif

#define ROWS(table) (sizeof(table) / sizeof(table)[0])

struct root {
    char path[1024];
};

static struct root root_of(const char *name)
{
    const char *machines = getenv("TEST_MACHINES");
    struct root root;

    snprintf(root.path, sizeof root.path, "%s/%s",
             machines != NULL ? machines : TEST_MACHINES, name);
    return root;
}

static void read_machine(const char *name, struct machine *ret)
{
    assert_int_equal(machine_read(root_of(name).path, ret), 0);
}

/* ---- Quotas ---- */

static void the_tightest_quota_on_the_path_counts(void **state)
{
    static const struct {
        const char *name;
        double quota;
        int usable;
    } rows[] = {
        { "quota-v1", 3, 3 },         { "quota-v2", 2.5, 2 },
        { "quota-hybrid", 0.5, 1 },   { "quota-none", 0, 4 },
        { "quota-two-mounts", 3, 3 }, { "container-top", 2.5, 2 },
        { "container-unseen", 2, 2 }, { "server", 0, 16 },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct machine m;
        read_machine(rows[i].name, &m);
        assert_true(m.quota_cpus == rows[i].quota);
        assert_int_equal(m.usable_cpus, rows[i].usable);
    }
}

static void no_cgroup_files_means_unknown(void **state)
{
    struct machine m;

    (void)state;
    assert_true(isnan(cgroup_quota(root_of("sparse").path)));
    read_machine("laptop", &m);
    assert_true(isnan(m.quota_cpus));
    assert_int_equal(m.usable_cpus, 8);
}

/* ---- Topology and affinity ---- */

static void places_to_measure(void **state)
{
    static const struct {
        const char *name;
        int cores, threads, smt, affinity, cores_usable;
        int first, sibling, other;
    } rows[] = {
        { "server", 8, 16, 1, 16, 8, 0, 8, 1 },
        { "laptop", 6, 8, 1, 8, 6, 0, 1, 2 },
        { "desktop", 6, 12, 1, 2, 1, 2, 8, -1 },
        { "large", 64, 64, 0, 64, 64, 0, -1, 2 }, /* 1: the other package */
        { "arm-board", 4, 4, 0, 4, 4, 0, -1, 1 },
        { "vm", 2, 2, 0, 2, 2, 0, -1, 1 },
        { "sparse", 0, 0, FACT_UNKNOWN, 1, 0, 0, -1, -1 },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct machine m;
        read_machine(rows[i].name, &m);
        assert_int_equal(m.cores, rows[i].cores);
        assert_int_equal(m.hardware_threads, rows[i].threads);
        assert_int_equal(m.smt_active, rows[i].smt);
        assert_int_equal(m.affinity_cpus, rows[i].affinity);
        assert_int_equal(m.cores_usable, rows[i].cores_usable);
        assert_int_equal(m.first_cpu, rows[i].first);
        assert_int_equal(m.sibling_cpu, rows[i].sibling);
        assert_int_equal(m.other_cpu, rows[i].other);
    }
}

static void usable_cpus_are_those_of_the_affinity(void **state)
{
    struct machine m;

    (void)state;
    read_machine("desktop", &m);
    assert_int_equal(m.usable_cpu[0], 2);
    assert_int_equal(m.usable_cpu[1], 8);
    read_machine("large", &m);
    for (int i = 0; i < 64; i++)
        assert_int_equal(m.usable_cpu[i], i);
}

static void workers_are_spread_over_cores_first(void **state)
{
    static const int laptop[] = { 0, 2, 4, 5, 6, 7, 1, 3 };
    struct machine m;

    (void)state;
    read_machine("laptop", &m); /* 0 and 1, 2 and 3 share a core */
    for (int i = 0; i < 8; i++)
        assert_int_equal(m.spread_cpu[i], laptop[i]);
    read_machine("server", &m);
    for (int i = 0; i < 16; i++)
        assert_int_equal(m.spread_cpu[i], i);
    read_machine("sparse", &m);
    assert_int_equal(m.spread_cpu[0], m.usable_cpu[0]);
}

static void hybrid_processors_name_their_classes(void **state)
{
    struct machine m;

    (void)state;
    read_machine("laptop", &m);
    assert_string_equal(m.cpu_class, "IntelCore");
    assert_string_equal(m.other_cpu_class, "IntelCore");
    read_machine("server", &m);
    assert_string_equal(m.cpu_class, "");
}

static void nothing_about_cpus_is_an_error(void **state)
{
    struct machine m;

    (void)state;
    assert_int_equal(machine_read(root_of("no-such-machine").path, &m),
                     -ENODATA);
}

/* ---- Other facts ---- */

static void facts_of_a_server(void **state)
{
    struct machine m;

    (void)state;
    read_machine("server", &m);
    assert_string_equal(m.host, "node07");
    assert_string_equal(m.cpu_model,
                        "Intel(R) Xeon(R) Silver 4208 CPU @ 2.10GHz");
    assert_string_equal(m.kernel, "6.1.0-18-amd64");
    assert_string_equal(m.governor, "performance");
    assert_string_equal(m.clock_source, "tsc");
    assert_string_equal(m.thp, "madvise");
    assert_int_equal(m.huge_page_kib, 2048);
    assert_string_equal(m.container, "");
    assert_int_equal(m.memory_mib, 64000);
    assert_int_equal(m.memory_available_mib, 32000);
    assert_int_equal(m.turbo, 1);
    assert_int_equal(m.on_battery, 0);
    assert_int_equal(m.aslr, 2);
    assert_int_equal(m.overcommit, 0);
}

static void missing_files_leave_facts_unknown(void **state)
{
    struct machine m;

    (void)state;
    read_machine("sparse", &m);
    assert_string_equal(m.host, "");
    assert_string_equal(m.cpu_model, "");
    assert_string_equal(m.virtualisation, "");
    assert_string_equal(m.governor, "");
    assert_string_equal(m.thp, "");
    assert_int_equal(m.huge_page_kib, FACT_UNKNOWN);
    assert_int_equal(m.memory_mib, FACT_UNKNOWN);
    assert_int_equal(m.turbo, FACT_UNKNOWN);
    assert_int_equal(m.on_battery, FACT_UNKNOWN);
    assert_int_equal(m.aslr, FACT_UNKNOWN);
}

static void turbo_and_battery_have_several_sources(void **state)
{
    struct machine m;

    (void)state;
    read_machine("laptop", &m);
    assert_int_equal(m.turbo, 0);
    assert_int_equal(m.on_battery, 1);
    assert_string_equal(m.thp, "always");
    read_machine("desktop", &m);
    assert_int_equal(m.turbo, 1);
    assert_int_equal(m.on_battery, 0); /* the mouse's battery does not count */
    assert_string_equal(m.governor, "schedutil");
}

static void boards_name_themselves(void **state)
{
    struct machine m;

    (void)state;
    read_machine("arm-board", &m);
    assert_string_equal(m.cpu_model,
                        "Raspberry Pi 4 Model B Rev 1.4 (CPU part 0xd08)");
    read_machine("arm-vm", &m);
    assert_string_equal(m.cpu_model, "CPU part 0xd0c");
}

static void hypervisors_and_containers_leave_signs(void **state)
{
    static const struct {
        const char *name, *virtualisation, *container;
    } rows[] = {
        { "server", "none", "" },
        { "wsl", "WSL", "" },
        { "vm", "virtual machine (QEMU Standard PC (Q35 + ICH9, 2009))", "" },
        { "arm-vm", "virtual machine (QEMU KVM Virtual Machine)", "" },
        { "arm-board", "", "" },
        { "container-top", "", "docker" },
        { "container-unseen", "", "kubernetes" },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct machine m;
        read_machine(rows[i].name, &m);
        assert_string_equal(m.virtualisation, rows[i].virtualisation);
        assert_string_equal(m.container, rows[i].container);
    }
}

/* ---- JSON ---- */

static json_t *json_of(const char *name)
{
    struct machine m;

    read_machine(name, &m);
    json_t *object = machine_json(&m);
    assert_non_null(object);
    return object;
}

static void json_has_every_fact_by_its_name(void **state)
{
    static const char *const names[] = {
        "host",       "cpu_model",    "cores",          "hardware_threads",
        "smt",        "usable_cpus",  "quota_cpus",     "governor",
        "turbo",      "on_battery",   "virtualisation", "clock_source",
        "thp",        "aslr",         "overcommit",     "kernel",
        "memory_mib", "cores_usable", "other_cpu",
    };
    json_t *object = json_of("server");

    (void)state;
    for (size_t i = 0; i < ROWS(names); i++) {
        json_t *fact = json_object_get(object, names[i]);
        assert_non_null(fact);
        assert_false(json_is_null(fact));
    }
    assert_true(json_is_true(json_object_get(object, "smt")));
    assert_true(json_number_value(json_object_get(object, "quota_cpus")) == 0);
    json_decref(object);
}

static void json_says_null_for_what_is_unknown(void **state)
{
    static const char *const known[] = { "affinity_cpus", "usable_cpus",
                                         "first_cpu" };
    json_t *object = json_of("sparse");
    const char *name;
    json_t *fact;

    (void)state;
    for (size_t i = 0; i < ROWS(known); i++) {
        assert_true(json_is_integer(json_object_get(object, known[i])));
        json_object_del(object, known[i]);
    }
    json_object_foreach (object, name, fact)
        assert_true(json_is_null(fact));
    json_decref(object);
}

/* ---- Warnings ---- */

struct heard {
    int count;
    char text[4096];
};

static void hear(const char *sentence, void *context)
{
    struct heard *heard = context;
    size_t length = strlen(heard->text);

    assert_int_equal(sentence[strlen(sentence) - 1], '.');
    heard->count++;
    snprintf(heard->text + length, sizeof heard->text - length, "%s\n",
             sentence);
}

static void each_warning_has_its_machine(void **state)
{
    static const struct {
        const char *name;
        int count;
        const char *part;
    } rows[] = {
        { "server", 0, "" },
        { "arm-board", 0, "" },
        { "large", 0, "" },
        { "laptop", 2, "'powersave'" },
        { "laptop", 2, "on battery" },
        { "desktop", 2, "2 CPUs that may be used are hardware threads" },
        { "desktop", 2, "may use 2 of the machine's 12 CPUs" },
        { "sparse", 1, "Only one CPU" },
        { "quota-v2", 1, "leaves 2.50 CPUs of the 8" },
        { "wsl", 1, "Under WSL" },
        { "vm", 2, "hardware threads of one core as CPUs of their own" },
        { "vm", 2, "'acpi_pm'" },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct machine m;
        struct heard heard = { 0 };
        read_machine(rows[i].name, &m);
        machine_warnings(&m, hear, &heard);
        assert_int_equal(heard.count, rows[i].count);
        assert_non_null(strstr(heard.text, rows[i].part));
    }
}

static void different_classes_of_core_are_mentioned(void **state)
{
    struct heard heard = { 0 };
    struct machine m;

    (void)state;
    read_machine("server", &m);
    snprintf(m.cpu_class, sizeof m.cpu_class, "IntelCore");
    snprintf(m.other_cpu_class, sizeof m.other_cpu_class, "IntelAtom");
    machine_warnings(&m, hear, &heard);
    assert_int_equal(heard.count, 1);
    assert_non_null(strstr(heard.text, "CPU 0 (IntelCore) and CPU 1 (Intel"));
}

/* ---- Load ---- */

static void load_is_read_from_the_kernels_totals(void **state)
{
    struct load load;

    (void)state;
    assert_int_equal(machine_load(root_of("vm").path, &load), 0);
    assert_true(load.load1 == 1.25);
    assert_int_equal(load.busy, 100 + 20 + 300 + 6 + 7);
    assert_int_equal(load.idle, 4000 + 500);
    assert_int_equal(load.steal, 80);
    assert_int_equal(machine_load(root_of("sparse").path, &load), -ENOENT);
}

static void steal_is_a_share_of_all_time(void **state)
{
    const struct load before = { 0.1, 1000, 2000, 50 };
    const struct load after = { 0.2, 1060, 2030, 60 };
    const struct machine m = { .usable_cpus = 2 };
    struct heard heard = { 0 };

    (void)state;
    assert_true(fabs(machine_steal_share(&before, &after) - 0.1) < 1e-12);
    assert_true(isnan(machine_steal_share(&before, &before)));
    machine_load_warnings(&m, &before, &after, hear, &heard);
    assert_int_equal(heard.count, 1);
    assert_non_null(strstr(heard.text, "10.0 %"));
}

static void a_busy_machine_is_mentioned(void **state)
{
    const struct load busy = { 1.5, 1000, 2000, 50 };
    const struct load unknown = { NAN, 1000, 2000, 50 };
    const struct machine m = { .usable_cpus = 2 };
    struct heard heard = { 0 };

    (void)state;
    machine_load_warnings(&m, &unknown, &unknown, hear, &heard);
    assert_int_equal(heard.count, 0);
    machine_load_warnings(&m, &busy, &busy, hear, &heard);
    assert_int_equal(heard.count, 1);
    assert_non_null(strstr(heard.text, "1.50"));
}

/* ---- This machine ---- */

static void this_machine_makes_sense(void **state)
{
    struct machine m;
    struct load load;
    cpu_set_t set;

    (void)state;
    assert_int_equal(machine_read("", &m), 0);
    assert_true(m.usable_cpus >= 1);
    assert_true(m.usable_cpus <= m.affinity_cpus);
    assert_int_equal(m.first_cpu, m.usable_cpu[0]);
    assert_int_not_equal(m.first_cpu, m.other_cpu);
    assert_true(m.memory_mib > 0);
    assert_string_not_equal(m.kernel, "");
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        assert_int_equal(m.affinity_cpus, CPU_COUNT(&set));
    assert_int_equal(machine_load("", &load), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_tightest_quota_on_the_path_counts),
        cmocka_unit_test(no_cgroup_files_means_unknown),
        cmocka_unit_test(places_to_measure),
        cmocka_unit_test(usable_cpus_are_those_of_the_affinity),
        cmocka_unit_test(workers_are_spread_over_cores_first),
        cmocka_unit_test(hybrid_processors_name_their_classes),
        cmocka_unit_test(nothing_about_cpus_is_an_error),
        cmocka_unit_test(facts_of_a_server),
        cmocka_unit_test(missing_files_leave_facts_unknown),
        cmocka_unit_test(turbo_and_battery_have_several_sources),
        cmocka_unit_test(boards_name_themselves),
        cmocka_unit_test(hypervisors_and_containers_leave_signs),
        cmocka_unit_test(json_has_every_fact_by_its_name),
        cmocka_unit_test(json_says_null_for_what_is_unknown),
        cmocka_unit_test(each_warning_has_its_machine),
        cmocka_unit_test(different_classes_of_core_are_mentioned),
        cmocka_unit_test(load_is_read_from_the_kernels_totals),
        cmocka_unit_test(steal_is_a_share_of_all_time),
        cmocka_unit_test(a_busy_machine_is_mentioned),
        cmocka_unit_test(this_machine_makes_sense),
    };

    return cmocka_run_group_tests_name("machine", tests, NULL, NULL);
}
