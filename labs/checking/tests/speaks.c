/* A check like a lab's, whose student wrote a bad body: `speaks NAME` fails
 * with the message that test_verdict reads. */
#include "bodies.h"
#include "checking.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct bad *find(const char *name)
{
    const struct bad *const tables[] = { bad_endings, bad_waiting, bad_left };

    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
        for (const struct bad *bad = tables[i]; bad->name != NULL; bad++)
            if (strcmp(bad->name, name) == 0)
                return bad;
    return NULL;
}

/* Tells the test where it is, then waits to be cleared away. */
static long sits_there(void *facts)
{
    (void)facts;
    dprintf(atoi(getenv("SPEAKS_TO")), "%d\n", (int)getpid());
    sleep(100);
    return 0;
}

static long chatters(void *facts)
{
    (void)facts;
    printf("a line\nno end");
    printf("\033[31m%3000s", "");
    return 42;
}

static void speak(void **state)
{
    const struct bad *bad = *state;
    const struct trial trial = { .body = bad->body, .limits = bad->limits };
    const struct outcome o = trial_run(&trial);

    verdict_common(&o);
    verdict_leftovers(&o);
    if (strcmp(bad->name, "chatters") == 0) {
        seed_get();
        verdict_fail(&o, "%s", bad->says);
    }
}

int main(int argc, char **argv)
{
    static const struct bad own[] = {
        { .name = "sits_there", .body = sits_there, .how = TRIAL_TOO_LONG },
        { .name = "chatters",
          .body = chatters,
          .how = TRIAL_RETURNED,
          .says = "A message that is long enough to be wrapped, with words "
                  "“in quotation marks” at the place where bytes and columns "
                  "differ: see wait(2)." },
    };
    const struct bad *bad = argc == 2 ? find(argv[1]) : NULL;

    for (size_t i = 0; argc == 2 && i < sizeof own / sizeof own[0]; i++)
        if (strcmp(own[i].name, argv[1]) == 0)
            bad = &own[i];
    if (bad == NULL)
        return 2;

    const struct CMUnitTest tests[] = {
        { bad->name, speak, NULL, NULL, (void *)(uintptr_t)bad },
    };
    return checking_run(argc, argv, tests, 1);
}
