/* The laws of scaling: recovered from their own curves, and from simulated runs
 * of machines much larger than the one that runs this test. Draws are seeded:
 * every run of this test sees the same numbers. */
#include "../driver/scaling.h"

#include "../driver/experiments/experiment.h"
#include "blocks.h"

#include <errno.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ROWS(table) (sizeof(table) / sizeof(table)[0])
enum { ROUNDS = 12, COUNTS = 64, DRAWS = 200, HELD_AT_LEAST = 182 };

static bool near(double value, double expected, double tolerance)
{
    return fabs(value - expected) <= tolerance;
}

static double law(double n, double sigma, double kappa)
{
    return n / (1 + sigma * (n - 1) + kappa * n * (n - 1));
}

/* ---- One law, no noise ---- */

static void laws_are_recovered_from_their_own_curves(void **state)
{
    const double workers[] = { 1, 2, 4, 8, 16, 32, 32, NAN };
    enum { N = ROWS(workers) };
    double speedup[3 * N];
    struct scaling fit;

    (void)state;
    for (size_t i = 0; i < 3 * N; i++)
        speedup[i] = law(workers[i % N], 0.02, 0.0005);
    assert_int_equal(
        scaling_fit(SCALING_USL, workers, N, speedup, 3, 0.95, &fit), 0);
    assert_int_equal(fit.rounds, 3);
    assert_true(near(scaling_contention(&fit).value, 0.02, 1e-9));
    assert_true(near(scaling_coherence(&fit).low, 0.0005, 1e-9));
    assert_true(
        near(scaling_at(&fit, 128).value, law(128, 0.02, 0.0005), 1e-6));
    scaling_free(&fit);

    for (size_t i = 0; i < 3 * N; i++)
        speedup[i] = law(workers[i % N], 0.05, 0);
    assert_int_equal(
        scaling_fit(SCALING_AMDAHL, workers, N, speedup, 3, 0.95, &fit), 0);
    assert_true(near(scaling_contention(&fit).high, 0.05, 1e-9));
    assert_true(scaling_coherence(&fit).value == 0);
    assert_true(near(scaling_at(&fit, 1).low, 1, 1e-12));
    scaling_free(&fit);
}

/* Losses 1, 1, 4 at x = 1, 2, 3 give sigma = 15/14; losses 0 give 0; twice x
 * gives 2. The median of the three rounds is the first, the range is all. */
static void the_answer_is_the_median_round(void **state)
{
    const double workers[] = { 1, 2, 3, 4 };
    const double speedup[] = { 1, 1, 1.5, 0.8,     1,       2,
                               3, 4, 1,   2.0 / 3, 3.0 / 5, 4.0 / 7 };
    struct scaling fit;

    (void)state;
    assert_int_equal(
        scaling_fit(SCALING_AMDAHL, workers, 4, speedup, 3, 0.95, &fit), 0);
    struct scaling_value sigma = scaling_contention(&fit);
    assert_true(near(sigma.value, 15.0 / 14, 1e-12));
    assert_true(near(sigma.low, 0, 1e-12) && near(sigma.high, 2, 1e-12));
    struct scaling_value at = scaling_at(&fit, 3);
    assert_true(near(at.value, 3 / (1 + 2 * 15.0 / 14), 1e-12));
    assert_true(near(at.low, 0.6, 1e-12) && near(at.high, 3, 1e-12));
    scaling_free(&fit);
}

static void speed_beyond_bounds_has_no_number(void **state)
{
    const double workers[] = { 1, 2, 3, 4 };
    const double speedup[] = { 1, 2.3, 3.9, 6 };
    struct scaling fit;

    (void)state;
    assert_int_equal(
        scaling_fit(SCALING_AMDAHL, workers, 4, speedup, 1, 0.95, &fit), 0);
    assert_true(scaling_contention(&fit).value < 0);
    assert_true(isnan(scaling_at(&fit, 1000).value));
    scaling_free(&fit);
}

