/* What happens in the child of a trial. Internal to the library. */
#ifndef CHECKING_INSIDE_H
#define CHECKING_INSIDE_H

#include "stage.h"
#include "trial.h"

/* Limits with every default filled in; stdout and stderr go to `printed`. */
_Noreturn void inside_run(const struct trial *trial,
                          const struct limits *limits, struct stage *stage,
                          const char *folder, int printed);

#endif
