# chart: gil
# reads: gil-summary.csv
# needs: gil-summary.csv speedup=?* family!=control -- nothing but serial runs was measured
# title: What threads and processes bring, with one big lock and without
# shows: A row of two panels each for C and for every Python, which is named with its lock, the GIL, or without: on the left computing, on the right waiting; against the number of workers the speedup over that language's own serial run, for threads and for processes, with intervals and the ideal line; the serial run's time is below the heading, and more workers than CPUs are shaded.
load "style.gp"
SUMMARY = DATA."gil-summary.csv"
MODEL = ""

# ---- who has panels: every interpreter that more than one serial run was planned for
NAMES = ""; LOCKS = ""; ZONE_NAMES = ""
has(list, x) = (found = 0, sum [i = 1:words(list)] (word(list, i) eq x ? (found = 1, 0) : 0), found)
meet(who, lock, z) = (strlen(who) > 0 && !has(NAMES, who) ? \
        (NAMES = NAMES." ".who, LOCKS = LOCKS." ".(strlen(lock) > 0 ? lock : "-"), 0) : 0, \
    strlen(z) > 0 && !has(ZONE_NAMES, z) ? (ZONE_NAMES = ZONE_NAMES." ".z, 0) : 0, 1)
stats SUMMARY using (strcol("family") ne "control" ? \
    meet(strcol("interpreter"), strcol("has_lock"), strcol("zone")) : 0) nooutput
LINES = words(NAMES); ZONES = words(ZONE_NAMES)

ROOM = 134; TALL = LINES > 3 ? 150 : 190; BLOCK = TALL + 15*ZONES + 106
BEGIN = 44 + TITLE_LEADING*|TITLE|
HEIGHT = BEGIN + LINES*BLOCK + 18 + FOOTER_LEADING*|FOOTER|
SUBTITLE = "Speedup: time of the language's own serial run ÷ time with n workers, for the same work; up is faster"
load "page.gp"
CELL = (WIDTH - 2*PAD)/2
WHAT = "speedup"
mine(unused) = strcol("interpreter") eq WHO && strcol("work") eq WORK
kind(unused) = (whole = strcol("case"), at = strstrt(whole, "-"), whole[at + 1:*])
seconds(what) = number(what."_us")*1e-6
set multiplot
do for [n = 1:LINES] {
    do for [side = 0:1] {
        WHO = word(NAMES, n); WORK = side == 0 ? "cpu" : "waiting"; BEYOND = side
        lock = word(LOCKS, n)
        HEAD = (WHO eq "c" ? "C" : WHO).(lock eq "1" ? ", GIL" : lock eq "0" ? ", no GIL" : "")
        HEAD = HEAD.(side == 0 ? ": computing" : ": waiting")
        INDENT = 46; LEFT = PAD + INDENT + CELL*side; SPAN = CELL - INDENT - ROOM
        TOP = BEGIN + BLOCK*(n - 1) + 15*ZONES + 56
        load "panel.gp"
    }
}
unset multiplot
