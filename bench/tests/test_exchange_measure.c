/* The measure exchange: every channel hands over what was sent, in both modes;
 * what the system refuses is a row; and nobody is left waiting. */
#include "../probe/channels.h"
#include "../probe/post.h"
#include "../probe/storage.h"

#include "measuring.h"
#include "refuse.h"
#include "scratch.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

enum { RINGS = 5000 };
#define ROWS(table) (sizeof(table) / sizeof(table)[0])

static const char *const channels[] = { "channel=variable", "channel=shared",
                                        "channel=pipe", "channel=socket",
                                        "channel=file" };

static const char header[] =
    "index,warmup,messages,elapsed_ns,handover_ns,error\n";

/* ---- Messages and bells ---- */

/* One bit anywhere, or the message before, is found. */
static void a_message_is_known_by_all_its_bytes(void **state)
{
    enum { BYTES = 64 };
    uint64_t words[BYTES / sizeof(uint64_t)];

    (void)state;
    message_fill(words, BYTES, 7);
    assert_int_equal(message_check(words, BYTES, 7), 0);
    assert_int_equal(message_check(words, BYTES, 6), -EBADMSG);
    assert_int_equal(message_check(words, BYTES, 8), -EBADMSG);
    for (size_t bit = 0; bit < BYTES * 8; bit++) {
        ((unsigned char *)words)[bit / 8] ^= (unsigned char)(1U << bit % 8);
        assert_int_equal(message_check(words, BYTES, 7), -EBADMSG);
        ((unsigned char *)words)[bit / 8] ^= (unsigned char)(1U << bit % 8);
    }
    uint64_t first = words[0];
    words[0] = words[1];
    words[1] = first;
    assert_int_equal(message_check(words, BYTES, 7), -EBADMSG);
}

static void no_word_is_twice_in_a_row(void **state)
{
    uint64_t one[4], other[4];

    (void)state;
    message_fill(one, sizeof(one), 0);
    message_fill(other, sizeof(other), 1);
    for (size_t i = 0; i < 4; i++) {
        assert_true(one[i] != other[i]);
        assert_true(i == 0 || one[i] != one[i - 1]);
        assert_true(one[i] != 0);
    }
}

static void a_wait_ends(void **state)
{
    struct post *post = shared_map(sizeof(*post));

    (void)state;
    assert_non_null(post);
    /* The deadline was at the beginning of time. */
    assert_int_equal(bell_await(post, &post->finished, 0), -ETIMEDOUT);
    bell_ring(&post->finished);
    assert_int_equal(bell_await(post, &post->finished, 0), 0);
    assert_int_equal(bell_await_always(&post->finished, 0), 1);
    post_give_up(post, EBADMSG);
    assert_int_equal(bell_await(post, &post->finished, 1), -EBADMSG);
}

static int ring_back(void *arg)
{
    struct post *post = arg;

    for (uint32_t i = 0; i < RINGS; i++) {
        bell_await_always(&post->sent, i);
        bell_ring(&post->received);
    }
    return 0;
}

/* A ring that wakes nobody would stop both for good. */
static void no_ring_is_missed(void **state)
{
    static const struct worker_kind *const kinds[] = { &worker_process,
                                                       &worker_thread };

    (void)state;
    for (size_t k = 0; k < ROWS(kinds); k++) {
        struct post *post = shared_map(sizeof(*post));
        struct worker worker = { .kind = kinds[k],
                                 .target = ring_back,
                                 .arg = post };
        int code = -1;

        assert_non_null(post);
        assert_int_equal(worker_start(&worker), 0);
        for (uint32_t i = 0; i < RINGS; i++) {
            bell_ring(&post->sent);
            bell_await_always(&post->received, i);
        }
        assert_int_equal(worker_join(&worker, &code), 0);
        assert_int_equal(code, 0);
    }
    measuring_assert_alone();
}

/* ---- Channels ---- */

