# chart: memory
# reads: memory-summary.csv
# also: memory-fits.csv
# needs: memory-summary.csv median_us=?* written= -- no child of a parent with memory was measured
# title: What a child costs, by the memory of its parent
# shows: On two logarithmic axes the time to start a child and see it end, against the memory that its parent has touched; a line a mechanism with interval bars, solid where that memory lies in 4 KiB pages, dashed where it lies in huge ones; nothing touched stands apart at the left; nanoseconds a page beside each line's end.
load "style.gp"
SUMMARY = DATA."memory-summary.csv"
FITS = DATA."memory-fits.csv"

# ---- the rows: mechanisms only; the parent with nothing touched is common to
# both sizes of pages and stands where no logarithm reaches
MOST = 200
array CASE[MOST]; array LABEL[MOST]; array FAMILY[MOST]; array PAGES[MOST]; array MIB[MOST]
array MEDIAN[MOST]; array LOW[MOST]; array HIGH[MOST]
N = 0; CASES = ""; REASONS = 0
array REASON[6]; array SIZES[6]
has(list, x) = (found = 0, sum [i = 1:words(list)] (word(list, i) eq x ? (found = 1, 0) : 0), found)
meet(c) = has(CASES, c) ? 0 : (CASES = CASES." ".c, 1)
kib(p) = p eq "huge" ? "huge pages" : "4 KiB pages"
take(c) = (N = N + 1, CASE[N] = c, LABEL[N] = strcol("label"), FAMILY[N] = strcol("family"), \
    PAGES[N] = strcol("pages"), MIB[N] = number("touched_mib"), MEDIAN[N] = number("median_us"), \
    LOW[N] = number("ci_low_us"), HIGH[N] = number("ci_high_us"), meet(c), 1)
# what could not be measured: one line for all sizes with the same reason
told(t) = (found = 0, sum [i = 1:6] (i <= REASONS && REASON[i] eq t ? (found = i, 0) : 0), found)
size(at, t) = has(SIZES[at], t) ? 0 : (SIZES[at] = SIZES[at]." ".t, 1)
tell(t) = (at = told(t), at > 0 ? size(at, strcol("touched_mib")) : REASONS >= 4 ? 0 : \
    (REASONS = REASONS + 1, REASON[REASONS] = t, SIZES[REASONS] = " ".strcol("touched_mib"), 1))
why(c) = sprintf("MiB in %s: %s", kib(strcol("pages")), strcol("unavailable"))
row(c) = strcol("family") eq "control" || strlen(strcol("written")) > 0 || N >= MOST ? 0 : \
    known(number("median_us")) ? take(c) : strlen(strcol("unavailable")) > 0 ? tell(why(c)) : 0
stats SUMMARY using (strlen(strcol("case")) > 0 ? row(strcol("case")) : 0) nooutput

# ---- the lines through them
array F_CASE[MOST]; array F_PAGES[MOST]; array F_TO[MOST]; array F_NS[MOST]; array F_LOW[MOST]
array F_HIGH[MOST]; array F_AT_0[MOST]; array F_BEYOND[MOST]
F = 0
fit_row(c) = (F = F + 1, F_CASE[F] = c, F_PAGES[F] = strcol("pages"), F_TO[F] = number("to_mib"), \
    F_NS[F] = number("ns_per_page"), F_LOW[F] = number("ns_per_page_low"), \
    F_HIGH[F] = number("ns_per_page_high"), F_AT_0[F] = number("intercept_us"), \
    F_BEYOND[F] = number("beyond_mib"), 1)
stats FITS using (F < MOST && strlen(strcol("case")) > 0 ? fit_row(strcol("case")) : 0) nooutput
fit(c, p) = (best = 0, sum [i = 1:F] (F_CASE[i] eq c && F_PAGES[i] eq p ? (best = i, 0) : 0), best)

# ---- ranges
FROM = NaN; TO = NaN; LEAST = NaN; LARGEST = 1; SERIES = 2*words(CASES)
do for [i = 1:N] {
    LOW[i] = LOW[i] > 0 ? LOW[i] : MEDIAN[i]
    FROM = least(FROM, least(LOW[i], MEDIAN[i])); TO = most(TO, most(HIGH[i], MEDIAN[i]))
    if (MIB[i] > 0) { LEAST = least(LEAST, MIB[i]); LARGEST = most(LARGEST, MIB[i]) }
}
LEAST = known(LEAST) ? LEAST : 1
ZERO = LEAST/4.0                # where nothing touched stands
place(mib) = mib > 0 ? mib : ZERO
Y0 = FROM/1.6; Y1 = TO*1.6
if (Y1/Y0 < 30) { middle = sqrt(Y0*Y1); Y0 = middle/5.5; Y1 = middle*5.5 }

