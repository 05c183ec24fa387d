# panel.gp: one panel of a speedup chart, inside a multiplot.  Takes SUMMARY, MODEL
# ("": none), WORK (the workload), WHAT (the column: speedup, efficiency, of_ceiling),
# HEAD (its heading), and its place in pixels: LEFT, TOP, SPAN, TALL, INDENT (of the
# plot); and three functions of a row: mine(0), whether it belongs to WORK, kind(0),
# serial, processes, threads, ranks or copies, and seconds("median"), also "ci_low", "ci_high".
# BEYOND: the ideal goes on beyond the CPUs.
MOST = 600
array CASE[MOST]; array WORKERS[MOST]; array VALUE[MOST]; array LOW[MOST]; array HIGH[MOST]
array ZONE[MOST]; array FAMILY[MOST]
N = 0; SERIAL = NaN; SERIAL_LOW = NaN; SERIAL_HIGH = NaN; WHY = ""
baseline(c) = c eq "serial" ? (SERIAL = seconds("median"), SERIAL_LOW = seconds("ci_low"), \
    SERIAL_HIGH = seconds("ci_high"), 1) : 0
take(c, v) = baseline(c) ? 0 : \
    !known(v) ? (WHY = strcol("unavailable"), 0) : N >= MOST ? 0 : \
    (N = N + 1, CASE[N] = c, WORKERS[N] = number("workers"), VALUE[N] = v, \
     LOW[N] = number(WHAT."_low"), HIGH[N] = number(WHAT."_high"), \
     ZONE[N] = strcol("zone"), FAMILY[N] = strcol("family"), 1)
stats SUMMARY using (mine(0) ? take(kind(0), number(WHAT)) : 0) nooutput

# ---- models (speedup only): fitted lines, dotted, with a band
array M_CASE[MOST]; array M_NAME[MOST]; array M_WORKERS[MOST]; array M_VALUE[MOST]
array M_LOW[MOST]; array M_HIGH[MOST]
M = 0; FITTED = NaN
guess(v) = !known(v) || strcol("workload") ne WORK || M >= MOST ? 0 : \
    (M = M + 1, M_CASE[M] = strcol("case"), M_NAME[M] = strcol("model"), \
     M_WORKERS[M] = number("workers"), M_VALUE[M] = v, \
     M_LOW[M] = number("low"), M_HIGH[M] = number("high"), FITTED = number("fitted_to"), 1)
if (WHAT eq "speedup" && strlen(MODEL) > 0) { stats MODEL using (guess(number("speedup"))) nooutput }

# ---- ranges: linear up to 16 workers, beyond that doublings
MAX_W = 1; MAX_V = 1; MIN_V = 1; CPUS = 1
do for [i = 1:N] {
    MAX_W = most(MAX_W, WORKERS[i])
    MAX_V = most(MAX_V, most(VALUE[i], HIGH[i]))
    MIN_V = least(MIN_V, least(VALUE[i], LOW[i]))
    if (ZONE[i] ne "oversubscribed") { CPUS = most(CPUS, WORKERS[i]) }
}
do for [i = 1:M] { MAX_W = most(MAX_W, M_WORKERS[i]); MAX_V = most(MAX_V, M_VALUE[i]) }
doublings = MAX_W > 16
if (doublings) {
    set logscale x 2
    X0 = 0.9; X1 = MAX_W*1.12
} else {
    unset logscale x
    X0 = 0.6; X1 = MAX_W + 0.4
}
across(w) = doublings ? log(w/X0)/log(X1/X0) : (w - X0)/(X1 - X0)
shift(w, px) = doublings ? w*(X1/X0)**(px/real(SPAN)) : w + px*(X1 - X0)/SPAN
unset logscale y
if (WHAT eq "speedup") {
    MAX_V = most(MAX_V, BEYOND ? MAX_W : CPUS)
    if (doublings) {
        set logscale y 2
        Y0 = least(0.9, MIN_V*0.9); Y1 = MAX_V*1.15
    } else {
        Y0 = 0; Y1 = MAX_V*1.08
    }
} else {
    Y0 = 0; Y1 = MAX_V*1.08 < 1.12 ? 1.12 : MAX_V*1.08
}
doubling_y = doublings && WHAT eq "speedup"
down(v) = TOP + TALL*(1 - (doubling_y ? log(v/Y0)/log(Y1/Y0) : (v - Y0)/(Y1 - Y0)))
set xrange [X0:X1]
set yrange [Y0:Y1]
set lmargin at screen X(LEFT); set rmargin at screen X(LEFT + SPAN)
set tmargin at screen Y(TOP); set bmargin at screen Y(TOP + TALL)

