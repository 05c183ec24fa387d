# chart: speedup-efficiency
# reads: speedup-summary.csv
# needs: speedup-summary.csv efficiency=?* case!=serial -- nothing but the serial run was measured
# title: How much of each worker is put to use
# shows: Two panels a workload against the number of workers: on the left the speedup divided by the workers, on the right the speedup divided by what independent copies reach on this machine; processes, threads and ranks with intervals, zones without more CPUs shaded.
load "style.gp"
SUMMARY = DATA."speedup-summary.csv"
MODEL = ""

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

ROOM = 144; TALL = 190; BLOCK = TALL + 15*ZONES + 106
BEGIN = 44 + TITLE_LEADING*|TITLE|
HEIGHT = BEGIN + PANELS*BLOCK + 18 + FOOTER_LEADING*|FOOTER|
SUBTITLE = "Per cent of the ideal, and per cent of what the machine gives to independent copies; up is better"
load "page.gp"
CELL = (WIDTH - 2*PAD)/2
set multiplot
do for [n = 1:PANELS] {
    do for [side = 0:1] {
        WORK = word(WORKLOADS, n)
        WHAT = side == 0 ? "efficiency" : "of_ceiling"
        HEAD = WORK.(side == 0 ? ": speedup ÷ workers" : ": speedup ÷ ceiling")
        INDENT = 48; LEFT = PAD + INDENT + CELL*side; SPAN = CELL - INDENT - ROOM
        TOP = BEGIN + BLOCK*(n - 1) + 15*ZONES + 56
        load "panel.gp"
    }
}
unset multiplot
