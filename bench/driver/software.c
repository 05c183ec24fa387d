/* Versions: of what we were built with, and of the programs that we call. */
#include "software.h"

#include "build_facts.h" /* made by the build: compiler, flags, version */
#include "command.h"

#include <gnu/libc-version.h>
#include <gsl/gsl_version.h>
#include <hwloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The first line that the program prints about itself; null without it. */
static json_t *version_of(const struct context *context, char *program)
{
    char option[] = "--version";
    char *const argv[] = { program, option, NULL };
    struct failure failure = { "" };
    struct command command;

    if (command_run(argv, 20, context->stop, &command, &failure) != 0)
        return json_null();
    command.out[strcspn(command.out, "\r\n")] = '\0';
    json_t *text = json_string(command.out);
    free(command.out);
    return text;
}

json_t *software_json(const struct context *context)
{
    char hyperfine[] = "hyperfine", gnuplot[] = "gnuplot";
    char hwloc[32], libc[64], date[32];
    time_t now = time(NULL);
    struct tm utc;

    snprintf(hwloc, sizeof(hwloc), "%d.%d.%d", HWLOC_API_VERSION >> 16,
             (HWLOC_API_VERSION >> 8) & 0xff, HWLOC_API_VERSION & 0xff);
    snprintf(libc, sizeof(libc), "glibc %s", gnu_get_libc_version());
    strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:I}",
                     "lab", BUILD_VERSION, "date", date, "libc", libc,
                     "compiler", BUILD_COMPILER, "flags", BUILD_FLAGS, "gsl",
                     GSL_VERSION, "hwloc", hwloc, "jansson", JANSSON_VERSION,
                     "hyperfine", version_of(context, hyperfine), "gnuplot",
                     version_of(context, gnuplot), "seed",
                     (json_int_t)context->options.seed);
}