# ---- tics and grid
tic_every = doublings ? 0 : MAX_W > 10 && SPAN < 400 ? 2 : 1
last_x = -1e6
do for [w = 1:int(MAX_W)] {
    power = int(floor(log(w)/log(2) + 1e-9))
    shown = doublings ? 2**power == w : (w - 1) % tic_every == 0
    if (shown && LEFT + SPAN*across(w) - last_x > 24) {
        last_x = LEFT + SPAN*across(w)
        set label sprintf("%d", w) at screen X(last_x),Y(TOP + TALL + 14) center tc rgb INK font TEXT_FONT
    }
}
set label "workers" at screen X(LEFT + SPAN/2.0),Y(TOP + TALL + 34) center tc rgb MUTED font TEXT_FONT
if (doubling_y) {
    do for [p = int(floor(log(Y0)/log(2))):int(ceil(log(Y1)/log(2)))] {
        v = 2.0**p
        if (v >= Y0 && v <= Y1) {
            set label sprintf("%g×", v) at screen X(LEFT - 8),Y(down(v)) right tc rgb INK font TEXT_FONT
            set arrow from graph 0,first v to graph 1,first v nohead back lw 0.8 lc rgb GRID
        }
    }
} else {
    tic = 0.25
    do for [t in "0.25 0.5 1 2 5 10 20 50 100 200 500 1000"] {
        if ((Y1 - Y0)/tic > 6) { tic = real(t) }
    }
    do for [k = 0:int(Y1/tic)] {
        v = k*tic
        wording = WHAT eq "speedup" ? sprintf("%g×", v) : sprintf("%.0f %%", 100*v)
        set label wording at screen X(LEFT - 8),Y(down(v)) right tc rgb INK font TEXT_FONT
        set arrow from graph 0,first v to graph 1,first v nohead back lw (k == 0 ? 1.4 : 0.8) lc rgb GRID
    }
}

# ---- zones where more speed is not to be expected; the rightmost is named highest
zones = ""; level = 0
do for [z in "oversubscribed over-quota smt"] {
    begin = NaN
    do for [i = 1:N] { if (ZONE[i] eq z) { begin = least(begin, WORKERS[i]) } }
    if (known(begin)) {
        before = NaN; end = NaN
        do for [i = 1:N] {
            if (WORKERS[i] < begin) { before = most(before, WORKERS[i]) }
            if (ZONE[i] eq z) { end = most(end, WORKERS[i]) }
        }
        after = NaN
        do for [i = 1:N] { if (WORKERS[i] > end) { after = least(after, WORKERS[i]) } }
        half(a, b) = doublings ? sqrt(a*b) : (a + b)/2.0
        from_x = known(before) ? SPAN*across(half(before, begin)) : 0
        to_x = known(after) ? SPAN*across(half(end, after)) : SPAN
        up = TOP - 4 - 15*(ZONES - level)
        set object rectangle from screen X(LEFT + from_x),Y(TOP + TALL) to screen X(LEFT + to_x),Y(up) \
            behind fc rgb "".(z eq "smt" ? SHADE1 : z eq "over-quota" ? SHADE2 : SHADE3) fs solid noborder
        wording = z eq "smt" ? "two a core (SMT)" : z eq "over-quota" ? "above the CPU quota" : \
            "more workers than CPUs"
        set label wording at screen X(LEFT + to_x - 4),Y(up + 8) right tc rgb MUTED font NOTE_FONT
        level = level + 1
    }
}

