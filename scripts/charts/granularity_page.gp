# granularity_page.gp: the page of a granularity chart.  Takes PLACE (the placement).
# Above: efficiency against the length of the task.  Below, along the same axis: a
# row a kind, where its curve passes the lines of 10 % and of 1 % overhead.
SUMMARY = DATA."granularity-summary.csv"
CROSSINGS = DATA."granularity-crossings.csv"
KINDS = "thread process thread-pool process-pool"
pool(c) = c eq "thread-pool" || c eq "process-pool"
kind_point(c) = c eq "thread" ? 7 : c eq "process" ? 5 : c eq "thread-pool" ? 6 : 4
kind_sign(c) = c eq "thread" ? "●" : c eq "process" ? "■" : c eq "thread-pool" ? "○" : "□"

MOST = 400
array CASE[MOST]; array LABEL[MOST]; array FAMILY[MOST]
array US[MOST]; array VALUE[MOST]; array LOW[MOST]; array HIGH[MOST]
N = 0
task_length(us) = known(us) ? us : number("task_us")
take(c) = (N = N + 1, CASE[N] = c, LABEL[N] = strcol("label"), FAMILY[N] = strcol("family"), \
    US[N] = task_length(number("length_us")), VALUE[N] = number("efficiency"), \
    LOW[N] = number("efficiency_low"), HIGH[N] = number("efficiency_high"), 1)
stats SUMMARY using (N < MOST && strcol("placement") eq PLACE && strcol("family") ne "control" \
    && known(number("efficiency")) && number("efficiency") > 0 ? take(strcol("case")) : 0) nooutput

array C_CASE[MOST]; array C_LABEL[MOST]; array C_PERCENT[MOST]; array C_US[MOST]
array C_LOW[MOST]; array C_HIGH[MOST]; array C_WORDS[MOST]; array C_FAMILY[MOST]
M = 0
cross(c) = (M = M + 1, C_CASE[M] = c, C_LABEL[M] = strcol("label"), C_PERCENT[M] = number("percent"), \
    C_US[M] = number("task_us"), C_LOW[M] = number("low_us"), C_HIGH[M] = number("high_us"), \
    C_WORDS[M] = strcol("words"), C_FAMILY[M] = strcol("family"), 1)
stats CROSSINGS using (M < MOST && strcol("placement") eq PLACE ? cross(strcol("case")) : 0) nooutput
# the row of a kind and a share; 0: none
crossing(c, percent) = (found = 0, sum [i = 1:M] \
    (C_CASE[i] eq c && abs(C_PERCENT[i] - percent) < 0.01 ? (found = i, 0) : 0), found)
last(c) = (found = 0, sum [i = 1:N] (CASE[i] eq c && \
    (found == 0 || US[i] > US[found == 0 ? 1 : found]) ? (found = i, 0) : 0), found)

FROM = NaN; TO = NaN; HIGHEST = 1
do for [i = 1:N] {
    FROM = least(FROM, US[i]); TO = most(TO, US[i])
    HIGHEST = most(HIGHEST, most(VALUE[i], HIGH[i]))
}
Y1 = HIGHEST > 1.28 ? 1.28 : HIGHEST > 1.02 ? HIGHEST*1.02 : 1.03
KINDS_SEEN = 0; ROWS = 0
do for [c in KINDS] {
    KINDS_SEEN = KINDS_SEEN + (last(c) > 0)
    ROWS = ROWS + (crossing(c, 10) > 0 || crossing(c, 1) > 0)
}

FLAG = 17; ROW = 40; GAP = 34
LEFT = 186; SPAN = 552; RIGHT = LEFT + SPAN
TOP = 66 + TITLE_LEADING*|TITLE| + FLAG*KINDS_SEEN
TALL = 270; FLOOR = TOP + TALL
STRIP = FLOOR + (ROWS > 0 ? GAP : 0)
BOTTOM = STRIP + ROW*ROWS
HEIGHT = BOTTOM + 66 + FOOTER_LEADING*|FOOTER|
SUBTITLE = "Efficiency: time of the tasks alone ÷ time with the workers' creation or hand-over; ".place_words(PLACE)
load "page.gp"
set lmargin at screen X(LEFT); set rmargin at screen X(RIGHT)
set tmargin at screen Y(TOP); set bmargin at screen Y(BOTTOM)
set yrange [BOTTOM:TOP]             # y is in pixels from the top
load "time_axis.gp"
set label "length of the task alone, log scale" \
    at screen X(LEFT + SPAN/2.0),Y(BOTTOM + 36) center tc rgb MUTED font TEXT_FONT
