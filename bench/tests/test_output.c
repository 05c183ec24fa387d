/* The files of a run: their exact content, and that a file is whole or not
 * there. A disk that is full is played by a limit on the size of files, which
 * fails in the same calls. */
#define _GNU_SOURCE /* seteuid */
#include "../driver/output.h"

#include "../driver/output_file.h"
#include "blocks.h"
#include "scratch.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static struct output output_in(const char *folder)
{
    struct output output;

    snprintf(output.folder, sizeof(output.folder), "%s", folder);
    return output;
}

static void assert_file(const char *folder, const char *name, const char *text)
{
    char *read = scratch_read(folder, name);

    assert_non_null(read);
    assert_string_equal(read, text);
    free(read);
}

/* ---- Content ---- */

static void objects_become_csv(void **state)
{
    struct output output = output_in(*state);
    struct failure failure = { "" };
    json_t *objects = json_pack(
        "[{s:s, s:i, s:f, s:n, s:{s:s}}, {s:s, s:f, s:f}]", "case", "fork", "n",
        240, "median_us", 75.25, "p99_us", "parameters", "workload", "primes",
        "case", "vfork", "median_us", 1e-7, "p99_us", 123456789.0);

    assert_int_equal(output_objects(&output, "creation-summary",
                                    "case,workload,n,median_us,p99_us", objects,
                                    &failure),
                     0);
    assert_file(*state, "creation-summary.csv",
                "case,workload,n,median_us,p99_us\n"
                "fork,primes,240,75.25,\n"
                "vfork,,,1e-07,1.23457e+08\n");
    json_decref(objects);
}

static void no_objects_are_a_header(void **state)
{
    struct output output = output_in(*state);
    struct failure failure = { "" };
    json_t *objects = json_array();

    assert_int_equal(
        output_objects(&output, "model", "workload,case", objects, &failure),
        0);
    assert_file(*state, "model.csv", "workload,case\n");
    json_decref(objects);
}

static void samples_become_two_files(void **state)
{
    struct output output = output_in(*state);
    struct failure failure = { "" };
    struct plan plan = { .cases = NULL };
    struct samples samples = { .blocks = NULL };

    bench_case_parameter(blocks_case(&plan, "fork", "process", "free"), 0,
                         "stamped", "0");
    blocks_case(&plan, "copies", "control", "free");
    struct block *block = blocks_add(
        &samples, 0, 0,
        "index,us,error\n0,1.5,\n1,,EAGAIN\n\nsamples,faults\n2,34\n");
    block->order = 1;
    block->others_running = 3;
    block->excluded = "suspended";
    blocks_add(&samples, 1, 1, "index,seconds\n0,2\n");

    assert_int_equal(
        output_samples(&output, "creation", &plan, &samples, &failure), 0);
    assert_file(*state, "creation.csv",
                "case,placement,stamped,round,order,index,us,error,seconds\n"
                "fork,free,0,0,1,0,1.5,,\n"
                "fork,free,0,0,1,1,,EAGAIN,\n"
                "copies,free,,1,0,0,,,2\n");
    assert_file(*state, "creation-blocks.csv",
                "case,placement,stamped,round,order,others_running,excluded,"
                "samples,faults\n"
                "fork,free,0,0,1,3,suspended,2,34\n"
                "copies,free,,1,0,,,,\n");
    samples_free(&samples);
    plan_free(&plan);
}

static void json_is_readable(void **state)
{
    struct output output = output_in(*state);
    struct failure failure = { "" };
    json_t *value = json_pack("{s:i, s:[f, n], s:s}", "schema", 1, "numbers",
                              0.1, "text", "8.4 µs");

    assert_int_equal(output_json(&output, "run.json", value, &failure), 0);
    assert_file(*state, "run.json",
                "{\n  \"schema\": 1,\n  \"numbers\": [\n    0.1,\n    null\n"
                "  ],\n  \"text\": \"8.4 µs\"\n}\n");
    json_decref(value);
}

