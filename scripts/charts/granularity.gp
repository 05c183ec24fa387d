# chart: granularity
# reads: granularity-summary.csv
# also: granularity-crossings.csv
# needs: granularity-summary.csv placement=same-cpu efficiency=?* -- no task was measured on one CPU
# title: How long a task must be until its worker's creation stops mattering
# shows: Efficiency, from 0 to 100 per cent, against the length of a task on a logarithmic axis, with parent and worker on one CPU: a thread each, a process each, a pool of one thread, a pool of one process, with intervals; lines where the overhead is 10 and 1 per cent of the task. Below, a row a kind: the lengths at which its curve passes these lines, with intervals.
load "style.gp"
PLACE = "same-cpu"
load "granularity_page.gp"