# ---- heading
set label HEAD at screen X(LEFT - INDENT),Y(TOP - 15*ZONES - 34) left tc rgb INK font LABEL_FONT
below = WHAT eq "of_ceiling" ? "what independent copies reach is 100 %" : known(SERIAL) ? "serial run: ".took_between(SERIAL*1e6, SERIAL_LOW*1e6, SERIAL_HIGH*1e6) : \
    "no serial run"
if (M > 0) {
    below = below."; dotted: models".(known(FITTED) ? sprintf(" fitted up to %d, extrapolated beyond", FITTED) : "")
}
set label below at screen X(LEFT - INDENT),Y(TOP - 15*ZONES - 17) left tc rgb MUTED font NOTE_FONT

# ---- the ideal: n workers, n times the speed, as far as there are CPUs
if (WHAT eq "speedup") {
    IDEAL = BEYOND ? MAX_W : CPUS
    if (IDEAL > 1) {
        set arrow from 1,1 to IDEAL,IDEAL nohead back dt (6,4) lw 1.2 lc rgb MUTED
        # between two grid lines, so that none runs through the word
        v = doubling_y ? IDEAL/sqrt(2) : (ceil(IDEAL/tic) - 0.5)*tic
        v = v > 1 ? v : (1 + IDEAL)/2.0
        set label "ideal" at screen X(LEFT + SPAN*across(v) - 12),Y(down(v)) right \
            tc rgb MUTED font NOTE_FONT
    }
} else {
    set arrow from graph 0,first 1 to graph 1,first 1 nohead back dt (6,4) lw 1.2 lc rgb MUTED
}

# ---- series: sorted by workers, each an index of the data block
# The row of a case with the fewest workers above so many, or 0; a sum, because
# gnuplot reads the lines of a loop anew each time round.
fewest(c, above) = (best = 0, sum [i = 1:N] (CASE[i] eq c && WORKERS[i] > above \
    && (best == 0 || WORKERS[i] < WORKERS[best == 0 ? 1 : best]) ? (best = i, 0) : 0), best)
LABELS = 0
array LABEL_Y[24]; array LABEL_TEXT[24]; array LABEL_COLOUR[24]; array LABEL_STRONG[24]
array S_COLOUR[8]; array S_POINT[8]; array S_WIDTH[8]
S = 0
set print $SERIES
do for [c in "copies processes threads ranks"] {
    reached = -1; any = 0; end_v = NaN
    nudge = c eq "processes" ? -3.2 : c eq "threads" ? 3.2 : c eq "ranks" ? 9.6 : 0
    do for [k = 1:N] {
        if (fewest(c, reached) == 0) { break }
        if (any == 0) {
            if (S > 0) { print ""; print "" }
            S = S + 1; any = 1
            S_COLOUR[S] = colour(FAMILY[best]); S_POINT[S] = point(FAMILY[best])
            S_WIDTH[S] = c eq "copies" ? 1.2 : 1.8
            end_sign = sign(FAMILY[best])
        }
        reached = WORKERS[best]; end_v = VALUE[best]
        print sprintf("%.9g,%.9g,%.9g,%.9g", shift(reached, nudge), end_v, \
            known(LOW[best]) ? LOW[best] : end_v, known(HIGH[best]) ? HIGH[best] : end_v)
    }
    if (any && !(WHAT eq "of_ceiling" && c eq "copies")) {
        LABELS = LABELS + 1
        LABEL_Y[LABELS] = down(end_v)
        LABEL_COLOUR[LABELS] = S_COLOUR[S]; LABEL_STRONG[LABELS] = 1
        LABEL_TEXT[LABELS] = end_sign." ".(c eq "copies" ? "ceiling" : c)." ".( \
            WHAT eq "speedup" ? ratio(end_v) : sprintf("%.1f %%", 100*end_v))
    }
}
set print
MODELS = 0
array M_COLOUR[24]
fewest_of(m, c, above) = (best = 0, sum [i = 1:M] (M_CASE[i] eq c && M_NAME[i] eq m && M_WORKERS[i] > above \
    && (best == 0 || M_WORKERS[i] < M_WORKERS[best == 0 ? 1 : best]) ? (best = i, 0) : 0), best)
