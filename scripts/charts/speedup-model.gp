# chart: speedup-model
# reads: speedup-ranks.csv
# also: speedup-summary.csv
# needs: speedup-ranks.csv speedup=?* -- no model of more ranks: it needs two ranks on two CPUs
# title: A model: how far ranks would go past these machines
# shows: Against the number of ranks, up to 16,384, on logarithmic axes, the speedup: green diamonds with intervals where ranks were measured; three dotted lines, marked model, for the count alone, with its launch, and for an hour of it with its launch; dashed the ideal.
load "style.gp"
SUMMARY = DATA."speedup-summary.csv"
MODEL = DATA."speedup-ranks.csv"

# ---- the model's points, by name, in the file's order, which is by ranks
MOST = 120
array M_NAME[MOST]; array M_RANKS[MOST]; array M_VALUE[MOST]; array M_LOW[MOST]; array M_HIGH[MOST]
M = 0; WORK = ""
guess(v) = !known(v) || v <= 0 || M >= MOST ? 0 : (M = M + 1, WORK = strcol("workload"), \
    M_NAME[M] = strcol("model"), M_RANKS[M] = number("ranks"), M_VALUE[M] = v, \
    M_LOW[M] = number("low"), M_HIGH[M] = number("high"), 1)
stats MODEL using (guess(number("speedup"))) nooutput

# ---- what was measured
array RANKS[MOST]; array VALUE[MOST]; array LOW[MOST]; array HIGH[MOST]
N = 0
take(v) = !known(v) || v <= 0 || N >= MOST ? 0 : (N = N + 1, RANKS[N] = number("workers"), VALUE[N] = v, \
    LOW[N] = number("speedup_low"), HIGH[N] = number("speedup_high"), 1)
stats SUMMARY using (strcol("case") eq "ranks" && strcol("workload") eq WORK && strlen(WORK) > 0 ? \
    take(number("speedup")) : 0) nooutput

X1 = 1; Y0 = 1; Y1 = 1
do for [i = 1:M] {
    X1 = most(X1, M_RANKS[i]); Y0 = least(Y0, least(M_VALUE[i], M_LOW[i])); Y1 = most(Y1, most(M_VALUE[i], M_HIGH[i]))
}
do for [i = 1:N] {
    X1 = most(X1, RANKS[i]); Y0 = least(Y0, least(VALUE[i], LOW[i])); Y1 = most(Y1, most(VALUE[i], HIGH[i]))
}
Y1 = most(Y1, X1)                   # the ideal
Y0 = Y0/1.6; Y1 = Y1*1.6; X0 = 0.7; X1 = X1*1.4

ROOM = 260; INDENT = 66; TALL = 400
TOP = 76 + TITLE_LEADING*|TITLE|
HEIGHT = TOP + TALL + 66 + FOOTER_LEADING*|FOOTER|
LEFT = PAD + INDENT; SPAN = WIDTH - 2*PAD - INDENT - ROOM
SUBTITLE = "Speedup against the number of ranks; log scales, up is faster; dotted lines are a model"
load "page.gp"
set lmargin at screen X(LEFT); set rmargin at screen X(LEFT + SPAN)
set tmargin at screen Y(TOP); set bmargin at screen Y(TOP + TALL)
set logscale xy 10
set xrange [X0:X1]
set yrange [Y0:Y1]
across(r) = LEFT + SPAN*log(r/X0)/log(X1/X0)
down(v) = TOP + TALL*(1 - log(v/Y0)/log(Y1/Y0))

