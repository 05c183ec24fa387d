/* popt reads the words; the ranges and names are checked here. */
#include "options.h"

#include <errno.h>
#include <math.h>
#include <popt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

/* Whoever is in a hurry gets fewer samples of the slow mechanisms. */
static const struct profile profiles[PROFILES] = {
    { "quick", PROFILE_QUICK, 2, 1 },
    { "default", PROFILE_DEFAULT, 20, 2 },
    { "thorough", PROFILE_THOROUGH, 20, 5 },
};

static int choose(struct command_line *line, const char *name,
                  struct failure *failure)
{
    char known[256] = "";
    size_t count = 0;

    while (line->chosen[count] != NULL) {
        if (strcmp(line->chosen[count]->name, name) == 0)
            return 0;
        count++;
    }
    for (size_t i = 0; experiments[i] != NULL; i++) {
        size_t used = strlen(known);

        if (strcmp(experiments[i]->name, name) == 0) {
            line->chosen[count] = experiments[i];
            return 0;
        }
        snprintf(known + used, sizeof(known) - used, ", %s",
                 experiments[i]->name);
    }
    return failure_note(failure, -EINVAL,
                        "there is no experiment '%s'; there "
                        "are all%s",
                        name, known);
}

static int choose_profile(struct command_line *line, const char *name,
                          struct failure *failure)
{
    for (size_t i = 0; i < PROFILES; i++)
        if (strcmp(profiles[i].name, name) == 0) {
            line->options.profile = &profiles[i];
            return 0;
        }
    return failure_note(failure, -EINVAL,
                        "there is no profile '%s'; there "
                        "are quick, default, thorough",
                        name);
}

static int read_number(const char *text, const char *what, double low,
                       double high, double *ret, struct failure *failure)
{
    char *end;
    double value = strtod(text, &end);

    if (*text == '\0' || *end != '\0' || !(value >= low && value <= high))
        return failure_note(failure, -EINVAL,
                            "%s '%s': give a number from "
                            "%.10g to %.10g",
                            what, text, low, high);
    *ret = value;
    return 0;
}

static int read_experiments(poptContext popt, struct command_line *ret,
                            struct failure *failure)
{
    const char *word;
    int rc = 0;

    while (rc == 0 && (word = poptGetArg(popt)) != NULL) {
        if (strcmp(word, "selftest") == 0) {
            ret->selftest = true;
            continue;
        }
        if (strcmp(word, "all") != 0) {
            rc = choose(ret, word, failure);
            continue;
        }
        for (size_t i = 0; experiments[i] != NULL; i++)
            (void)choose(ret, experiments[i]->name, failure);
    }
    if (rc == 0 && ret->selftest && ret->chosen[0] != NULL)
        rc = failure_note(failure, -EINVAL,
                          "selftest: measure no experiment beside it");
    if (rc == 0 && ret->chosen[0] == NULL && !ret->selftest)
        rc = failure_note(failure, -EINVAL,
                          "which experiment? `all`, or those that "
                          "--help tells of");
    return rc;
}

/* At least: whole rounds, and as many as the verdicts need, may take longer. */
static void print_experiments(void)
{
    double all[PROFILES] = { 0 };

    puts("Seconds of measuring, at least, with --profile quick, default, "
         "thorough:");
    for (size_t i = 0; experiments[i] != NULL; i++) {
        const struct experiment *one = experiments[i];

        for (int p = 0; p < PROFILES; p++)
            all[p] += one->budget_s[p];
        printf("  %-11s %4.1f %4.0f %4.0f  %s\n", one->name, one->budget_s[0],
               one->budget_s[1], one->budget_s[2], one->question);
    }
    printf("  %-11s %4.0f %4.0f %4.0f\n", "all", all[0], all[1], all[2]);
}