down(e) = FLOOR - TALL*(e > Y1 ? Y1 : e < 0 ? 0 : e)/Y1
inside(us) = us < FROM ? FROM : us > TO ? TO : us

# ---- the scale of efficiency, and the two lines that are asked about
do for [e = 0:100:25] {
    set label sprintf("%d %%", e) at screen X(LEFT - 8),Y(down(e/100.0)) right tc rgb INK font TEXT_FONT
    set arrow from FROM,down(e/100.0) to TO,down(e/100.0) nohead back lw (e == 0 ? 1.4 : 0.8) lc rgb GRID
}
do for [percent in "10 1"] {
    e = 1/(1 + real(percent)/100)
    set arrow from FROM,down(e) to TO,down(e) nohead back dt (6,4) lw 1.2 lc rgb MUTED
    set label sprintf("overhead %s %% of the task", percent) at screen X(RIGHT + 12),Y(down(e)) \
        left tc rgb MUTED font NOTE_FONT
}

# ---- a flag a curve, above the plot, down to where it passes the line of 10 %, or to
# the end that is nearest to it: the leftmost is the lowest and its text lies to the
# left, so that no staff runs through another's text
first(c) = (found = 0, sum [i = 1:N] (CASE[i] eq c && \
    (found == 0 || US[i] < US[found == 0 ? 1 : found]) ? (found = i, 0) : 0), found)
FLAGS = 0
array F_US[4]; array F_Y[4]; array F_TEXT[4]; array F_COLOUR[4]; array F_RANK[4]
do for [c in KINDS] {
    i = last(c); k = crossing(c, 10)
    if (i > 0) {
        FLAGS = FLAGS + 1
        met = k > 0 ? known(C_US[k]) : 0
        if (k > 0) { if (C_WORDS[k][1:5] eq "below") { i = first(c) } }
        F_US[FLAGS] = met ? inside(C_US[k]) : US[i]
        F_Y[FLAGS] = down(met ? 1/1.1 : VALUE[i])
        F_TEXT[FLAGS] = kind_sign(c)." ".LABEL[i]
        F_COLOUR[FLAGS] = colour(FAMILY[i])
    }
}
do for [i = 2:FLAGS] {
    do for [k = 1:i-1] {        # staffs at one place: the later one a little to the left
        if (F_US[i] == F_US[k]) { F_US[i] = F_US[i]*(TO/FROM)**(-4.0/SPAN) }
    }
}
do for [i = 1:FLAGS] {
    F_RANK[i] = 1
    do for [k = 1:FLAGS] {
        if (F_US[k] < F_US[i] || (F_US[k] == F_US[i] && k < i)) { F_RANK[i] = F_RANK[i] + 1 }
    }
    y = TOP - 4 - FLAG*(F_RANK[i] - 0.5)
    set label F_TEXT[i] at screen X(LEFT + at(F_US[i]) - 5),Y(y) right tc rgb "".F_COLOUR[i] font STRONG_FONT
    set arrow from screen X(LEFT + at(F_US[i])),Y(y - 6) to screen X(LEFT + at(F_US[i])),Y(F_Y[i]) \
        nohead lw 1.2 lc rgb "".F_COLOUR[i]
}

# ---- the strip below: two lines a row, 10 % above, 1 % below
range(us, low, high) = known(low + high) ? took_between(us, low, high) : sprintf("%s [%s, %s]", took(us), \
    known(low) ? in_unit(low, us) : "…", known(high) ? in_unit(high, us) : "…")
