# chart: memory-pages
# reads: memory-slopes.csv memory-summary.csv
# needs: memory-slopes.csv ns_per_page=?* -- no two sizes of a parent were measured often enough
# title: What one page of its parent costs a child
# shows: Above, for every step from one size of the parent to the next, the nanoseconds that each further 4 KiB of touched memory adds to a fork, to a fork with exec and to a thread, with intervals. Below, a row each: what the first write to a page costs in a forked child and in a thread, for both sizes of pages, along a logarithmic time axis.
load "style.gp"
SLOPES = DATA."memory-slopes.csv"
SUMMARY = DATA."memory-summary.csv"

# ---- the steps: what grows, and the thread that it is compared with
MOST = 120
array CASE[MOST]; array LABEL[MOST]; array FAMILY[MOST]; array PAGES[MOST]; array STEP[MOST]
array BEGIN[MOST]; array END[MOST]; array NS[MOST]; array LOW[MOST]; array HIGH[MOST]
N = 0; CASES = ""; STEPS = ""
has(list, x) = (found = 0, sum [i = 1:words(list)] (word(list, i) eq x ? (found = 1, 0) : 0), found)
index(list, x) = (found = 0, sum [i = 1:words(list)] (word(list, i) eq x ? (found = i, 0) : 0), found)
meet(c) = has(CASES, c) ? 0 : (CASES = CASES." ".c, 1)
shown(c) = c eq "fork" || c eq "fork-exec" || c eq "pthread"
take(c) = !shown(c) || N >= MOST ? 0 : (N = N + 1, CASE[N] = c, LABEL[N] = strcol("label"), \
    FAMILY[N] = strcol("family"), PAGES[N] = strcol("pages"), BEGIN[N] = number("from_mib"), \
    END[N] = number("to_mib"), NS[N] = number("ns_per_page"), LOW[N] = number("ns_per_page_low"), \
    HIGH[N] = number("ns_per_page_high"), meet(c), 1)
stats SLOPES using (strlen(strcol("case")) > 0 ? take(strcol("case")) : 0) nooutput
# steps by the size they end at; huge pages skip the smallest, so theirs is wider
do for [pass = 1:N] {
    next = NaN
    do for [i = 1:N] { if (!has(STEPS, sprintf("%g", END[i]))) { next = least(next, END[i]) } }
    if (known(next)) { STEPS = STEPS." ".sprintf("%g", next) }
}
do for [i = 1:N] { STEP[i] = index(STEPS, sprintf("%g", END[i])) }

# ---- the writes
array W_LABEL[8]; array W_FAMILY[8]; array W_PAGES[8]; array W_US[8]; array W_LOW[8]; array W_HIGH[8]
array W_RATIO[8]; array W_RATIO_LOW[8]; array W_RATIO_HIGH[8]; array W_WHY[8]; array W_CASE[8]
W = 0
write(c) = (W = W + 1, W_CASE[W] = c, W_LABEL[W] = strcol("label"), W_FAMILY[W] = strcol("family"), \
    W_PAGES[W] = strcol("pages"), W_US[W] = number("ns_per_page")/1000, \
    W_LOW[W] = number("ns_per_page_low")/1000, W_HIGH[W] = number("ns_per_page_high")/1000, \
    W_RATIO[W] = number("ratio"), W_RATIO_LOW[W] = number("ratio_low"), \
    W_RATIO_HIGH[W] = number("ratio_high"), W_WHY[W] = strcol("unavailable"), 1)
stats SUMMARY using (W < 8 && strlen(strcol("written")) > 0 ? write(strcol("case")) : 0) nooutput

# ---- the axis is as high as fork asks for: an interval may be cut off, with an arrow
Y1 = 0; FLOOR = 0
grows(c) = c ne "pthread" || words(CASES) == 1
do for [i = 1:N] {
    if (grows(CASE[i])) { Y1 = most(Y1, NS[i]); FLOOR = least(FLOOR, NS[i]) }
}
TALLEST = Y1
do for [i = 1:N] {
    if (grows(CASE[i])) {
        Y1 = most(Y1, HIGH[i] < 1.6*TALLEST ? HIGH[i] : Y1)
        FLOOR = least(FLOOR, LOW[i] > -0.4*TALLEST ? LOW[i] : FLOOR)
    }
}
Y1 = Y1 > 0 ? Y1*1.08 : FLOOR < 0 ? -FLOOR : 1
Y0 = FLOOR < 0 ? most(FLOOR*1.1, -0.5*Y1) : 0
Y0 = least(Y0, -0.04*Y1)