/* As open(2) makes files: readable for whom the umask allows it. */
static void files_obey_the_umask(void **state)
{
    struct output output = output_in(*state);
    struct failure failure = { "" };
    json_t *value = json_object();
    struct stat about;
    mode_t before = umask(027);

    assert_int_equal(output_json(&output, "run.json", value, &failure), 0);
    umask(before);
    assert_int_equal(stat(scratch_path(*state, "run.json"), &about), 0);
    assert_int_equal(about.st_mode & 0777, 0640);
    json_decref(value);
}

/* ---- Whole or not there ---- */

static int write_big(const struct output *output, struct failure *failure)
{
    json_t *value = json_array();

    for (int i = 0; i < 20000; i++)
        json_array_append_new(value, json_integer(i));
    int rc = output_json(output, "run.json", value, failure);
    json_decref(value);
    return rc;
}

/* With the limit, a file ends after so many bytes; without it, all is well. */
static int write_limited(const struct output *output, rlim_t bytes,
                         struct failure *failure)
{
    struct rlimit before, limit;

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    limit = before;
    limit.rlim_cur = bytes;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    int rc = write_big(output, failure);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, SIG_DFL);
    return rc;
}

static void a_file_that_does_not_fit_leaves_nothing(void **state)
{
    static const rlim_t limits[] = { 0, 1, 4096, 100000 };
    struct output output = output_in(*state);

    for (size_t i = 0; i < 4; i++) {
        struct failure failure = { "" };

        assert_int_equal(write_limited(&output, limits[i], &failure), -EFBIG);
        assert_non_null(strstr(failure.text, "cannot write"));
        assert_non_null(strstr(failure.text, "run.json"));
        assert_int_equal(scratch_count(*state), 0);
    }
}

static void an_older_file_stays(void **state)
{
    struct output output = output_in(*state);
    struct failure failure = { "" };

    assert_int_equal(write_big(&output, &failure), 0);
    char *before = scratch_read(*state, "run.json");
    assert_int_equal(write_limited(&output, 5000, &failure), -EFBIG);
    assert_file(*state, "run.json", before);
    assert_int_equal(scratch_count(*state), 1);
    free(before);
}

static void a_file_can_be_given_up(void **state)
{
    struct output output = output_in(*state);
    struct failure failure = { "" };
    struct output_file file;

    assert_int_equal(output_file_begin(&output, "x.csv", &file, &failure), 0);
    fputs("half", file.stream);
    assert_int_equal(scratch_count(*state), 1); /* under another name */
    assert_null(scratch_read(*state, "x.csv"));
    file.error = EIO;
    assert_int_equal(output_file_end(&file, &failure), -EIO);
    assert_int_equal(scratch_count(*state), 0);
}

/* ---- Folders ---- */

static void a_new_folder_is_made(void **state)
{
    struct output output;
    struct failure failure = { "" };

    assert_int_equal(
        output_open(&output, scratch_path(*state, "new"), "host", &failure), 0);
    assert_string_equal(output.folder, scratch_path(*state, "new"));
    assert_int_equal(access(output.folder, W_OK), 0);
    /* One that is there and holds no run will do as well. */
    assert_int_equal(
        output_open(&output, scratch_path(*state, "new"), "host", &failure), 0);
}

static void a_run_is_never_overwritten(void **state)
{
    struct output output = output_in(*state);
    struct failure failure = { "" };

    assert_int_equal(write_big(&output, &failure), 0);
    assert_int_equal(output_open(&output, *state, "host", &failure), -EINVAL);
    assert_non_null(strstr(failure.text, "already holds a run"));
    assert_non_null(strstr(failure.text, *state));
}

