# chart: copy-on-write
# reads: demo.csv
# needs: demo.csv fastest_us=?* -- the demo measured nothing
# title: What a process and a thread cost, against the memory of their parent
# shows: Against the memory that the parent has filled, from 0 MiB on, the time from the start of a worker that does nothing until it is gone: one line for a process made by fork, one for a thread. Open signs: the same amount of memory in huge pages.
load "style.gp"
DEMO = DATA."demo.csv"

# ---- rows: two lines, and open signs for huge pages
MOST = 64
array FAMILY[MOST]; array HUGE[MOST]; array AT[MOST]; array US[MOST]
N = 0; MAX_X = 0; MAX_Y = 0
take(us) = (N = N + 1, FAMILY[N] = strcol("family"), HUGE[N] = strcol("pages") eq "huge", \
    AT[N] = number("memory_mib"), US[N] = us, MAX_X = most(MAX_X, AT[N]), MAX_Y = most(MAX_Y, us), 1)
stats DEMO using (N < MOST && known(number("fastest_us")) ? take(number("fastest_us")) : 0) nooutput
if (MAX_X == 0) { MAX_X = 1 }
if (MAX_Y == 0) { MAX_Y = 1 }

# ---- the page: names right of the last points
LEFT = PAD + 70; RIGHT = WIDTH - PAD - 232; SPAN = RIGHT - LEFT
TOP = 66 + TITLE_LEADING*|TITLE|; TALL = 340; BOTTOM = TOP + TALL
HEIGHT = BOTTOM + 66 + FOOTER_LEADING*|FOOTER|
SUBTITLE = "Time from the start of a worker that does nothing until it is gone, fastest of the demo's rounds; down is cheaper"
load "page.gp"
X1 = MAX_X*1.03; Y1 = MAX_Y*1.08
set xrange [0:X1]; set yrange [0:Y1]
set lmargin at screen X(LEFT); set rmargin at screen X(RIGHT)
set tmargin at screen Y(TOP); set bmargin at screen Y(BOTTOM)
across(v) = LEFT + SPAN*v/X1
down(v) = TOP + TALL*(1 - v/Y1)

# ---- a round step of which at most `parts` fit
round_step(range, parts) = (raw = range/real(parts), base = 10.0**floor(log10(raw)), \
    raw <= base ? base : raw <= 2*base ? 2*base : raw <= 5*base ? 5*base : 10*base)
tic = round_step(Y1, 6)
do for [k = 0:int(Y1/tic)] {
    v = k*tic
    set arrow from graph 0,first v to graph 1,first v nohead back lw (k == 0 ? 1.4 : GRID_PEN) lc rgb GRID
    set label (k == 0 ? "0" : step(v)) at screen X(LEFT - 10),Y(down(v)) right tc rgb INK font TEXT_FONT
}
last = -1e6
do for [i = 1:N] {
    if (across(AT[i]) - last > 30) {
        last = across(AT[i])
        set arrow from AT[i],graph 0 to AT[i],graph 1 nohead back lw GRID_PEN lc rgb GRID
        set label sprintf("%g", AT[i]) at screen X(last),Y(BOTTOM + 14) center tc rgb INK font TEXT_FONT
    }
}
set label "memory of the parent, filled, in MiB" at screen X(LEFT + SPAN/2.0),Y(BOTTOM + 36) \
    center tc rgb MUTED font TEXT_FONT

# ---- series, and the names of their last points
LABELS = 0
array LABEL_Y[4]; array LABEL_TEXT[4]; array LABEL_COLOUR[4]
set print $SERIES
do for [huge = 0:1] {
    do for [f in "process thread"] {
        v = NaN
        do for [i = 1:N] {
            if (FAMILY[i] eq f && HUGE[i] == huge) { print sprintf("%.9g,%.9g", AT[i], US[i]); v = US[i] }
        }
        if (!known(v)) { print "-1e6,-1e6" }
        print ""; print ""
        if (known(v)) {
            LABELS = LABELS + 1; LABEL_Y[LABELS] = down(v); LABEL_COLOUR[LABELS] = colour(f)
            LABEL_TEXT[LABELS] = (huge ? (f eq "process" ? "□ " : "○ ") : sign(f)." ").f." ".took(v).\
                (huge ? ", in huge pages" : "")
        }
    }
}
set print
GAP = 17; LABEL_TOP = TOP; LABEL_BOTTOM = BOTTOM - 4
load "spread.gp"
do for [i = 1:LABELS] {
    set label LABEL_TEXT[i] at screen X(RIGHT + 8),Y(LABEL_Y[i]) left tc rgb "".LABEL_COLOUR[i] font STRONG_FONT
}

set datafile nocolumnheaders
plot for [k = 0:1] f = word("process thread", k + 1) $SERIES index k using 1:2 with lines lw 1.8 lc rgb colour(f), \
    for [k = 0:1] for [halo = 1:0:-1] f = word("process thread", k + 1) $SERIES index k using 1:2 with points \
        pt point(f) ps (halo ? 0.95 : 0.75) lc rgb (halo ? BACK : colour(f)), \
    for [k = 2:3] for [hole = 0:1] f = word("process thread", k - 1) $SERIES index k using 1:2 with points \
        pt point(f) ps (hole ? 0.6 : 0.95) lc rgb (hole ? BACK : colour(f))