set print $MODELS
do for [m in "amdahl usl"] {
    do for [c in "processes threads ranks"] {
        reached = -1; any = 0; end_v = NaN
        do for [k = 1:M] {
            if (fewest_of(m, c, reached) == 0) { break }
            if (any == 0) {
                if (MODELS > 0) { print ""; print "" }
                MODELS = MODELS + 1; any = 1
                M_COLOUR[MODELS] = c eq "threads" ? THREAD : c eq "ranks" ? RANK : PROCESS
            }
            reached = M_WORKERS[best]; end_v = M_VALUE[best]
            print sprintf("%.9g,%.9g,%.9g,%.9g", reached, end_v, \
                known(M_LOW[best]) ? M_LOW[best] : end_v, known(M_HIGH[best]) ? M_HIGH[best] : end_v)
        }
        if (any) {
            LABELS = LABELS + 1
            LABEL_Y[LABELS] = down(end_v)
            LABEL_COLOUR[LABELS] = M_COLOUR[MODELS]; LABEL_STRONG[LABELS] = 0
            LABEL_TEXT[LABELS] = (m eq "amdahl" ? "Amdahl" : "USL")." fit: ".c
        }
    }
}
set print
GAP = 15; LABEL_TOP = TOP; LABEL_BOTTOM = TOP + TALL - 4
load "spread.gp"
do for [i = 1:LABELS] {
    set label LABEL_TEXT[i] at screen X(LEFT + SPAN + 8),Y(LABEL_Y[i]) left \
        tc rgb "".LABEL_COLOUR[i] font (LABEL_STRONG[i] ? STRONG_FONT : NOTE_FONT)
}

# ---- draw: the block's lines have no header
set datafile nocolumnheaders
if (S == 0) {
    # between two grid lines
    v = doubling_y ? sqrt(Y0*Y1) : (int(Y1/2.0/tic) + 0.5)*tic
    set label cut("not measured".(strlen(WHY) > 0 ? ": ".WHY : ""), SPAN, 11.5) \
        at screen X(LEFT + 8),Y(down(v)) left tc rgb MUTED font TEXT_FONT
    plot OFF
} else {
    if (MODELS > 0) {
        plot for [k = 1:MODELS] $MODELS index k-1 using 1:3:4 with filledcurves \
                fc rgb "".mist(M_COLOUR[k]) fs solid 1 noborder, \
            for [k = 1:MODELS] $MODELS index k-1 using 1:2 with lines dt 3 lw 1.4 lc rgb "".M_COLOUR[k], \
            for [k = 1:S] $SERIES index k-1 using 1:2 with lines lw S_WIDTH[k] lc rgb "".S_COLOUR[k], \
            for [k = 1:S] $SERIES index k-1 using 1:3:(0):($4-$3) with vectors nohead lw 1.6 lc rgb "".S_COLOUR[k], \
            for [k = 1:S] for [halo = 1:0:-1] $SERIES index k-1 using 1:2 with points \
                pt S_POINT[k] ps (halo ? 0.95 : 0.75) lc rgb "".(halo ? BACK : S_COLOUR[k])
    } else {
        plot for [k = 1:S] $SERIES index k-1 using 1:2 with lines lw S_WIDTH[k] lc rgb "".S_COLOUR[k], \
            for [k = 1:S] $SERIES index k-1 using 1:3:(0):($4-$3) with vectors nohead lw 1.6 lc rgb "".S_COLOUR[k], \
            for [k = 1:S] for [halo = 1:0:-1] $SERIES index k-1 using 1:2 with points \
                pt S_POINT[k] ps (halo ? 0.95 : 0.75) lc rgb "".(halo ? BACK : S_COLOUR[k])
    }
}
set datafile columnheaders
unset label
unset arrow
unset object