/* Rows as asked for: every hand-over was checked by the receiver. */
static void every_channel_hands_over(void **state)
{
    static const char *const bytes[] = { "bytes=8", "bytes=24", "bytes=4096",
                                         "bytes=200000" };
    static const char *const modes[] = { "mode=latency", "mode=stream" };

    (void)state;
    for (size_t c = 0; c < ROWS(channels); c++)
        for (size_t b = 0; b < ROWS(bytes); b++)
            for (size_t m = 0; m < ROWS(modes); m++) {
                const char *const words[MEASURING_WORDS] = {
                    channels[c], bytes[b],   modes[m],     "messages=33",
                    "samples=4", "warmup=1", "folder=/tmp"
                };
                char *text = measuring_well(&measure_exchange, words);

                const char *line = text + strlen(header);
                assert_int_equal(strncmp(text, header, strlen(header)), 0);
                for (unsigned i = 0; i < 5; i++) {
                    unsigned index, warmup, batch;
                    unsigned long long elapsed;
                    double each;

                    assert_int_equal(sscanf(line, "%u,%u,%u,%llu,%lf,\n",
                                            &index, &warmup, &batch, &elapsed,
                                            &each),
                                     5);
                    assert_int_equal(index, i);
                    assert_int_equal(warmup, i < 1);
                    assert_int_equal(batch, m == 0 ? 1 : 33);
                    assert_true(elapsed > 0);
                    assert_true(each * batch < (double)elapsed + batch &&
                                each * batch > (double)elapsed - batch);
                    line = strchr(line, '\n') + 1;
                }
                assert_int_equal(
                    strncmp(line,
                            "\nsamples,faults,voluntary_switches,"
                            "involuntary_switches,filesystem,storage\n4,",
                            77),
                    0);
                /* Only a file lies somewhere. */
                assert_int_equal(strstr(line, ",,\n") == NULL, c == 4);
                free(text);
            }
    measuring_assert_alone();
}

static void nothing_is_left_of_a_file(void **state)
{
    char folder[512];
    const char *const words[MEASURING_WORDS] = { "channel=file", "bytes=4096",
                                                 "samples=3", folder };

    snprintf(folder, sizeof(folder), "folder=%s", (const char *)*state);
    char *text = measuring_well(&measure_exchange, words);
    assert_non_null(strstr(text, "\n3,0,1,"));
    assert_int_equal(scratch_count(*state), 0);
    free(text);
}

static void open_files_stay_as_they_were(void **state)
{
    size_t before = scratch_count("/proc/self/fd");

    (void)state;
    for (size_t c = 0; c < ROWS(channels); c++) {
        const char *const words[MEASURING_WORDS] = { channels[c], "bytes=64",
                                                     "samples=1" };
        char *text = measuring_well(&measure_exchange, words);

        free(text);
        assert_int_equal(scratch_count("/proc/self/fd"), before);
    }
}

/* A budget that is used up before the first sample: three, or one batch. */
static void a_budget_ends_a_block(void **state)
{
    static const struct {
        const char *mode, *last;
    } rows[] = { { "mode=latency", "\n2,0,1," },
                 { "mode=stream", "\n0,0,2," } };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        const char *const words[MEASURING_WORDS] = {
            "channel=pipe", rows[i].mode, "bytes=33554432", "warmup=0",
            "messages=2",   "samples=50", "budget_ms=1"
        };
        char *text = measuring_well(&measure_exchange, words);

        assert_non_null(strstr(text, rows[i].last));
        assert_null(strstr(strstr(text, rows[i].last) + 1, "\n3,0,"));
        free(text);
    }
}

/* ---- Refusals ---- */

static void a_refused_receiver_is_a_row(void **state)
{
    (void)state;
    for (size_t c = 0; c < ROWS(channels); c++) {
        const char *const words[MEASURING_WORDS] = { channels[c], "bytes=8" };

        refuse_after(0, false);
        char *text = measuring_well(&measure_exchange, words);
        refuse_none();
        assert_non_null(strstr(text, "error\n0,0,1,,,EAGAIN\n\n"));
        free(text);
    }
    measuring_assert_alone();
}

static void a_receiver_that_cannot_be_placed_is_a_row(void **state)
{
    (void)state;
    for (size_t c = 0; c < ROWS(channels); c++) {
        const char *const words[MEASURING_WORDS] = { channels[c], "bytes=8",
                                                     "peer_cpu=1023" };
        char *text = measuring_well(&measure_exchange, words);

        assert_non_null(strstr(text, "error\n0,0,1,,,EINVAL\n\n"));
        free(text);
    }
    measuring_assert_alone();
}

