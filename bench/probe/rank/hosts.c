/* hosts: what each host that has a rank says of itself; and nothing, which is
 * what a rank costs that has nothing to do. */
#define _GNU_SOURCE /* sched_getaffinity */
#include "rank.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

/* A rank's host, as the rank sees it. */
struct host {
    char name[RANK_HOST], kernel[80], cpu_model[128];
    long usable_cpus, memory_mib;
};

/* The first line of /proc/cpuinfo with that key; "" where there is none. */
static void read_model(char *text, size_t size)
{
    char line[256];
    FILE *file = fopen("/proc/cpuinfo", "re");

    text[0] = '\0';
    while (file != NULL && text[0] == '\0' &&
           fgets(line, sizeof(line), file) != NULL) {
        const char *colon = strchr(line, ':');

        if (strncmp(line, "model name", 10) == 0 && colon != NULL)
            snprintf(text, size, "%s", colon + 1 + strspn(colon + 1, " \t"));
        text[strcspn(text, "\n")] = '\0';
    }
    if (file != NULL)
        fclose(file);
}

static struct host read_host(void)
{
    struct host host = { .name = "" };
    struct utsname kernel;
    cpu_set_t allowed;

    gethostname(host.name, sizeof(host.name) - 1);
    if (uname(&kernel) == 0)
        snprintf(host.kernel, sizeof(host.kernel), "%.*s",
                 (int)sizeof(host.kernel) - 1, kernel.release);
    read_model(host.cpu_model, sizeof(host.cpu_model));
    if (sched_getaffinity(0, sizeof(allowed), &allowed) == 0)
        host.usable_cpus = CPU_COUNT(&allowed);
    host.memory_mib = (long)((double)sysconf(_SC_PHYS_PAGES) *
                             (double)sysconf(_SC_PAGESIZE) / (1 << 20));
    return host;
}

/* A cell: printable, and nothing in it that CSV or JSON would mind. */
static void print_text(struct table *table, char *text)
{
    for (char *c = text; *c != '\0'; c++)
        if (strchr(",\"\\", *c) != NULL || *c < ' ' || *c > '~')
            *c = ' ';
    table_text(table, text);
}

static void print_hosts(struct host *hosts, int count, struct table *table)
{
    char library[MPI_MAX_LIBRARY_VERSION_STRING];
    int length;

    MPI_Get_library_version(library, &length);
    library[strcspn(library, ",\n")] = '\0';
    library[60] = '\0';
    table_begin(table,
                "host,ranks,usable_cpus,memory_mib,kernel,cpu_model,mpi");
    for (int i = 0; i < count; i++) {
        uint64_t ranks = 0;
        int first = i;

        for (int j = 0; j < count; j++)
            if (strcmp(hosts[j].name, hosts[i].name) == 0) {
                first = j < first ? j : first;
                ranks++;
            }
        if (first < i)
            continue;
        char name[RANK_HOST];

        snprintf(name, sizeof(name), "%s", hosts[i].name);
        print_text(table, name);
        table_number(table, ranks);
        table_number(table, (uint64_t)hosts[i].usable_cpus);
        table_number(table, (uint64_t)hosts[i].memory_mib);
        print_text(table, hosts[i].kernel);
        print_text(table, hosts[i].cpu_model);
        print_text(table, library);
        table_end(table);
    }
}

static int run(const struct ranks *ranks, const struct arguments *arguments,
               struct table *table, char *message)
{
    struct host mine = read_host(), *all = NULL;
    int failed = 0;

    (void)arguments;
    if (ranks->me == 0) {
        all = calloc((size_t)ranks->count, sizeof(all[0]));
        failed = all == NULL;
    }
    MPI_Bcast(&failed, 1, MPI_INT, 0, MPI_COMM_WORLD);
    if (failed != 0) {
        snprintf(message, RANK_MESSAGE, "no memory");
        free(all);
        return -ENOMEM;
    }
    MPI_Gather(&mine, sizeof(mine), MPI_BYTE, all, sizeof(mine), MPI_BYTE, 0,
               MPI_COMM_WORLD);
    if (all != NULL)
        print_hosts(all, ranks->count, table);
    free(all);
    return 0;
}

static int do_nothing(const struct ranks *ranks,
                      const struct arguments *arguments, struct table *table,
                      char *message)
{
    (void)ranks;
    (void)arguments;
    (void)table;
    (void)message;
    return 0;
}

static const struct key keys[] = { { NULL, NULL, 0, 0, NULL } };

const struct rank_measure rank_hosts = { "hosts", "who is where", keys, run };
const struct rank_measure rank_nothing = { "nothing", "a rank without work",
                                           keys, do_nothing };