grouped(n) = n >= 1000 ? sprintf("%d,%03d", n/1000, n - 1000*(n/1000)) : sprintf("%d", n)
do for [r in "1 4 16 64 256 1024 4096 16384"] {
    if (r <= X1) {
        set arrow from real(r),graph 0 to real(r),graph 1 nohead back lw 0.8 lc rgb GRID
        set label grouped(int(r)) at screen X(across(real(r))),Y(TOP + TALL + 14) center tc rgb INK font TEXT_FONT
    }
}
set label "ranks" at screen X(LEFT + SPAN/2.0),Y(TOP + TALL + 34) center tc rgb MUTED font TEXT_FONT
do for [e = int(ceil(log10(Y0))):int(floor(log10(Y1)))] {
    v = 10.0**e
    set arrow from graph 0,first v to graph 1,first v nohead back lw (e == 0 ? 1.4 : 0.8) lc rgb GRID
    set label (e < 0 ? sprintf("%g×", v) : grouped(int(v))."×") at screen X(LEFT - 8),Y(down(v)) right tc rgb INK font TEXT_FONT
}
set arrow from 1,1 to X1/1.4,X1/1.4 nohead back dt (6,4) lw 1.2 lc rgb MUTED
set label "ideal" at screen X(across(sqrt(X1)) - 10),Y(down(sqrt(X1)) - 8) right tc rgb MUTED font NOTE_FONT

# ---- lines
words_of(m) = m eq "count" ? "the count alone" : m eq "launched" ? "with its launch" : "an hour of it, with its launch"
LABELS = 0
array LABEL_Y[8]; array LABEL_TEXT[8]; array LABEL_COLOUR[8]; array LABEL_STRONG[8]
S = 0
set print $MODELS
do for [m in "count launched hour"] {
    any = 0
    do for [i = 1:M] {
        if (M_NAME[i] eq m) {
            if (any == 0 && S > 0) { print ""; print "" }
            if (any == 0) { S = S + 1; any = 1 }
            print sprintf("%.9g,%.9g,%.9g,%.9g", M_RANKS[i], M_VALUE[i], \
                known(M_LOW[i]) ? M_LOW[i] : M_VALUE[i], known(M_HIGH[i]) ? M_HIGH[i] : M_VALUE[i])
            last = i
        }
    }
    if (any) {
        LABELS = LABELS + 1
        LABEL_Y[LABELS] = down(M_VALUE[last]); LABEL_COLOUR[LABELS] = RANK
        LABEL_TEXT[LABELS] = "model: ".words_of(m).", ".ratio(M_VALUE[last])."×"
    }
}
set print
set print $MEASURED
do for [i = 1:N] {
    print sprintf("%.9g,%.9g,%.9g,%.9g", RANKS[i], VALUE[i], known(LOW[i]) ? LOW[i] : VALUE[i], \
        known(HIGH[i]) ? HIGH[i] : VALUE[i])
}
set print
GAP = 16; LABEL_TOP = TOP; LABEL_BOTTOM = TOP + TALL - 4
load "spread.gp"
do for [i = 1:LABELS] {
    set label LABEL_TEXT[i] at screen X(LEFT + SPAN + 10),Y(LABEL_Y[i]) left \
        tc rgb "".LABEL_COLOUR[i] font NOTE_FONT
}
set label sign("rank")." measured" at screen X(LEFT + SPAN + 10),Y(TOP + TALL - 8) left tc rgb RANK font STRONG_FONT

set datafile nocolumnheaders
if (S == 0) {
    plot OFF
} else {
    if (N == 0) {
        plot for [k = 1:S] $MODELS index k-1 using 1:3:4 with filledcurves fc rgb "".mist(RANK) fs solid 1 noborder, \
            for [k = 1:S] $MODELS index k-1 using 1:2 with lines dt 3 lw 1.6 lc rgb RANK
    } else {
        plot for [k = 1:S] $MODELS index k-1 using 1:3:4 with filledcurves fc rgb "".mist(RANK) fs solid 1 noborder, \
            for [k = 1:S] $MODELS index k-1 using 1:2 with lines dt 3 lw 1.6 lc rgb RANK, \
            $MEASURED using 1:3:(0):($4-$3) with vectors nohead lw 1.6 lc rgb RANK, \
            $MEASURED using 1:2 with points pt under("rank") ps 0.95 lc rgb BACK, \
            $MEASURED using 1:2 with points pt point("rank") ps 0.9 lc rgb RANK
    }
}