/* As on a full disk: the file may not grow so far. Warm-up or not, it counts. */
static void a_file_without_room_is_a_row(void **state)
{
    static const char *const words[MEASURING_WORDS] = {
        "channel=file", "bytes=1048576", "samples=3", "warmup=2"
    };
    struct rlimit before, small = { .rlim_cur = 4096 };
    char message[MEASURE_MESSAGE];
    char *text;

    (void)state;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small.rlim_max = before.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    int rc = measuring_run(&measure_exchange, words, &text, message);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(rc, 0);
    assert_non_null(strstr(text, "error\n0,0,1,,,EFBIG\n\n"));
    free(text);
    measuring_assert_alone();
}

static void too_many_open_files_is_a_row(void **state)
{
    static const char *const ends[] = { "channel=pipe", "channel=socket",
                                        "channel=file" };
    struct rlimit before, none = { .rlim_cur = 3 };

    (void)state;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    none.rlim_max = before.rlim_max;
    for (size_t i = 0; i < ROWS(ends); i++) {
        const char *const words[MEASURING_WORDS] = { ends[i], "bytes=8" };
        char message[MEASURE_MESSAGE];
        char *text;

        assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
        int rc = measuring_run(&measure_exchange, words, &text, message);
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
        assert_int_equal(rc, 0);
        assert_non_null(strstr(text, "error\n0,0,1,,,EMFILE\n\n"));
        free(text);
    }
}

static void words_are_checked(void **state)
{
    static const struct {
        const char *words[MEASURING_WORDS];
        int rc;
        const char *message;
    } rows[] = {
        { { "channel=spoon", "bytes=8" },
          -EINVAL,
          "channel=spoon: give variable, shared, pipe, socket or file" },
        { { "channel=pipe", "bytes=8", "mode=fast" },
          -EINVAL,
          "mode=fast: give latency or stream" },
        { { "channel=pipe", "bytes=12" },
          -EINVAL,
          "bytes=12: give a multiple of 8" },
        { { "channel=pipe", "bytes=0" },
          -EINVAL,
          "bytes=0: give a whole number from 8 to 67108864" },
        { { "channel=file", "bytes=8", "folder=/nowhere/at/all" },
          -ENOENT,
          "folder=/nowhere/at/all: No such file or directory" },
        { { "channel=file", "bytes=8", "folder=/proc/self/exe" },
          -ENOTDIR,
          "folder=/proc/self/exe: Not a directory" },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++)
        measuring_refuses(&measure_exchange, rows[i].words, rows[i].rc,
                          rows[i].message);
}

/* ---- Where files lie ---- */

static void file_systems_have_names(void **state)
{
    struct storage storage;

    (void)state;
    assert_int_equal(storage_of("/nowhere/at/all", &storage), -ENOENT);
    assert_int_equal(storage_of("/proc", &storage), 0);
    assert_int_equal(strncmp(storage.filesystem, "0x", 2), 0);
    assert_string_equal(storage.where, "");
    if (storage_of("/dev/shm", &storage) == 0 &&
        strcmp(storage.filesystem, "tmpfs") == 0)
        assert_string_equal(storage.where, "memory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_is_known_by_all_its_bytes),
        cmocka_unit_test(no_word_is_twice_in_a_row),
        cmocka_unit_test(a_wait_ends),
        cmocka_unit_test(no_ring_is_missed),
        cmocka_unit_test(every_channel_hands_over),
        cmocka_unit_test_setup_teardown(nothing_is_left_of_a_file,
                                        scratch_begin, scratch_end),
        cmocka_unit_test(open_files_stay_as_they_were),
        cmocka_unit_test(a_budget_ends_a_block),
        cmocka_unit_test(a_refused_receiver_is_a_row),
        cmocka_unit_test(a_receiver_that_cannot_be_placed_is_a_row),
        cmocka_unit_test(a_file_without_room_is_a_row),
        cmocka_unit_test(too_many_open_files_is_a_row),
        cmocka_unit_test(words_are_checked),
        cmocka_unit_test(file_systems_have_names),
    };

    return cmocka_run_group_tests_name("exchange_measure", tests, NULL, NULL);
}
