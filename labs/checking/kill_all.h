/* kill(-1, …) ends everything that its user runs: the editor, the desktop. A
 * fork that failed and was not looked at becomes just that when its "child" is
 * to be killed. Internal to the library. */
#ifndef CHECKING_KILL_ALL_H
#define CHECKING_KILL_ALL_H

/* From now on kill(-1, …) gives EPERM, here and in all that is started from
 * here. A kernel that cannot do that leaves it as it is. */
void kill_all_refuse(void);

#endif