LEFT = PAD + 56; SPAN = 506; RIGHT = LEFT + SPAN
TOP = 92 + TITLE_LEADING*|TITLE|; TALL = 430; BOTTOM = TOP + TALL
HEIGHT = BOTTOM + 62 + 15*REASONS + FOOTER_LEADING*|FOOTER|
SUBTITLE = "Time from the call until the parent has seen the child end, against the memory that the parent has touched; down is faster"
load "page.gp"
set lmargin at screen X(LEFT); set rmargin at screen X(RIGHT)
set tmargin at screen Y(TOP); set bmargin at screen Y(BOTTOM)
set logscale xy 10
X0 = ZERO/1.5; X1 = LARGEST*1.25
set xrange [X0:X1]
set yrange [Y0:Y1]
across(mib) = SPAN*log(place(mib)/X0)/log(X1/X0)
down(us) = TOP + TALL*(1 - log(us/Y0)/log(Y1/Y0))

# ---- tics and grid
do for [e = int(floor(log10(Y0))):int(ceil(log10(Y1)))] {
    do for [m in "1 2 5"] {
        tic = m*10.0**e
        if (tic >= Y0 && tic <= Y1) {
            set arrow from graph 0,first tic to graph 1,first tic nohead back lw (m eq "1" ? 1.2 : 0.5) lc rgb GRID
            if (m eq "1" || Y1/Y0 < 400) {
                set label step(tic) at screen X(LEFT - 8),Y(down(tic)) right tc rgb INK font TEXT_FONT
            }
        }
    }
}
last_x = -1e6
do for [i = 1:N] {
    at_x = LEFT + across(MIB[i])
    set arrow from screen X(at_x),Y(TOP) to screen X(at_x),Y(BOTTOM) nohead back lw 0.5 lc rgb GRID
}
seen = ""
do for [i = 1:N] {
    name = sprintf("%g", MIB[i])
    if (has(seen, name)) { continue }
    seen = seen." ".name
    set label (MIB[i] > 0 ? name : "none") at screen X(LEFT + across(MIB[i])),Y(BOTTOM + 14) \
        center tc rgb INK font TEXT_FONT
}
# the axis is broken between none and the first size
gap_x = LEFT + across(ZERO*2)
do for [k = 0:1] {
    set arrow from screen X(gap_x - 5 + 6*k),Y(BOTTOM + 6) to screen X(gap_x + 1 + 6*k),Y(BOTTOM - 6) \
        nohead front lw 1.2 lc rgb MUTED
}
set arrow from screen X(LEFT),Y(BOTTOM) to screen X(RIGHT),Y(BOTTOM) nohead back lw 1.2 lc rgb GRID
set label "memory that the parent has touched, MiB, log scale" at screen X(LEFT + SPAN/2.0),Y(BOTTOM + 34) \
    center tc rgb MUTED font TEXT_FONT
do for [i = 1:REASONS] {
    taken = ""; list = ""
    do for [k = 1:words(SIZES[i])] {        # the smallest that is left
        smallest = NaN
        do for [t in SIZES[i]] { if (!has(taken, t)) { smallest = least(smallest, t + 0) } }
        taken = taken.sprintf(" %g", smallest)
        list = list.(k > 1 ? ", " : "").sprintf("%g", smallest)
    }
    set label cut("not measured: ".list." ".REASON[i], WIDTH - 2*PAD, 10.5) at screen X(LEFT),Y(BOTTOM + 40 + 15*i) left \
        tc rgb MUTED font NOTE_FONT
}

# ---- how to read it
KEY = TOP - 22
set arrow from screen X(LEFT),Y(KEY) to screen X(LEFT + 34),Y(KEY) nohead lw 1.8 lc rgb MUTED
set label "in 4 KiB pages" at screen X(LEFT + 42),Y(KEY) left tc rgb INK font NOTE_FONT
set arrow from screen X(LEFT + 142),Y(KEY) to screen X(LEFT + 176),Y(KEY) nohead dt (6,4) lw 1.8 lc rgb MUTED
set label "in huge pages" at screen X(LEFT + 184),Y(KEY) left tc rgb INK font NOTE_FONT
set arrow from screen X(LEFT + 284),Y(KEY) to screen X(LEFT + 318),Y(KEY) nohead dt 3 lw 1.6 lc rgb MUTED
set label "as a straight line would go on" at screen X(LEFT + 326),Y(KEY) left tc rgb INK font NOTE_FONT
set label "ns a page [95 % interval]" at screen X(WIDTH - PAD),Y(KEY) right tc rgb MUTED font NOTE_FONT

