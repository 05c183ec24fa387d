/* How much CPU time this process's control groups leave it. */
#ifndef DRIVER_CGROUP_H
#define DRIVER_CGROUP_H

/* The tightest CPU quota on the path from this process's cgroup up to the top
 * of what is mounted, in CPUs (1.5 = 150 ms of CPU time each 100 ms); 0 when
 * there is none. Both versions are read, also side by side. NAN when
 * /proc/self/cgroup or mountinfo cannot be read: unknown.
 * Source: cgroups(7), proc_pid_mountinfo(5); the kernel's cgroup-v2.rst
 * (cpu.max) and sched-bwc.rst (cpu.cfs_quota_us). */
double cgroup_quota(const char *root);

/* The smallest number above 0 that `limit` gives for one of these groups, for
 * another controller ("pids"); 0 when none gives any. `limit` is asked about
 * each group that can be seen, by its path below the root. NAN as above. */
double cgroup_tightest(const char *root, const char *controller,
                       double (*limit)(const char *root, const char *group));

#endif
