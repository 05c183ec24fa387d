# chart: worker-pools
# reads: demo.csv
# needs: demo.csv per_task_us=?* -- the demo measured nothing
# title: The longer the task, the less its worker's birth weighs
# shows: Against the length of a task, what one task costs in CPU time, both axes logarithmic: a process for each task, a thread for each task, a pool of either, and the task alone as a dashed diagonal. The lines start far apart at short tasks and merge at long ones; full points are within 10 % of the pool of the same kind.
load "style.gp"

# ---- rows: at most four series, sorted as the demo writes them
MOST = 400
array NAME[MOST]; array AT[MOST]; array COSTS[MOST]; array NEAR[MOST]
N = 0; WORKERS = 1
take(us) = !known(us) || us <= 0 || N >= MOST ? 0 : (N = N + 1, \
    NAME[N] = strcol("family")."-".strcol("way"), AT[N] = number("task_us"), \
    COSTS[N] = us, NEAR[N] = number("near_pool"), WORKERS = number("workers"), 1)
stats DATA."demo.csv" using (take(number("per_task_us"))) nooutput

X0 = NaN; X1 = NaN; Y0 = NaN; Y1 = NaN
do for [i = 1:N] {
    X0 = least(X0, AT[i]); X1 = most(X1, AT[i])
    Y0 = least(least(Y0, AT[i]), COSTS[i]); Y1 = most(Y1, COSTS[i])
}
if (N == 0) { X0 = 1; X1 = 10; Y0 = 1; Y1 = 10 }
if (X1/X0 < 10) { X0 = X0/3.0; X1 = X1*3 }
if (Y1/Y0 < 10) { Y0 = Y0/3.0; Y1 = Y1*3 }
Y0 = Y0*0.7; Y1 = Y1*1.5

# ---- places: names left of the first points, the axis of costs at the right
LEFT = PAD + 214; RIGHT = WIDTH - PAD - 58; SPAN = RIGHT - LEFT
TOP = 68 + TITLE_LEADING*|TITLE|; TALL = 400
HEIGHT = TOP + TALL + 70 + FOOTER_LEADING*|FOOTER|
SUBTITLE = "CPU time for one task, its worker's birth or the message to the pool included; down is cheaper"
load "page.gp"
set logscale xy 10
X0 = X0/(X1/X0)**0.03; X1 = X1*(X1/X0)**0.03
set xrange [X0:X1]; set yrange [Y0:Y1]
set lmargin at screen X(LEFT); set rmargin at screen X(RIGHT)
set tmargin at screen Y(TOP); set bmargin at screen Y(TOP + TALL)
across(v) = LEFT + SPAN*log(v/X0)/log(X1/X0)
down(v) = TOP + TALL*(1 - log(v/Y0)/log(Y1/Y0))
do for [e = -3:9] {
    v = 10.0**e
    if (v >= X0 && v <= X1) {
        set arrow from v,graph 0 to v,graph 1 nohead back lw GRID_PEN lc rgb GRID
        set label step(v) at screen X(across(v)),Y(TOP + TALL + 14) center tc rgb INK font TEXT_FONT
    }
    if (v >= Y0 && v <= Y1) {
        set arrow from graph 0,first v to graph 1,first v nohead back lw GRID_PEN lc rgb GRID
        set label step(v) at screen X(RIGHT + 8),Y(down(v)) left tc rgb INK font TEXT_FONT
    }
}
set label sprintf("length of one task; %d at a time", WORKERS) \
    at screen X(LEFT + SPAN/2.0),Y(TOP + TALL + 36) center tc rgb MUTED font TEXT_FONT

# ---- the task alone
low = most(X0, Y0); high = least(X1, Y1)
set arrow from low,low to high,high nohead back dt (6,4) lw 1.2 lc rgb MUTED

# ---- series: lines, and points that are full where they are near the pool
LABELS = 0; S = 0; F = 0
array LABEL_Y[8]; array LABEL_TEXT[8]; array LABEL_COLOUR[8]
array S_COLOUR[8]; array S_POINT[8]; array S_DASH[8]; array S_OPEN[8]
set print $SERIES
do for [c in "process-each thread-each process-pool thread-pool"] {
    f = c[1:strstrt(c, "-") - 1]; pool = c[strlen(c) - 3:*] eq "pool"
    any = 0
    do for [i = 1:N] {
        if (NAME[i] eq c) {
            if (!any) {
                if (S > 0) { print ""; print "" }
                any = 1; S = S + 1; LABELS = LABELS + 1
                S_COLOUR[S] = colour(f); S_POINT[S] = point(f); S_DASH[S] = pool ? 7 : 1
                LABEL_Y[LABELS] = down(COSTS[i]); LABEL_COLOUR[LABELS] = colour(f)
                LABEL_TEXT[LABELS] = (pool ? "a pool of ".(f eq "process" ? "processes" : "threads") \
                    : "a ".f." for each task")." ".sign(f)
            }
            print sprintf("%.9g,%.9g,%.9g", AT[i], COSTS[i], NEAR[i] > 0 ? COSTS[i] : -1)
        }
    }
}
set print
if (N > 0) {
    LABELS = LABELS + 1
    LABEL_Y[LABELS] = down(AT[1]); LABEL_COLOUR[LABELS] = MUTED; LABEL_TEXT[LABELS] = "the task alone"
}
GAP = 17; LABEL_TOP = TOP; LABEL_BOTTOM = TOP + TALL - 6
load "spread.gp"
do for [i = 1:LABELS] {
    set label LABEL_TEXT[i] at screen X(LEFT - 6),Y(LABEL_Y[i]) right \
        tc rgb "".LABEL_COLOUR[i] font (i == LABELS ? NOTE_FONT : STRONG_FONT)
}
set label "full points: within 10 % of the pool of the same kind" \
    at screen X(LEFT),Y(TOP - 12) left tc rgb MUTED font NOTE_FONT

set datafile nocolumnheaders
if (S == 0) {
    set label "not measured" at screen X(LEFT + 8),Y(TOP + TALL/2.0) left tc rgb MUTED font TEXT_FONT
    plot OFF
} else {
    plot for [k = 1:S] $SERIES index k-1 using 1:2 with lines dt S_DASH[k] lw 1.8 lc rgb "".S_COLOUR[k], \
        for [k = 1:S] $SERIES index k-1 using 1:2 with points pt S_POINT[k] ps 0.95 lc rgb "".S_COLOUR[k], \
        for [k = 1:S] $SERIES index k-1 using 1:($3 > 0 ? NaN : $2) with points pt S_POINT[k] ps 0.6 lc rgb BACK
}