# ---- series, an index each; and the lines that go on where nothing goes along
array S_COLOUR[40]; array S_POINT[40]; array S_DASHED[40]; array S_PART[40]
array LABEL_Y[40]; array LABEL_TEXT[40]; array LABEL_COLOUR[40]; array LABEL_NOTE[40]
ns(v) = signless(fixed(v, abs(v) >= 9.95 ? 0 : abs(v) >= 0.995 ? 1 : 2))
signless(t) = t eq "-0.00" ? "0.00" : t[1:1] eq "-" ? "−".t[2:] : t
LABELS = 0; S = 0
set print $SERIES
do for [k = 1:words(CASES)] {
    do for [p in "4k huge"] {
        c = word(CASES, k); any = 0; end_us = NaN
        do for [i = 1:N] {
            mine = CASE[i] eq c && (PAGES[i] eq p || (MIB[i] == 0 && p eq "4k"))
            if (!mine) { continue }
            if (any == 0) {
                if (S > 0) { print ""; print "" }
                S = S + 1; any = 1; S_DASHED[S] = p eq "huge"
                S_COLOUR[S] = colour(FAMILY[i]); S_POINT[S] = point(FAMILY[i])
                end_label = sign(FAMILY[i])." ".LABEL[i].(p eq "huge" ? ", huge" : "")
            }
            end_us = MEDIAN[i]
            print sprintf("%.9g,%.9g,%.9g,%.9g", place(MIB[i])*(p eq "huge" ? 1.035 : 1), MEDIAN[i], \
                known(LOW[i]) ? LOW[i] : MEDIAN[i], known(HIGH[i]) ? HIGH[i] : MEDIAN[i])
            if (MIB[i] == 0) { print "" }       # no line over the gap
        }
        if (any) {
            LABELS = LABELS + 1
            LABEL_Y[LABELS] = down(end_us); LABEL_TEXT[LABELS] = end_label; LABEL_COLOUR[LABELS] = S_COLOUR[S]
            f = fit(c, p)
            LABEL_NOTE[LABELS] = f == 0 ? dash : !known(F_NS[f]) ? "no line" : \
                sprintf("%s [%s, %s] to %g MiB", ns(F_NS[f]), ns(F_LOW[f]), ns(F_HIGH[f]), F_TO[f])
        }
    }
}
set print
G = 0
array G_COLOUR[40]
set print $ONWARDS
do for [f = 1:F] {
    if (known(F_BEYOND[f]) && F_LOW[f] > 0 && F_TO[f] > 0) {
        if (G > 0) { print ""; print "" }
        G = G + 1
        G_COLOUR[G] = CONTROL
        do for [i = 1:N] { if (CASE[i] eq F_CASE[f]) { G_COLOUR[G] = colour(FAMILY[i]) } }
        steps = 16
        do for [k = 0:steps] {
            mib = F_TO[f]*(LARGEST/F_TO[f])**(k/real(steps))
            print sprintf("%.9g,%.9g", mib, F_AT_0[f] + F_NS[f]*mib*256/1000)
        }
    }
}
set print
GAP = 18; LABEL_TOP = TOP; LABEL_BOTTOM = BOTTOM - 4
array WANTED[40]
do for [i = 1:LABELS] { WANTED[i] = LABEL_Y[i] }
load "spread.gp"
do for [i = 1:LABELS] {
    set label LABEL_TEXT[i] at screen X(RIGHT + 12),Y(LABEL_Y[i]) left tc rgb "".LABEL_COLOUR[i] font STRONG_FONT
    set label LABEL_NOTE[i] at screen X(WIDTH - PAD),Y(LABEL_Y[i]) right tc rgb INK font NOTE_FONT
}

# ---- draw: the block's lines have no header
set datafile nocolumnheaders
style(k) = S_DASHED[k] ? 8 : 1
set dashtype 8 (6, 4)
if (S == 0) {
    set label "nothing was measured" at screen X(LEFT + 8),Y(TOP + TALL/2.0) left tc rgb MUTED font TEXT_FONT
    plot OFF
} else {
    if (G > 0) {
        plot for [k = 1:G] $ONWARDS index k-1 using 1:2 with lines dt 3 lw 1.4 lc rgb "".G_COLOUR[k], \
            for [k = 1:S] $SERIES index k-1 using 1:2 with lines dt style(k) lw 1.8 lc rgb "".S_COLOUR[k], \
            for [k = 1:S] $SERIES index k-1 using 1:3:(0):($4-$3) with vectors nohead lw 1.6 lc rgb "".S_COLOUR[k], \
            for [k = 1:S] for [halo = 1:0:-1] $SERIES index k-1 using 1:2 with points \
                pt (halo && S_POINT[k] == 4 ? 5 : S_POINT[k]) ps (halo ? 0.95 : 0.75) lw 1.4 lc rgb "".(halo ? BACK : S_COLOUR[k])
    } else {
        plot for [k = 1:S] $SERIES index k-1 using 1:2 with lines dt style(k) lw 1.8 lc rgb "".S_COLOUR[k], \
            for [k = 1:S] $SERIES index k-1 using 1:3:(0):($4-$3) with vectors nohead lw 1.6 lc rgb "".S_COLOUR[k], \
            for [k = 1:S] for [halo = 1:0:-1] $SERIES index k-1 using 1:2 with points \
                pt (halo && S_POINT[k] == 4 ? 5 : S_POINT[k]) ps (halo ? 0.95 : 0.75) lw 1.4 lc rgb "".(halo ? BACK : S_COLOUR[k])
    }
}
