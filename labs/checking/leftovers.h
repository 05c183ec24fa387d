/* What is left behind in handles and files. Internal to the library; threads
 * and processes are counted by the watch. */
#ifndef CHECKING_LEFTOVERS_H
#define CHECKING_LEFTOVERS_H

#include "stage.h"
#include "trial.h"

enum { LEFTOVERS_PATH = 256 };

/* A new folder, in which the trial will work. */
void leftovers_make_folder(char *ret_path, size_t size);

/* While the trial's process still lives: handles that are open and were not
 * before the body was called. */
void leftovers_count_handles(const struct stage *stage, const char *folder,
                             struct outcome *outcome);

/* When all have ended: what lies in the folder; then removes all of it. */
void leftovers_count_files(const char *folder, struct outcome *outcome);

#endif