/* A round with too few counts is left out; without any there is no fit. */
static void fits_need_enough_worker_counts(void **state)
{
    const double workers[] = { 1, 2, 3, 4 };
    const double speedup[] = { 1, 2, NAN, 4, 1, 2, 3, 4 };
    struct scaling fit;

    (void)state;
    assert_int_equal(
        scaling_fit(SCALING_AMDAHL, workers, 4, speedup, 1, 0.95, &fit),
        -EINVAL);
    assert_int_equal(
        scaling_fit(SCALING_AMDAHL, workers, 4, speedup, 2, 0.95, &fit), 0);
    assert_int_equal(fit.rounds, 1);
    scaling_free(&fit);
    assert_int_equal(
        scaling_fit(SCALING_USL, workers, 4, speedup, 2, 0.95, &fit), -EINVAL);
    assert_int_equal(
        scaling_fit(SCALING_AMDAHL, workers, 4, speedup, 2, 1, &fit), -EINVAL);
    assert_int_equal(scaling_fit(SCALING_AMDAHL, NULL, 0, NULL, 0, 0.95, &fit),
                     -EINVAL);
}

static void senseless_speedups_are_refused(void **state)
{
    const double workers[] = { 1, 2, 3, 4 }, none[] = { 0, 2, 3, 4 };
    static const double wrong[] = { 0, -1, INFINITY };
    struct scaling fit;

    (void)state;
    for (size_t i = 0; i < ROWS(wrong); i++) {
        const double speedup[] = { 1, 2, wrong[i], 4 };

        assert_int_equal(
            scaling_fit(SCALING_AMDAHL, workers, 4, speedup, 1, 0.95, &fit),
            -EINVAL);
    }
    assert_int_equal(
        scaling_fit(SCALING_AMDAHL, none, 4, workers, 1, 0.95, &fit), -EINVAL);
}

static void karp_flatt_finds_the_serial_share(void **state)
{
    (void)state;
    for (double n = 2; n <= 64; n *= 2)
        assert_true(near(scaling_karp_flatt(law(n, 0.1, 0), n), 0.1, 1e-9));
    assert_true(scaling_karp_flatt(2, 2) == 0);
    assert_true(near(scaling_karp_flatt(1, 8), 1, 1e-9));
    assert_true(isnan(scaling_karp_flatt(1, 1)));
    assert_true(isnan(scaling_karp_flatt(0, 4)));
    assert_true(isnan(scaling_karp_flatt(NAN, 4)));
}

/* ---- Simulated machines ---- */

/* A machine, its law, and how much one run's time scatters. */
struct machine_law {
    int cpus;  /* usable */
    int cores; /* below cpus: the rest are second hardware threads */
    double sigma, kappa, noise;
};

/* 1 … cpus, thinned past 16, and twice as many, as the plan does it. */
static size_t counts_of(int cpus, double *workers)
{
    size_t n = 0;

    for (int at = 1; at < cpus; at = at < 16 ? at + 1 : at + at / 4)
        workers[n++] = at;
    workers[n++] = cpus;
    workers[n++] = 2 * cpus;
    return n;
}

/* Each worker past the cores adds a third of one; none past the CPUs does. */
static double true_speedup(const struct machine_law *machine, double workers)
{
    double busy = fmin(workers, machine->cpus);
    double cores = fmin(busy, machine->cores);

    return law(cores, machine->sigma, machine->kappa) *
           (1 + (busy - cores) / cores / 3);
}

/* One run's time: now and then a neighbour takes some, hence a long tail. */
static double noisy(gsl_rng *rng, double seconds, double noise)
{
    return seconds * exp(fabs(gsl_ran_gaussian(rng, noise)) +
                         gsl_ran_gaussian(rng, noise / 2));
}

