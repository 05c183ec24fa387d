# chart: many-cores
# reads: demo.csv
# needs: demo.csv speedup=?* -- the demo wrote no speedup
# title: The speedup of n workers, and of three ways to split the same work
# shows: On the left the speedup over main alone against the number of workers, for processes and for threads, with the ideal line, and the zone of more workers than CPUs shaded. On the right the speedup of three ways to split the same work, with the most that the busiest worker's share of the work allows.
load "style.gp"
DEMO = DATA."demo.csv"

MOST = 64
array SPLIT[MOST]; array FAMILY[MOST]; array WORKERS[MOST]; array SPEEDUP[MOST]; array BUSIEST[MOST]
N = 0; CPUS = 1; MAX_W = 2; MAX_V = 1
take(s) = (N = N + 1, SPLIT[N] = s, FAMILY[N] = strcol("family"), WORKERS[N] = number("workers"), \
    SPEEDUP[N] = number("speedup"), BUSIEST[N] = number("busiest"), CPUS = most(CPUS, number("cpus")), \
    MAX_W = most(MAX_W, WORKERS[N]), MAX_V = most(MAX_V, SPEEDUP[N]), 1)
stats DEMO using (N < MOST && known(number("speedup")) ? take(strcol("split")) : 0) nooutput
TEAM = CPUS > 1 ? CPUS : 2          # how many share the work on the right
DEALT = N > 0 ? SPLIT[1] : ""

# ---- the page: two panels beside each other
TALL = 300; TOP = 104 + TITLE_LEADING*|TITLE|; BOTTOM = TOP + TALL
HEIGHT = BOTTOM + 66 + FOOTER_LEADING*|FOOTER|
SUBTITLE = "Speedup: time of main alone ÷ time with n workers, fastest of the demo's rounds; up and right is faster"
load "page.gp"
set multiplot

# ---- left: more and more workers, blocks dealt in turn; doublings beyond 16
LEFT = PAD + 40; SPAN = 312
doublings = MAX_W > 16
Y1 = most(MAX_V, CPUS)*1.08
if (doublings) {
    set logscale xy 2
    X0 = 0.9; X1 = MAX_W*1.12; Y0 = 0.7
} else {
    X0 = 0.6; X1 = MAX_W + 0.4; Y0 = 0
}
set xrange [X0:X1]; set yrange [Y0:Y1]
set lmargin at screen X(LEFT); set rmargin at screen X(LEFT + SPAN)
set tmargin at screen Y(TOP); set bmargin at screen Y(BOTTOM)
across(w) = doublings ? log(w/X0)/log(X1/X0) : (w - X0)/(X1 - X0)
nudge(w, px) = doublings ? w*(X1/X0)**(px/real(SPAN)) : w + px*(X1 - X0)/SPAN
down(v) = TOP + TALL*(1 - (doublings ? log(v/Y0)/log(Y1/Y0) : (v - Y0)/(Y1 - Y0)))
set label "More and more workers, ".DEALT." dealt in turn" at screen X(PAD),Y(TOP - 34) left tc rgb INK font LABEL_FONT
last = -1e6
do for [w = 1:int(MAX_W)] {
    power = int(floor(log(w)/log(2) + 1e-9))
    if ((!doublings || 2**power == w) && LEFT + SPAN*across(w) - last > 24) {
        last = LEFT + SPAN*across(w)
        set label sprintf("%d", w) at screen X(last),Y(BOTTOM + 14) center tc rgb INK font TEXT_FONT
    }
}
set label "workers" at screen X(LEFT + SPAN/2.0),Y(BOTTOM + 34) center tc rgb MUTED font TEXT_FONT
tic = 0.5
do for [t in "1 2 4 8 16 32 64"] { if (Y1/tic > 8) { tic = real(t) } }
v = doublings ? 1.0 : 0.0
do for [k = 0:64] {
    if (v > Y1) { break }
    set label sprintf("%g×", v) at screen X(LEFT - 8),Y(down(v)) right tc rgb INK font TEXT_FONT
    set arrow from graph 0,first v to graph 1,first v nohead back lw (v == 0 ? 1.4 : 0.8) lc rgb GRID
    v = doublings ? v*2 : v + tic
}
if (MAX_W > CPUS) {
    edge = doublings ? CPUS*sqrt((CPUS + 1.0)/CPUS) : CPUS + 0.5
    set object rectangle from edge,graph 0 to graph 1,graph 1 behind fc rgb SHADE2 fs solid noborder
    set label "more workers than CPUs" at screen X(LEFT + SPAN),Y(TOP - 10) right tc rgb MUTED font NOTE_FONT
}
if (CPUS > 1) {
    set arrow from 1,1 to CPUS,CPUS nohead back dt (6,4) lw 1.2 lc rgb MUTED
    v = doublings ? CPUS/sqrt(2) : (1 + CPUS)/2.0
    set label "ideal" at screen X(LEFT + SPAN*across(v) - 12),Y(down(v) - 8) right tc rgb MUTED font NOTE_FONT
}
LABELS = 0
array LABEL_Y[2]; array LABEL_TEXT[2]; array LABEL_FAMILY[2]
set print $LINES
do for [f in "process thread"] {
    v = NaN
    do for [i = 1:N] {
        if (FAMILY[i] eq f && SPLIT[i] eq DEALT) {
            print sprintf("%.9g,%.9g", nudge(WORKERS[i], f eq "thread" ? 3 : -3), SPEEDUP[i]); v = SPEEDUP[i]
        }
    }
    if (!known(v)) { print "-1e6,-1e6" }
    print ""; print ""
    if (known(v)) {
        LABELS = LABELS + 1; LABEL_Y[LABELS] = down(v); LABEL_FAMILY[LABELS] = f
        LABEL_TEXT[LABELS] = sign(f)." ".(f eq "thread" ? "threads " : "processes ").fixed(v, 2)."×"
    }
}
set print
GAP = 15; LABEL_TOP = TOP; LABEL_BOTTOM = BOTTOM
load "spread.gp"
do for [i = 1:LABELS] {
    set label LABEL_TEXT[i] at screen X(LEFT + SPAN + 8),Y(LABEL_Y[i]) left tc rgb colour(LABEL_FAMILY[i]) font STRONG_FONT
}
set datafile nocolumnheaders
plot for [k = 0:1] f = word("process thread", k + 1) $LINES index k using 1:2 with lines lw 1.8 lc rgb colour(f), \
    for [k = 0:1] for [halo = 1:0:-1] f = word("process thread", k + 1) $LINES index k using 1:2 with points \
        pt point(f) ps (halo ? 0.95 : 0.75) lc rgb (halo ? BACK : colour(f))