if (ROWS > 0) {
    set object rectangle from screen X(LEFT - 4),Y(STRIP - 1) to screen X(RIGHT + 4),Y(FLOOR + 6) \
        front fc rgb BACK fs solid noborder
    set label "where the overhead is 10 % (above) and 1 % (below) of the task" \
        at screen X(LEFT + SPAN/2.0),Y(STRIP - 13) center front tc rgb MUTED font NOTE_FONT
    set label "task length [95 % interval]" at screen X(RIGHT + 12),Y(STRIP - 13) left front \
        tc rgb MUTED font NOTE_FONT
}
row = 0
do for [c in KINDS] {
    if (crossing(c, 10) == 0 && crossing(c, 1) == 0) { continue }
    row = row + 1
    k = crossing(c, 10) > 0 ? crossing(c, 10) : crossing(c, 1)
    C = colour(C_FAMILY[k])
    set label kind_sign(c)." ".cut(C_LABEL[k], LEFT - PAD - 30, 12.5) \
        at screen X(LEFT - 14),Y(STRIP + ROW*(row - 0.5)) right tc rgb C font LABEL_FONT
    set arrow from screen X(PAD),Y(STRIP + ROW*(row - 1)) to screen X(WIDTH - PAD),Y(STRIP + ROW*(row - 1)) \
        nohead lw 0.8 lc rgb GRID
    do for [percent = 10:1:-9] {
        k = crossing(c, percent)
        y = STRIP + ROW*(row - 1) + (percent == 10 ? 12 : 28)
        if (k == 0) { continue }
        us = C_US[k]; low = C_LOW[k]; high = C_HIGH[k]
        if (known(us)) {
            set arrow from (known(low) ? inside(low) : FROM),y to (known(high) ? inside(high) : TO),y \
                nohead lw 2.2 lc rgb C
            set label "" at inside(us),y point pt (C_FAMILY[k] eq "process" ? 5 : 7) ps 0.9 lc rgb BACK front
            set label "" at inside(us),y point pt kind_point(c) ps 0.9 lw 1.6 lc rgb C front
            set label sprintf("%d %%: ", percent).range(us, low, high) at screen X(RIGHT + 12),Y(y) \
                left tc rgb INK font (percent == 10 ? STRONG_FONT : TEXT_FONT)
        } else {
            over = C_WORDS[k][1:5] eq "above"; short = C_WORDS[k][1:5] eq "below"
            if (over) {
                set arrow from (known(low) ? inside(low) : TO*(TO/FROM)**-0.03),y to TO,y \
                    head filled size screen X(8),20 lw 2.2 lc rgb C
            }
            if (short) {
                set arrow from (known(high) ? inside(high) : FROM*(TO/FROM)**0.03),y to FROM,y \
                    head filled size screen X(8),20 lw 2.2 lc rgb C
            }
            set label sprintf("%d %%: ", percent).C_WORDS[k] at screen X(RIGHT + 12),Y(y) \
                left tc rgb (over || short ? INK : MUTED) \
                font (percent == 10 && (over || short) ? STRONG_FONT : TEXT_FONT)
        }
    }
}

# ---- the curves: sorted by length, each an index of the data block; kinds that
# run side by side are set a little apart
shortest(c, above) = (best = 0, sum [i = 1:N] (CASE[i] eq c && US[i] > above \
    && (best == 0 || US[i] < US[best == 0 ? 1 : best]) ? (best = i, 0) : 0), best)
array S_COLOUR[4]; array S_POINT[4]; array S_UNDER[4]; array S_DASH[4]
S = 0
set print $SERIES
do for [c in KINDS] {
    reached = -1; any = 0
    nudge = c eq "thread-pool" ? -2.6 : c eq "process-pool" ? 2.6 : 0
    do for [k = 1:N] {
        if (shortest(c, reached) == 0) { break }
        if (any == 0) {
            if (S > 0) { print ""; print "" }
            S = S + 1; any = 1
            S_COLOUR[S] = colour(FAMILY[best]); S_POINT[S] = kind_point(c)
            S_UNDER[S] = FAMILY[best] eq "process" ? 5 : 7; S_DASH[S] = pool(c) ? 7 : 1
        }
        reached = US[best]
        print sprintf("%.9g,%.9g,%.9g,%.9g", US[best]*(TO/FROM)**(nudge/SPAN), down(VALUE[best]), \
            down(known(LOW[best]) ? LOW[best] : VALUE[best]), \
            down(known(HIGH[best]) ? HIGH[best] : VALUE[best]))
    }
}
set print
set datafile nocolumnheaders
if (S == 0) {
    set label "not measured" at screen X(LEFT + 8),Y(TOP + TALL/2.0) left tc rgb MUTED font TEXT_FONT
    plot OFF
} else {
    plot for [k = 1:S] $SERIES index k-1 using 1:2 with lines dt S_DASH[k] lw 1.8 lc rgb "".S_COLOUR[k], \
        for [k = 1:S] $SERIES index k-1 using 1:3:(0):($4-$3) with vectors nohead lw 1.6 lc rgb "".S_COLOUR[k], \
        for [k = 1:S] $SERIES index k-1 using 1:2 with points pt S_UNDER[k] ps 0.9 lc rgb BACK, \
        for [k = 1:S] $SERIES index k-1 using 1:2 with points pt S_POINT[k] ps 0.75 lw 1.4 lc rgb "".S_COLOUR[k]
}
