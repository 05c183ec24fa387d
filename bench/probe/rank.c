/* The probe's measures for ranks: `mpirun -n N rank MEASURE key=value…`. Rank 0
 * prints the rows. `rank launch ranks=N … MEASURE …` becomes that command, with
 * what each MPI has to be told to start ranks here. */
#define _GNU_SOURCE /* prctl's PR_SET_PDEATHSIG, setenv */
#include "rank/rank.h"

#include "clock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { LIMIT_S = 600, DAEMON_S = 5, WORDS = 16 };

/* What launch tells its ranks, in a last word; variables do not reach every
 * host. */
struct launched {
    unsigned long long begin_ns; /* by the clock of its host; 0: by hand */
    unsigned limit_s;            /* a rank ends itself after this time */
    int aligned;                 /* print for a person */
    char host[RANK_HOST];
};
#define LAUNCHED "launched=%llu:%u:%d:"

static const struct rank_measure *const measures[] = {
    &rank_speedup, &rank_exchange, &rank_hosts, &rank_nothing
};
enum { MEASURES = sizeof(measures) / sizeof(measures[0]) };

static const struct key launch_keys[] = {
    { "ranks", "1", 1, 65536, "how many" },
    { "hosts", "", 0, 0, "where: NAME:SLOTS with commas between; none: here" },
    { "limit_s", "600", 1, LIMIT_S, "a rank ends itself after this time" },
    { NULL, NULL, 0, 0, NULL },
};

static void print_keys(FILE *out, const struct key *keys)
{
    for (const struct key *key = keys; key->name != NULL; key++)
        fprintf(out, "  %-10s %s\n", key->name, key->help);
}

static void usage(FILE *out)
{
    fputs("usage: mpirun -n N rank MEASURE key=value…\n"
          "       rank launch key=value… MEASURE key=value…\n\n"
          "launch: become " LAUNCHER "\n",
          out);
    print_keys(out, launch_keys);
    for (size_t i = 0; i < MEASURES; i++) {
        fprintf(out, "\n%s: %s\n", measures[i]->name, measures[i]->summary);
        print_keys(out, measures[i]->keys);
    }
}

/* ---- Launching ---- */

struct setting {
    const char *name, *value;
};

/* Each MPI obeys its own variables, and does not know the others'. More ranks
 * than CPUs are meant; in a container everybody is root; ranks take their
 * places themselves, as the probe's workers do; and who waits lets others have
 * the CPU. Whoever has set one of these means it. */
static const struct setting everywhere[] = {
    { "OMPI_ALLOW_RUN_AS_ROOT", "1" },
    { "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1" },
    { "OMPI_MCA_rmaps_base_oversubscribe", "1" },
    { "OMPI_MCA_hwloc_base_binding_policy", "none" },
    { "OMPI_MCA_mpi_yield_when_idle", "1" },
    { "PRTE_ALLOW_RUN_AS_ROOT", "1" },
    { "PRTE_ALLOW_RUN_AS_ROOT_CONFIRM", "1" },
    { "PRTE_MCA_rmaps_default_mapping_policy", ":oversubscribe" },
    { "PRTE_MCA_hwloc_default_binding_policy", "none" },
};

/* On one host messages go through its memory: looking for networks is half of
 * what a launch takes. */
static const struct setting one_host[] = {
    { "OMPI_MCA_pml", "ob1" },
    { "OMPI_MCA_btl", "^tcp,openib,ofi,usnic,uct" },
    { "OMPI_MCA_osc", "^ucx" },
    { "OMPI_MCA_mtl", "^ofi,psm,psm2" },
    { "HWLOC_COMPONENTS", "-linuxio,-pci,-opencl,-gl,-cuda" },
};

/* Names are used as they were given. A host that is cut off is missed after 11
 * silent seconds, not after 8 minutes. */
static const struct setting many_hosts[] = {
    { "OMPI_MCA_orte_keep_fqdn_hostnames", "1" },
    { "OMPI_MCA_oob_tcp_keepalive_time", "5" },
    { "OMPI_MCA_oob_tcp_keepalive_intvl", "2" },
    { "OMPI_MCA_oob_tcp_keepalive_probes", "3" },
};

/* On a host that is cut off nobody hears that the launcher has ended. Its
 * ranks have their alarm; what has started them there gets a limit, too. */
static void limit_daemons(unsigned limit_s)
{
    char agent[48];

    snprintf(agent, sizeof(agent), "timeout %u orted", limit_s + DAEMON_S);
    setenv("OMPI_MCA_orte_launch_agent", agent, 0);
}

static void set_all(const struct setting *settings, size_t count)
{
    for (size_t i = 0; i < count; i++)
        setenv(settings[i].name, settings[i].value, 0);
}

