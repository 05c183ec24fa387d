/* The instrument: `probe MEASURE key=value…` does one measurement, prints it
 * and ends. It links libc alone and owns as little memory as it can, because
 * the program around a fork is part of what the fork costs. */
#include "measures.h"
#include "mechanisms.h"
#include "workloads.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct measure *const measures[] = {
    &measure_creation, &measure_ladder,   &measure_granularity,
    &measure_speedup,  &measure_writing,  &measure_population,
    &measure_order,    &measure_exchange, &measure_switching,
};
enum { MEASURES = sizeof(measures) / sizeof(measures[0]) };

static void list_mechanisms(struct table *table)
{
    table_begin(table, "mechanism,family,label,note,needs");
    for (size_t i = 0; i < mechanisms_count; i++) {
        table_text(table, mechanisms[i].name);
        table_text(table, mechanisms[i].family);
        table_text(table, mechanisms[i].label);
        table_text(table, mechanisms[i].note);
        table_text(table, mechanisms[i].needs);
        table_end(table);
    }
}

static void list_workloads(struct table *table)
{
    table_begin(table, "workload,bound,unit,memory_bytes,note");
    for (size_t i = 0; i < workloads_count; i++) {
        table_text(table, workloads[i].name);
        table_text(table, workloads[i].bound);
        table_text(table, workloads[i].unit);
        table_number(table, workloads[i].memory_bytes);
        table_text(table, workloads[i].note);
        table_end(table);
    }
}

/* What the driver asks for before it plans, and what a student reads. */
static int list(struct table *table, const char *what)
{
    if (strcmp(what, "mechanisms") == 0) {
        list_mechanisms(table);
        return 0;
    }
    if (strcmp(what, "workloads") == 0) {
        list_workloads(table);
        return 0;
    }
    return -ENOENT;
}

static void usage(FILE *out)
{
    fputs("usage: probe MEASURE key=value…\n"
          "       probe list mechanisms|workloads\n",
          out);
    for (size_t i = 0; i < MEASURES; i++) {
        fprintf(out, "\n%s: %s\n", measures[i]->name, measures[i]->summary);
        for (const struct key *key = measures[i]->keys; key->name != NULL;
             key++)
            fprintf(out, "  %-10s %s%s%s%s\n", key->name, key->help,
                    key->fallback != NULL ? " (default " : "",
                    key->fallback != NULL ? key->fallback : "",
                    key->fallback != NULL ? ")" : "");
    }
}

static int measure_run(const struct measure *measure, int count,
                       char *const words[], struct table *table)
{
    struct arguments arguments;
    char message[MEASURE_MESSAGE] = "";

    int rc = arguments_parse(&arguments, measure->keys, count, words, message,
                             sizeof(message));
    if (rc == 0)
        rc = measure->run(&arguments, table, message);
    if (rc == 0)
        return EXIT_SUCCESS;

    fprintf(stderr, "probe %s: %s\n", measure->name, message);
    return rc == -EINVAL ? 2 : EXIT_FAILURE;
}

int main(int argc, char *argv[])
{
    struct table table = { .out = stdout, .aligned = isatty(1) == 1 };
    int code = 2;

    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        usage(stdout);
        code = EXIT_SUCCESS;
    } else if (argc == 3 && strcmp(argv[1], "list") == 0) {
        code = list(&table, argv[2]) == 0 ? EXIT_SUCCESS : 2;
        if (code != EXIT_SUCCESS)
            usage(stderr);
    } else {
        size_t i = 0;

        while (i < MEASURES &&
               (argc < 2 || strcmp(measures[i]->name, argv[1]) != 0))
            i++;
        if (i == MEASURES)
            usage(stderr);
        else
            code = measure_run(measures[i], argc - 2, argv + 2, &table);
    }

    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "probe: cannot write the results: %s\n",
                strerror(errno));
        return EXIT_FAILURE;
    }
    return code;
}