unset label; unset arrow; unset object; unset logscale

# ---- right: one team, three ways to split
LEFT = 648; SPAN = WIDTH - PAD - LEFT - 8
LIMIT = most(TEAM, MAX_V)*1.06
set xrange [0:LIMIT]; set yrange [BOTTOM:TOP]       # y is in pixels from the top
set lmargin at screen X(LEFT); set rmargin at screen X(LEFT + SPAN)
set label sprintf("The same work for %d workers, split in three ways", TEAM) at screen X(LEFT - 110),Y(TOP - 34) left tc rgb INK font LABEL_FONT
tic = 0.5
do for [t in "1 2 5 10 20"] { if (LIMIT/tic > 6) { tic = real(t) } }
do for [k = 0:int(LIMIT/tic)] {
    v = k*tic
    set arrow from v,graph 0 to v,graph 1 nohead back lw (k == 0 ? 1.4 : 0.8) lc rgb GRID
    set label sprintf("%g×", v) at screen X(LEFT + SPAN*v/LIMIT),Y(BOTTOM + 14) center tc rgb INK font TEXT_FONT
}
set label "speedup" at screen X(LEFT + SPAN/2.0),Y(BOTTOM + 34) center tc rgb MUTED font TEXT_FONT
row = 0; SEEN = ""
do for [i = 1:N] {
    if (WORKERS[i] != TEAM || FAMILY[i] ne "process") { continue }
    y = TOP + TALL*(row + 0.5)/3; row = row + 1
    set label SPLIT[i] at screen X(LEFT - 14),Y(y - 8) right tc rgb INK font STRONG_FONT
    set label sprintf("busiest has %.0f %%", 100*BUSIEST[i]) at screen X(LEFT - 14),Y(y + 9) right tc rgb MUTED font NOTE_FONT
    best = least(1/BUSIEST[i], CPUS)
    set arrow from best,y-26 to best,y+26 nohead back dt (6,4) lw 1.2 lc rgb MUTED
    set label "at best" at first best,y-36 center tc rgb MUTED font NOTE_FONT
    do for [k = 1:N] {
        if (WORKERS[k] == TEAM && SPLIT[k] eq SPLIT[i]) {
            at = FAMILY[k] eq "process" ? y - 10 : y + 10
            set arrow from 0,at to SPEEDUP[k],at nohead lw 3 lc rgb colour(FAMILY[k])
            set label "" at SPEEDUP[k],at point pt point(FAMILY[k]) ps 0.85 lc rgb colour(FAMILY[k]) front
        }
    }
}
plot OFF
unset multiplot