/* Rounds of speedups over each round's own serial time, up to `cores`. */
static size_t draw(const struct machine_law *machine, gsl_rng *rng,
                   double *workers, double *speedup)
{
    size_t counts = counts_of(machine->cpus, workers);

    while (workers[counts - 1] > machine->cores)
        counts--;
    for (size_t r = 0; r < ROUNDS; r++) {
        double serial = noisy(rng, 1, machine->noise);

        for (size_t i = 0; i < counts; i++)
            speedup[r * counts + i] =
                serial / noisy(rng, 1 / true_speedup(machine, workers[i]),
                               machine->noise);
    }
    return counts;
}

static bool holds(struct scaling_value value, double truth)
{
    return value.low <= truth && truth <= value.high;
}

/* How often the 95 % interval holds each parameter. */
static void count_draws(const struct machine_law *machine,
                        enum scaling_law law_, int *ret_sigma, int *ret_kappa)
{
    static double workers[COUNTS], speedup[ROUNDS * COUNTS];
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

    assert_non_null(rng);
    *ret_sigma = *ret_kappa = 0;
    for (unsigned seed = 1; seed <= DRAWS; seed++) {
        struct scaling fit;

        gsl_rng_set(rng, seed);
        size_t counts = draw(machine, rng, workers, speedup);
        assert_int_equal(
            scaling_fit(law_, workers, counts, speedup, ROUNDS, 0.95, &fit), 0);
        *ret_sigma += holds(scaling_contention(&fit), machine->sigma);
        *ret_kappa += holds(scaling_coherence(&fit), machine->kappa);
        scaling_free(&fit);
    }
    gsl_rng_free(rng);
}

static const struct machine_law machines[] = {
    { 4, 4, 0, 0, 0.01 },           { 4, 4, 0.1, 0, 0.05 },
    { 16, 16, 0.02, 0, 0.01 },      { 16, 16, 0.03, 0.0005, 0.01 },
    { 64, 64, 0.2, 0, 0.01 },       { 64, 64, 0.03, 0.0001, 0.05 },
    { 64, 32, 0.02, 0.0002, 0.01 }, /* SMT */
    { 256, 256, 0.005, 0, 0.01 },   { 256, 256, 0.01, 0.00002, 0.01 },
    { 256, 128, 0.02, 0, 0.05 }, /* SMT */
};

static void intervals_hold_the_truth(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS(machines); i++) {
        const struct machine_law *machine = &machines[i];
        int sigma, kappa;

        if (machine->kappa == 0) {
            count_draws(machine, SCALING_AMDAHL, &sigma, &kappa);
            print_message("%3d CPUs, %3d cores, Amdahl %.3f: %d of %d\n",
                          machine->cpus, machine->cores, machine->sigma, sigma,
                          DRAWS);
            assert_in_range(sigma, HELD_AT_LEAST, DRAWS);
        }
        if (machine->cores >= 6) {
            count_draws(machine, SCALING_USL, &sigma, &kappa);
            print_message("%3d CPUs, %3d cores, USL %.3f %.5f: %d, %d of %d\n",
                          machine->cpus, machine->cores, machine->sigma,
                          machine->kappa, sigma, kappa, DRAWS);
            assert_in_range(sigma, HELD_AT_LEAST, DRAWS);
            assert_in_range(kappa, HELD_AT_LEAST, DRAWS);
        }
    }
}

/* ---- The same through the whole experiment ---- */

/* One case of the run; its times in ms. */
static void add_case(struct plan *plan, struct samples *samples,
                     const char *kind, double workers, const double *ms)
{
    size_t index = plan->count;
    struct bench_case *added = blocks_case(plan, kind, "process", "spread");

    bench_case_parameter(added, 0, "workload", "primes");
    bench_case_parameter(added, 1, "workers", "%.0f", workers);
    bench_case_parameter(added, 2, "size", "1000");
    for (unsigned r = 0; r < ROUNDS; r++) {
        char text[128];

        snprintf(text, sizeof(text),
                 "elapsed_ns,total_ns,result,error\n%.0f,%.0f,168,\n",
                 ms[r] * 1e6, ms[r] * 1e6 + 50000);
        blocks_add(samples, index, r, text);
    }
}

