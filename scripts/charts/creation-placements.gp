# chart: creation-placements
# reads: creation-summary.csv
# needs: creation-summary.csv 2 placement median_us=?* family!=timer case!=*-static -- only one placement was measured
# title: The same creation, placed in different ways
# shows: A group of rows a mechanism, in it a row for each placement; along a logarithmic time axis a line for the middle half of the samples and the family's sign at the median; median and ratio to pthread_create in the same placement as numbers.
load "style.gp"
SUMMARY = DATA."creation-summary.csv"
static(c) = strstrt(c, "-static") > 0

# ---- groups in the order of the file, placements in ours
ORDER = ""
find(list, c) = (found = 0, sum [i = 1:words(list)] (word(list, i) eq c ? (found = i, 0) : 0), found)
meet(c) = static(c) || strlen(c) == 0 || strcol("family") eq "timer" || find(ORDER, c) > 0 ? 0 : \
    (ORDER = ORDER." ".c, 1)
stats SUMMARY using (meet(strcol("case"))) nooutput

MOST = 192
array GROUP[MOST]; array NAME[MOST]; array FAMILY[MOST]; array SUB[MOST]; array WHY[MOST]
array MEDIAN[MOST]; array LOW[MOST]; array HIGH[MOST]; array P25[MOST]; array P75[MOST]
array BASE[MOST]; array RATIO[MOST]; array RATIO_LOW[MOST]; array RATIO_HIGH[MOST]
elsewhere(share) = strcol("placement") eq "free" && known(share) ? \
    sprintf(" (%.0f %% elsewhere)", 100*share) : ""
N = 0
take(g) = (N = N + 1, GROUP[N] = g, NAME[N] = strcol("label"), FAMILY[N] = strcol("family"), \
    SUB[N] = place_name(strcol("placement")).elsewhere(number("other_cpu_share")), \
    MEDIAN[N] = number("median_us"), LOW[N] = number("ci_low_us"), \
    HIGH[N] = number("ci_high_us"), P25[N] = number("p25_us"), P75[N] = number("p75_us"), \
    BASE[N] = strcol("case") eq "pthread", RATIO[N] = number("ratio"), \
    RATIO_LOW[N] = number("ratio_low"), \
    RATIO_HIGH[N] = number("ratio_high"), WHY[N] = strcol("unavailable"), 1)
do for [g = 1:words(ORDER)] {
    do for [p in "same-cpu other-cpu free"] {
        stats SUMMARY using (strcol("case") eq word(ORDER, g) && strcol("placement") eq p \
            && N < MOST ? take(g) : 0) nooutput
    }
}
SUBTITLE = "Time from the call until the parent has seen the child end, by where the child may run"
NAME_ROOM = 172; SUB_ROOM = 148
RATIO_HEAD = "× pthread, same placement"
load "groups.gp"