LEFT = PAD + 60; SPAN = 640; RIGHT = LEFT + SPAN
TOP = 84 + TITLE_LEADING*|TITLE|; TALL = 250; BOTTOM = TOP + TALL
ROW = 30; TOP2 = BOTTOM + 124; BOTTOM2 = TOP2 + ROW*W
HEIGHT = (W > 0 ? BOTTOM2 + 62 : BOTTOM + 76) + FOOTER_LEADING*|FOOTER|
SUBTITLE = "What each further page adds from one size of the parent to the next; and what the first write to a page costs"
load "page.gp"
set multiplot

# ================ above: the slopes
set lmargin at screen X(LEFT); set rmargin at screen X(RIGHT)
set tmargin at screen Y(TOP); set bmargin at screen Y(BOTTOM)
X1 = words(STEPS) + 0.5
set xrange [0.5:X1]
set yrange [Y0:Y1]
across(x) = SPAN*(x - 0.5)/(X1 - 0.5)
down(v) = TOP + TALL*(1 - (v - Y0)/(Y1 - Y0))
tic = 0.01
do for [t in "0.02 0.05 0.1 0.2 0.5 1 2 5 10 20 50 100 200 500 1000 2000 5000 10000 20000 50000 100000 200000 500000"] {
    if ((Y1 - Y0)/tic > 6) { tic = real(t) }
}
do for [k = int(ceil(Y0/tic)):int(floor(Y1/tic))] {
    set label (k == 0 ? "0 ns" : (k < 0 ? "−" : "").step(abs(k*tic)/1000)) at screen X(LEFT - 8),Y(down(k*tic)) right tc rgb INK font TEXT_FONT
    set arrow from graph 0,first k*tic to graph 1,first k*tic nohead back lw (k == 0 ? 1.6 : 0.8) lc rgb GRID
}
size(mib) = mib > 0 ? sprintf("%g", mib) : "none"
do for [s = 1:words(STEPS)] {
    # where huge pages take a wider step, theirs is named below
    small = ""; wide = ""
    do for [i = 1:N] {
        if (STEP[i] == s) {
            between = sprintf("%s to %g", size(BEGIN[i]), END[i])
            if (PAGES[i] eq "4k") { small = between } else { wide = between }
        }
    }
    set label (strlen(small) > 0 ? small : wide) at screen X(LEFT + across(s)),Y(BOTTOM + 14) center tc rgb INK font TEXT_FONT
    if (strlen(small) > 0 && strlen(wide) > 0 && small ne wide) {
        set label "(huge: ".wide.")" at screen X(LEFT + across(s)),Y(BOTTOM + 29) center tc rgb MUTED font NOTE_FONT
    }
}
set label "memory that the parent has touched, MiB: from one size to the next" \
    at screen X(LEFT + SPAN/2.0),Y(BOTTOM + 48) center tc rgb MUTED font TEXT_FONT
set label "each further 4 KiB costs" at screen X(PAD),Y(TOP - 16) left tc rgb MUTED font NOTE_FONT

LABELS = 0
array LABEL_Y[12]; array LABEL_TEXT[12]; array LABEL_COLOUR[12]
array S_COLOUR[12]; array S_POINT[12]; array S_DASHED[12]
S = 0; ARROWS = 0
set print $SERIES
do for [k = 1:words(CASES)] {
    do for [p in "4k huge"] {
        any = 0; end_ns = NaN
        do for [i = 1:N] {
            if (CASE[i] ne word(CASES, k) || PAGES[i] ne p) { continue }
            if (any == 0) {
                if (S > 0) { print ""; print "" }
                S = S + 1; any = 1; S_DASHED[S] = p eq "huge"
                S_COLOUR[S] = colour(FAMILY[i]); S_POINT[S] = point(FAMILY[i])
                name = sign(FAMILY[i])." ".LABEL[i].(p eq "huge" ? ", huge" : "")
            }
            inside = NS[i] > Y1 ? Y1 : NS[i] < Y0 ? Y0 : NS[i]
            low = LOW[i] < Y0 ? Y0 : LOW[i]; high = HIGH[i] > Y1 ? Y1 : HIGH[i]
            end_ns = inside
            at_x = STEP[i] + (k - (words(CASES) + 1)/2.0)*0.11 + (p eq "huge" ? 0.045 : 0)
            print sprintf("%.9g,%.9g,%.9g,%.9g", at_x, inside, known(low) ? low : inside, known(high) ? high : inside)
            if (HIGH[i] > Y1) {
                set arrow from first at_x,graph 0.96 to first at_x,graph 1 head filled size screen X(7),20 lw 1.6 lc rgb colour(FAMILY[i])
            }
            if (LOW[i] < Y0) {
                set arrow from first at_x,graph 0.04 to first at_x,graph 0 head filled size screen X(7),20 lw 1.6 lc rgb colour(FAMILY[i])
            }
        }
        if (any) {
            LABELS = LABELS + 1
            LABEL_Y[LABELS] = down(end_ns); LABEL_TEXT[LABELS] = name; LABEL_COLOUR[LABELS] = S_COLOUR[S]
        }
    }
}
set print
GAP = 17; LABEL_TOP = TOP; LABEL_BOTTOM = BOTTOM - 2
load "spread.gp"
do for [i = 1:LABELS] {
    set label LABEL_TEXT[i] at screen X(RIGHT + 10),Y(LABEL_Y[i]) left tc rgb "".LABEL_COLOUR[i] font STRONG_FONT
}
set dashtype 8 (6, 4)
style(k) = S_DASHED[k] ? 8 : 1
set datafile nocolumnheaders
if (S == 0) {
    set label "not measured" at screen X(LEFT + 8),Y(TOP + TALL/2.0) left tc rgb MUTED font TEXT_FONT
    plot OFF
} else {
    plot for [k = 1:S] $SERIES index k-1 using 1:2 with lines dt style(k) lw 1.6 lc rgb "".S_COLOUR[k], \
        for [k = 1:S] $SERIES index k-1 using 1:3:(0):($4-$3) with vectors nohead lw 1.6 lc rgb "".S_COLOUR[k], \
        for [k = 1:S] for [halo = 1:0:-1] $SERIES index k-1 using 1:2 with points \
            pt (halo && S_POINT[k] == 4 ? 5 : S_POINT[k]) ps (halo ? 0.95 : 0.75) lw 1.4 lc rgb "".(halo ? BACK : S_COLOUR[k])
}
set datafile columnheaders
unset label
unset arrow
unset object

