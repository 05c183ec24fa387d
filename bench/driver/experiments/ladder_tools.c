/* ladder: the programs of others, hyperfine, taskset and Python. What is not
 * there is a row with the reason, and no failure. */
#include "hyperfine.h"
#include "ladder.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the command prints, to be freed; NULL when it cannot be called. */
static char *output_of(const struct context *context, char *const argv[])
{
    enum { LIMIT_S = 20 };
    struct failure failure = { "" };
    struct command command;

    return command_run(argv, LIMIT_S, context->stop, &command, &failure) == 0
               ? command.out
               : NULL;
}

/* The interpreter says where it is: python3 on PATH may be a script that looks
 * for it at every start. */
static void find_python(const struct context *context, struct ladder_tools *ret)
{
    char python[] = "python3", option[] = "-c";
    char script[] = "import platform, sys\n"
                    "print(sys.executable)\n"
                    "print(platform.python_version())\n";
    char *const argv[] = { python, option, script, NULL };
    char *out = output_of(context, argv);

    if (out == NULL)
        return;
    size_t path = strcspn(out, "\n");
    const char *version = out + path + (out[path] == '\n');
    size_t digits = strspn(version, "0123456789.");

    if (out[0] == '/' && path < sizeof(ret->python)) {
        snprintf(ret->python, sizeof(ret->python), "%.*s", (int)path, out);
        snprintf(ret->version, sizeof(ret->version), "%.*s", (int)digits,
                 version);
    }
    free(out);
}

void ladder_tools_find(const struct context *context, struct ladder_tools *ret)
{
    char taskset[] = "taskset", list[] = "-c", cpu[16], nothing[] = "true";
    char *const pinned[] = { taskset, list, cpu, nothing, NULL };
    struct failure failure = { "" };

    *ret = (struct ladder_tools){ .hyperfine = false };
    ret->hyperfine = hyperfine_check(context->stop, &failure) == 0;
    snprintf(cpu, sizeof(cpu), "%d", context->machine.first_cpu);
    char *out = output_of(context, pinned);
    ret->taskset = out != NULL;
    free(out);
    find_python(context, ret);
}

/* The empty programs of ours end with a code of their own (probe/empty.h). */
static int expected_code(const struct bench_case *bench_case)
{
    enum { EMPTY_CODE = 42 };

    return strstr(bench_case->name, "-hyperfine") != NULL ? EMPTY_CODE : 0;
}

int ladder_rows(const struct bench_case *bench_case, char *text,
                struct rows *ret, struct failure *failure)
{
    json_t *root = json_loads(text, JSON_DISABLE_EOF_CHECK, NULL);
    const json_t *codes = json_object_get(
        json_array_get(json_object_get(root, "results"), 0), "exit_codes");
    bool wrong = json_array_size(codes) == 0;

    for (size_t i = 0; i < json_array_size(codes); i++)
        wrong = wrong || json_integer_value(json_array_get(codes, i)) !=
                             expected_code(bench_case);
    json_decref(root);
    if (!wrong)
        return hyperfine_rows(bench_case, text, ret, failure);
    free(text);
    return failure_note(failure, -EPROTO,
                        "a run of %s did not end as it should",
                        bench_case->name);
}