int options_read(int argc, const char *argv[], struct command_line *ret,
                 struct failure *failure)
{
    char *profile = NULL, *cases = NULL, *placement = NULL, *output = NULL;
    char *budget = NULL, *seed = NULL, *hostfile = NULL;
    int quick = 0, wait = 0, list = 0, help = 0;
    const struct poptOption table[] = {
        { "profile", 'p', POPT_ARG_STRING, &profile, 0,
          "how much to measure: quick, default, thorough", "NAME" },
        { "quick", 0, POPT_ARG_NONE, &quick, 0, "the profile quick", NULL },
        { "output", 'o', POPT_ARG_STRING, &output, 0,
          "a new folder for the run (default: results/DATE-HOST)", "FOLDER" },
        { "cases", 'c', POPT_ARG_STRING, &cases, 0,
          "only these cases, and what they are compared with", "A,B" },
        { "placement", 0, POPT_ARG_STRING, &placement, 0,
          "only these: same-cpu, other-cpu, free", "A,B" },
        { "time-budget", 't', POPT_ARG_STRING, &budget, 0,
          "seconds of measuring for each experiment, or as many rounds as its "
          "verdicts need",
          "SECONDS" },
        { "seed", 's', POPT_ARG_STRING, &seed, 0,
          "of the shuffled order (default: a new one)", "NUMBER" },
        { "hostfile", 0, POPT_ARG_STRING, &hostfile, 0,
          "run MPI ranks on these hosts: lines `NAME slots=NUMBER`", "FILE" },
        { "wait", 'w', POPT_ARG_NONE, &wait, 0,
          "wait until no other run is measuring", NULL },
        { "list", 'l', POPT_ARG_NONE, &list, 0,
          "name the experiments, and the seconds that each measures", NULL },
        { "help", 'h', POPT_ARG_NONE, &help, 0, "show this text", NULL },
        POPT_TABLEEND
    };
    poptContext popt = poptGetContext("bench", argc, argv, table, 0);
    double number = 0;

    *ret = (struct command_line){ .options = { .profile = &profiles[1] } };
    if (popt == NULL)
        return failure_note(failure, -ENOMEM, "cannot read the options");
    poptSetOtherOptionHelp(popt,
                           "EXPERIMENT… | all | selftest | claims RUN_FOLDER");
    int rc = poptGetNextOpt(popt);
    if (rc < -1) {
        rc = failure_note(failure, -EINVAL, "%s: %s; --help shows the options",
                          poptBadOption(popt, 0), poptStrerror(rc));
    } else if (help != 0) {
        poptPrintHelp(popt, stdout, 0);
        putchar('\n');
        print_experiments();
        rc = 1;
    } else if (list != 0) {
        print_experiments();
        rc = 1;
    } else {
        rc = read_experiments(popt, ret, failure);
    }
    if (rc == 0 && quick != 0)
        rc = choose_profile(ret, "quick", failure);
    if (rc == 0 && profile != NULL)
        rc = choose_profile(ret, profile, failure);
    if (rc == 0 && ret->selftest &&
        (cases != NULL || placement != NULL || output != NULL ||
         budget != NULL || hostfile != NULL))
        rc = failure_note(failure, -EINVAL,
                          "selftest: leave out --output, --cases, --placement, "
                          "--hostfile and --time-budget");
    if (rc == 0 && budget != NULL)
        rc = read_number(budget, "--time-budget", 0.1, 86400,
                         &ret->options.time_budget_s, failure);
    if (rc == 0 && seed != NULL) {
        rc = read_number(seed, "--seed", 0, 4294967295.0, &number, failure);
        if (rc == 0 && number != floor(number))
            rc = failure_note(failure, -EINVAL,
                              "--seed '%s': give a whole number", seed);
        ret->options.seed = (unsigned long)number;
    } else if (rc == 0) {
        unsigned drawn = 1;

        if (getrandom(&drawn, sizeof(drawn), 0) != sizeof(drawn))
            drawn = 1; /* recorded, hence still repeatable */
        ret->options.seed = drawn;
    }
    free(profile);
    free(budget);
    free(seed);
    ret->options.cases = cases;
    ret->options.placement = placement;
    ret->options.hostfile = hostfile;
    ret->output = output;
    ret->wait = wait != 0;
    ret->texts[0] = cases;
    ret->texts[1] = placement;
    ret->texts[2] = output;
    ret->texts[3] = hostfile;
    poptFreeContext(popt);
    return rc;
}

void options_free(struct command_line *line)
{
    for (size_t i = 0; i < OPTIONS_TEXTS; i++)
        free(line->texts[i]);
    *line = (struct command_line){ .output = NULL };
}