/* The launch's own words come first, up to the measure's name. */
static int launch(int count, char *const words[])
{
    struct launched word = { .aligned = isatty(1) };
    char self[PATH_MAX] = "", last[sizeof(word) + 64];
    char message[RANK_MESSAGE];
    char *argv[WORDS + 9] = { NULL };
    char launcher[] = LAUNCHER, n[] = "-n", at[] = HOSTS_OPTION, ranks[16];
    struct arguments arguments;
    int used = 0, i = 0;

    while (i < count && strchr(words[i], '=') != NULL)
        i++;
    if (i == count || count - i > WORDS) {
        usage(stderr);
        return 2;
    }
    if (arguments_parse(&arguments, launch_keys, i, words, message,
                        sizeof(message)) < 0) {
        fprintf(stderr, "rank launch: %s\n", message);
        return 2;
    }
    const char *hosts = arguments_word(&arguments, "hosts");
    snprintf(ranks, sizeof(ranks), "%ld",
             arguments_number(&arguments, "ranks"));
    word.limit_s = (unsigned)arguments_number(&arguments, "limit_s");
    gethostname(word.host, sizeof(word.host) - 1);
    snprintf(last, sizeof(last), LAUNCHED "%s",
             (unsigned long long)clock_now_ns(), word.limit_s, word.aligned,
             word.host);
    set_all(everywhere, sizeof(everywhere) / sizeof(everywhere[0]));
    if (hosts[0] == '\0')
        set_all(one_host, sizeof(one_host) / sizeof(one_host[0]));
    else {
        set_all(many_hosts, sizeof(many_hosts) / sizeof(many_hosts[0]));
        limit_daemons(word.limit_s);
    }

    argv[used++] = launcher;
    argv[used++] = n;
    argv[used++] = ranks;
    if (hosts[0] != '\0') {
        argv[used++] = at;
        argv[used++] = (char *)(uintptr_t)hosts;
    }
    argv[used++] = self;
    while (i < count)
        argv[used++] = words[i++];
    argv[used++] = last;

    /* What is typed is not for rank 0. */
    int null = open("/dev/null", O_RDONLY);
    if (readlink("/proc/self/exe", self, sizeof(self) - 1) > 0 && null >= 0 &&
        dup2(null, STDIN_FILENO) >= 0)
        execv(launcher, argv);
    fprintf(stderr, "rank: cannot run %s: %s\n", launcher, strerror(errno));
    return 127;
}

/* ---- Being a rank ---- */

/* The launch's last word, or what holds without one. True: there was one. */
static bool read_launched(const char *word, struct launched *ret)
{
    const char *host = strrchr(word, ':');

    *ret = (struct launched){ .limit_s = LIMIT_S };
    if (host == NULL || sscanf(word, LAUNCHED, &ret->begin_ns, &ret->limit_s,
                               &ret->aligned) != 3)
        return false;
    snprintf(ret->host, sizeof(ret->host), "%s", host + 1);
    return true;
}

/* Nobody outlives its launcher: the kernel sees to it on one host; where the
 * launcher's word cannot reach us any more, the alarm does. */
static void end_in_time(const struct launched *launched)
{
    unsigned limit_s = launched->limit_s;

    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGALRM, SIG_DFL);
    alarm(limit_s > 0 && limit_s < LIMIT_S ? limit_s : LIMIT_S);
}

/* How many ranks before me are on my host; and how long the launch took, where
 * the launcher reads the same clock. */
static void look_around(const struct launched *launched, struct ranks *ranks)
{
    char mine[RANK_HOST] = "";

    gethostname(mine, sizeof(mine) - 1);
    MPI_Comm_rank(MPI_COMM_WORLD, &ranks->me);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks->count);
    char *all = calloc((size_t)ranks->count, sizeof(mine));
    if (all == NULL) {
        MPI_Abort(MPI_COMM_WORLD, EXIT_FAILURE);
        exit(EXIT_FAILURE);
    }
    MPI_Allgather(mine, sizeof(mine), MPI_BYTE, all, sizeof(mine), MPI_BYTE,
                  MPI_COMM_WORLD);
    for (int i = 0; i < ranks->me; i++)
        ranks->on_host += strcmp(all + (size_t)i * sizeof(mine), mine) == 0;
    free(all);
    MPI_Barrier(MPI_COMM_WORLD);
    uint64_t now_ns = clock_now_ns();
    if (launched->begin_ns > 0 && launched->begin_ns < now_ns &&
        strcmp(launched->host, mine) == 0)
        ranks->launch_ns = now_ns - launched->begin_ns;
}

static int measure_run(const struct rank_measure *measure,
                       const struct launched *launched, int count,
                       char *const words[])
{
    struct table table = { .out = stdout, .aligned = launched->aligned != 0 };
    struct ranks ranks = { .me = 0 };
    struct arguments arguments;
    char message[RANK_MESSAGE] = "no memory";

    look_around(launched, &ranks);
    int rc = arguments_parse(&arguments, measure->keys, count, words, message,
                             sizeof(message));
    if (rc == 0)
        rc = measure->run(&ranks, &arguments, &table, message);
    if (rc < 0 && ranks.me == 0)
        fprintf(stderr, "rank %s: %s\n", measure->name, message);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "rank: cannot write the results: %s\n",
                strerror(errno));
        rc = -EIO;
    }
    return rc == 0 ? EXIT_SUCCESS : rc == -EINVAL ? 2 : EXIT_FAILURE;
}

int main(int argc, char *argv[])
{
    if (argc > 1 && strcmp(argv[1], "launch") == 0)
        return launch(argc - 2, argv + 2);
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        usage(stdout);
        return EXIT_SUCCESS;
    }
    for (size_t i = 0; i < MEASURES && argc > 1; i++)
        if (strcmp(measures[i]->name, argv[1]) == 0) {
            struct launched launched;

            argc -= read_launched(argv[argc - 1], &launched);
            end_in_time(&launched);
            if (MPI_Init(NULL, NULL) != MPI_SUCCESS)
                return EXIT_FAILURE;
            int code = measure_run(measures[i], &launched, argc - 2, argv + 2);
            MPI_Finalize();
            return code;
        }
    usage(stderr);
    return 2;
}