# ================ below: the writes
if (W > 0) {
    FROM = NaN; TO = NaN
    do for [i = 1:W] {
        FROM = least(FROM, least(W_US[i], W_LOW[i])); TO = most(TO, most(W_US[i], W_HIGH[i]))
    }
    LEFT = PAD + 268; SPAN = 312; RIGHT = LEFT + SPAN
    set lmargin at screen X(LEFT); set rmargin at screen X(RIGHT)
    set tmargin at screen Y(TOP2); set bmargin at screen Y(BOTTOM2)
    set yrange [W + 0.5:0.5]
    load "time_axis.gp"
    set label "The first write to a page" at screen X(PAD),Y(TOP2 - 26) left tc rgb INK font LABEL_FONT
    set label "time a page, log scale: left is faster; line: 95 % interval" \
        at screen X(LEFT + SPAN/2.0),Y(BOTTOM2 + 36) center tc rgb MUTED font TEXT_FONT
    set label "median [95 % interval]" at screen X(RIGHT + 16),Y(TOP2 - 8) left tc rgb MUTED font NOTE_FONT
    set label "× a thread's" at screen X(WIDTH - PAD),Y(TOP2 - 8) right tc rgb MUTED font NOTE_FONT
    do for [i = 1:W] {
        C = colour(W_FAMILY[i])
        y = TOP2 + (i - 0.5)*ROW
        set label sign(W_FAMILY[i])." ".W_LABEL[i] at screen X(LEFT - 106),Y(y) right tc rgb C font LABEL_FONT
        set label (W_PAGES[i] eq "huge" ? "huge pages" : "4 KiB pages") at screen X(LEFT - 14),Y(y) right tc rgb MUTED font NOTE_FONT
        if (!known(W_US[i])) {
            set object rectangle from graph 0,first i-0.2 to graph 1,first i+0.2 front fc rgb BACK fs solid noborder
            set label cut("not measured".(strlen(W_WHY[i]) > 0 ? ": ".W_WHY[i] : ""), WIDTH - PAD - LEFT - 8, 11.5) \
                at screen X(LEFT + 8),Y(y) left front tc rgb MUTED font TEXT_FONT
            continue
        }
        if (known(W_LOW[i] + W_HIGH[i])) {
            set arrow from W_LOW[i],i to W_HIGH[i],i nohead lw 2.2 lc rgb C
        }
        set label "" at W_US[i],i point pt under(W_FAMILY[i]) ps 0.95 lc rgb BACK front
        set label "" at W_US[i],i point pt point(W_FAMILY[i]) ps 0.95 lw 1.6 lc rgb C front
        set label took_between(W_US[i], W_LOW[i], W_HIGH[i]) at screen X(RIGHT + 16),Y(y) left tc rgb INK font TEXT_FONT
        set label (known(W_RATIO[i]) ? ratio_between(W_RATIO[i], W_RATIO_LOW[i], W_RATIO_HIGH[i]) : \
            W_CASE[i] eq "thread-write" ? "baseline" : dash) at screen X(WIDTH - PAD),Y(y) right tc rgb INK font TEXT_FONT
    }
    plot OFF
}
unset multiplot
