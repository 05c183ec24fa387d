# chart: granularity-free
# reads: granularity-summary.csv
# also: granularity-crossings.csv
# needs: granularity-summary.csv placement=free efficiency=?* -- free placement was not measured
# title: How long a task must be until its worker's creation stops mattering
# shows: Efficiency, from 0 to 100 per cent, against the length of a task on a logarithmic axis, where the scheduler chooses the CPUs: a thread each, a process each, a pool of one thread, a pool of one process, with intervals; lines where the overhead is 10 and 1 per cent of the task. Below, a row a kind: the lengths at which its curve passes these lines, with intervals.
load "style.gp"
PLACE = "free"
load "granularity_page.gp"
