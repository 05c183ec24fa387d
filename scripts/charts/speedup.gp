# chart: speedup
# reads: speedup-summary.csv
# also: speedup-model.csv
# needs: speedup-summary.csv speedup=?* case!=serial -- nothing but the serial run was measured
# title: How far more workers make the same work faster
# shows: One panel a workload; against the number of workers the speedup over one serial run, for processes, for threads and, where they were measured, for MPI ranks, with intervals, the ideal line, the ceiling that independent copies reach, and fitted models where there are enough points; zones without more CPUs are shaded.
load "style.gp"
SUMMARY = DATA."speedup-summary.csv"
MODEL = DATA."speedup-model.csv"

WORKLOADS = ""; ZONE_NAMES = ""
has(list, x) = (found = 0, sum [i = 1:words(list)] (word(list, i) eq x ? (found = 1, 0) : 0), found)
meet(w, z) = (strlen(w) > 0 && !has(WORKLOADS, w) ? (WORKLOADS = WORKLOADS." ".w, 0) : 0, \
    strlen(z) > 0 && !has(ZONE_NAMES, z) ? (ZONE_NAMES = ZONE_NAMES." ".z, 0) : 0, 1)
stats SUMMARY using (meet(strcol("workload"), strcol("zone"))) nooutput
PANELS = words(WORKLOADS); ZONES = words(ZONE_NAMES)
mine(unused) = strcol("workload") eq WORK
kind(unused) = strcol("case")
seconds(what) = number(what."_s")
BEYOND = 0

ROOM = 134; TALL = PANELS > 2 ? 230 : 290; BLOCK = TALL + 15*ZONES + 106
COLUMNS = PANELS > 1 ? 2 : 1; LINES = (PANELS + COLUMNS - 1)/COLUMNS
BEGIN = 44 + TITLE_LEADING*|TITLE|
HEIGHT = BEGIN + LINES*BLOCK + 18 + FOOTER_LEADING*|FOOTER|
SUBTITLE = "Speedup: time of the one serial run ÷ time with n workers, for the same work; up is faster"
load "page.gp"
CELL = (WIDTH - 2*PAD)/COLUMNS
set multiplot
do for [n = 1:PANELS] {
    WORK = word(WORKLOADS, n); WHAT = "speedup"; HEAD = WORK
    INDENT = 46; LEFT = PAD + INDENT + CELL*((n - 1) % COLUMNS); SPAN = CELL - INDENT - ROOM
    TOP = BEGIN + BLOCK*((n - 1)/COLUMNS) + 15*ZONES + 56
    load "panel.gp"
}
unset multiplot
