# chart: creation-libc
# reads: creation-summary.csv
# needs: creation-summary.csv case=*-musl-static median_us=?* -- the static musl probe was not measured
# needs: creation-summary.csv case=*-glibc-static median_us=?* -- the static glibc probe was not measured
# title: The same call in two C libraries, both linked statically
# shows: A pair of rows a mechanism, glibc above musl; along a logarithmic time axis a line for the middle half of the samples and the family's sign at the median; median and ratio to pthread_create of the same library as numbers.
load "style.gp"
SUMMARY = DATA."creation-summary.csv"

# ---- pairs in the order of the file, in the first placement that has them
ends(c, tail) = strlen(c) > strlen(tail) && c[strlen(c)-strlen(tail)+1:] eq tail
stem(c) = ends(c, "-glibc-static") ? c[1:strlen(c)-13] : \
    ends(c, "-musl-static") ? c[1:strlen(c)-12] : ""
PLACE = ""
choose(p, us) = known(us) && strlen(stem(strcol("case"))) > 0 \
    && (PLACE eq "" || p eq "same-cpu") ? (PLACE = p, 1) : 0
stats SUMMARY using (choose(strcol("placement"), number("median_us"))) nooutput
ORDER = ""
find(list, c) = (found = 0, sum [i = 1:words(list)] (word(list, i) eq c ? (found = i, 0) : 0), found)
meet(c) = strlen(c) == 0 || strcol("family") eq "timer" || strcol("family") eq "control" \
    || strcol("placement") ne PLACE || find(ORDER, c) > 0 ? 0 : (ORDER = ORDER." ".c, 1)
stats SUMMARY using (meet(stem(strcol("case")))) nooutput

MOST = 128
array GROUP[MOST]; array NAME[MOST]; array FAMILY[MOST]; array SUB[MOST]; array WHY[MOST]
array MEDIAN[MOST]; array LOW[MOST]; array HIGH[MOST]; array P25[MOST]; array P75[MOST]
array BASE[MOST]; array RATIO[MOST]; array RATIO_LOW[MOST]; array RATIO_HIGH[MOST]
N = 0
take(g, lib) = (N = N + 1, GROUP[N] = g, NAME[N] = strcol("label"), FAMILY[N] = strcol("family"), \
    SUB[N] = lib, MEDIAN[N] = number("median_us"), LOW[N] = number("ci_low_us"), \
    HIGH[N] = number("ci_high_us"), P25[N] = number("p25_us"), P75[N] = number("p75_us"), \
    BASE[N] = word(ORDER, g) eq "pthread", RATIO[N] = number("ratio"), \
    RATIO_LOW[N] = number("ratio_low"), \
    RATIO_HIGH[N] = number("ratio_high"), WHY[N] = strcol("unavailable"), 1)
do for [g = 1:words(ORDER)] {
    do for [lib in "glibc musl"] {
        stats SUMMARY using (strcol("case") eq word(ORDER, g)."-".lib."-static" \
            && strcol("placement") eq PLACE && N < MOST ? take(g, lib) : 0) nooutput
    }
}
SUBTITLE = "Time from the call until the parent has seen the child end, static probes; ".place_words(PLACE)
NAME_ROOM = 260; SUB_ROOM = 56
RATIO_HEAD = "× pthread, same libc"
load "groups.gp"