/* Simulates every case of a run on that machine. */
static void add_run(const struct machine_law *machine, unsigned seed,
                    struct plan *plan, struct samples *samples)
{
    static const char *const kinds[] = { "processes", "threads", "copies" };
    double workers[COUNTS], ms[ROUNDS];
    size_t counts = counts_of(machine->cpus, workers);
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

    assert_non_null(rng);
    gsl_rng_set(rng, seed);
    for (size_t r = 0; r < ROUNDS; r++)
        ms[r] = noisy(rng, 1000, machine->noise);
    add_case(plan, samples, "serial", 1, ms);
    for (size_t k = 0; k < ROWS(kinds); k++)
        for (size_t i = 0; i < counts; i++) {
            const struct machine_law ideal = { .cpus = machine->cpus,
                                               .cores = machine->cores };
            bool copies = strcmp(kinds[k], "copies") == 0;
            double one =
                1000 / true_speedup(copies ? &ideal : machine, workers[i]);

            for (size_t r = 0; r < ROUNDS; r++)
                ms[r] =
                    noisy(rng, copies ? one * workers[i] : one, machine->noise);
            add_case(plan, samples, kinds[k], workers[i], ms);
        }
    gsl_rng_free(rng);
}

/* What is fitted stops where cores, or the quota, end; zones say so. The first
 * draw of each machine, whose interval holds the truth, goes all the way. */
static void large_machines_are_fitted_as_far_as_they_scale(void **state)
{
    static const struct {
        struct machine_law law;
        int affinity;
        double quota;
        const char *last_zone; /* of twice the usable CPUs */
    } rows[] = {
        { { 4, 4, 0.1, 0, 0.005 }, 4, 0, "oversubscribed" },
        { { 16, 16, 0.02, 0, 0.005 }, 64, 16, "over-quota" },
        { { 64, 32, 0.03, 0, 0.005 }, 64, 0, "oversubscribed" },
        { { 256, 256, 0.01, 0, 0.005 }, 256, 0, "oversubscribed" },
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        const struct machine_law *machine = &rows[i].law;
        const struct context context = {
            .machine = { .usable_cpus = machine->cpus,
                         .affinity_cpus = rows[i].affinity,
                         .smt_active = machine->cores < machine->cpus,
                         .cores_usable = machine->cores,
                         .quota_cpus = rows[i].quota },
        };
        struct plan plan = { .cases = NULL };
        struct samples samples = { .blocks = NULL };
        struct report report;
        struct failure failure = { "" };

        add_run(machine, 3, &plan, &samples);
        assert_int_equal(report_begin(&report), 0);
        assert_int_equal(experiment_speedup.conclude(&context, &plan, &samples,
                                                     &report, &failure),
                         0);
        const json_t *fit = report_find(report.fits, "case", "threads", "model",
                                        "amdahl", NULL);
        assert_true(report_get(fit, "low") <= machine->sigma);
        assert_true(machine->sigma <= report_get(fit, "high"));
        assert_true((report_find(report.fits, "model", "usl", NULL) != NULL) ==
                    (machine->cores >= 6));

        const json_t *summary = json_array_get(
            report.summaries, json_array_size(report.summaries) - 1);
        assert_true(report_get(summary, "workers") == 2 * machine->cpus);
        assert_string_equal(report_text(summary, "zone"), rows[i].last_zone);
        report_end(&report);
        samples_free(&samples);
        plan_free(&plan);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(laws_are_recovered_from_their_own_curves),
        cmocka_unit_test(the_answer_is_the_median_round),
        cmocka_unit_test(speed_beyond_bounds_has_no_number),
        cmocka_unit_test(fits_need_enough_worker_counts),
        cmocka_unit_test(senseless_speedups_are_refused),
        cmocka_unit_test(karp_flatt_finds_the_serial_share),
        cmocka_unit_test(intervals_hold_the_truth),
        cmocka_unit_test(large_machines_are_fitted_as_far_as_they_scale),
    };

    statistics_begin();
    return cmocka_run_group_tests_name("scaling", tests, NULL, NULL);
}