/* Root may write everywhere, so it plays somebody else. */
static void folders_that_cannot_be_written(void **state)
{
    struct output output;
    struct failure failure = { "" }, parent = { "" };
    uid_t self = geteuid();

    assert_int_equal(chmod(*state, 0555), 0);
    if (self == 0 && seteuid(65534) != 0) {
        assert_int_equal(chmod(*state, 0755), 0);
        skip(); /* a container may know nobody else */
    }
    int rc =
        output_open(&output, scratch_path(*state, "new"), "host", &failure);
    assert_int_equal(seteuid(self), 0);
    assert_int_equal(chmod(*state, 0755), 0);
    assert_int_equal(rc, -EACCES);
    assert_non_null(strstr(failure.text, "that you may write to"));
    assert_non_null(strstr(failure.text, "--output"));

    assert_int_equal(
        output_open(&output, scratch_path(*state, "no/where"), "host", &parent),
        -ENOENT);
    assert_non_null(strstr(parent.text, "no/where"));
}

static void paths_have_a_limit(void **state)
{
    char *path = malloc(2 * PATH_MAX);
    struct output output;
    struct failure failure = { "" };

    (void)state;
    assert_non_null(path);
    memset(path, 'x', 2 * PATH_MAX - 1);
    path[2 * PATH_MAX - 1] = '\0';
    assert_int_equal(output_open(&output, path, "host", &failure),
                     -ENAMETOOLONG);
    free(path);
}

/* results/DATE-HOST, and latest points at it. Two runs within one second have
 * one name, and then the second is refused. */
static void the_default_folder_tells_when_and_where(void **state)
{
    struct output first, second;
    struct failure failure = { "" };
    char before[PATH_MAX], link[256] = "";
    struct stat about;

    assert_non_null(getcwd(before, sizeof(before)));
    assert_int_equal(chdir(*state), 0);
    assert_int_equal(output_open(&first, NULL, "a.host/x y", &failure), 0);
    assert_int_equal(stat(first.folder, &about), 0);
    assert_true(readlink("results/latest", link, sizeof(link) - 1) > 0);
    assert_int_equal(write_big(&first, &failure), 0);
    int rc = output_open(&second, NULL, "a.host/x y", &failure);
    assert_int_equal(chdir(before), 0);

    int year, month, day, time, end = 0;
    assert_int_equal(sscanf(first.folder,
                            "results/%4d-%2d-%2d-%6d-a-host-x-y%n", &year,
                            &month, &day, &time, &end),
                     4);
    assert_int_equal(end, strlen(first.folder));
    assert_string_equal(link, first.folder + strlen("results/"));
    assert_int_equal(rc,
                     strcmp(first.folder, second.folder) == 0 ? -EINVAL : 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(objects_become_csv, scratch_begin,
                                        scratch_end),
        cmocka_unit_test_setup_teardown(no_objects_are_a_header, scratch_begin,
                                        scratch_end),
        cmocka_unit_test_setup_teardown(samples_become_two_files, scratch_begin,
                                        scratch_end),
        cmocka_unit_test_setup_teardown(json_is_readable, scratch_begin,
                                        scratch_end),
        cmocka_unit_test_setup_teardown(files_obey_the_umask, scratch_begin,
                                        scratch_end),
        cmocka_unit_test_setup_teardown(a_file_that_does_not_fit_leaves_nothing,
                                        scratch_begin, scratch_end),
        cmocka_unit_test_setup_teardown(an_older_file_stays, scratch_begin,
                                        scratch_end),
        cmocka_unit_test_setup_teardown(a_file_can_be_given_up, scratch_begin,
                                        scratch_end),
        cmocka_unit_test_setup_teardown(a_new_folder_is_made, scratch_begin,
                                        scratch_end),
        cmocka_unit_test_setup_teardown(a_run_is_never_overwritten,
                                        scratch_begin, scratch_end),
        cmocka_unit_test_setup_teardown(folders_that_cannot_be_written,
                                        scratch_begin, scratch_end),
        cmocka_unit_test(paths_have_a_limit),
        cmocka_unit_test_setup_teardown(the_default_folder_tells_when_and_where,
                                        scratch_begin, scratch_end),
    };

    return cmocka_run_group_tests_name("output", tests, NULL, NULL);
}
