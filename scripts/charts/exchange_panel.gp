# exchange_panel.gp: one placement, inside a multiplot.  Takes what
# exchange_panels.gp sets: PLACE, and its place in pixels: LEFT, TOP, SPAN, TALL.
MOST = 64
array CASE[MOST]; array FAMILY[MOST]; array BYTES[MOST]
array VALUE[MOST]; array LOW[MOST]; array HIGH[MOST]; array RATIO[MOST]
N = 0; X0 = NaN; X1 = NaN; ABSENT = ""
take(v) = !known(v) || v <= 0 || N >= MOST ? (ABSENT = ABSENT." ".strcol("case"), 0) : (N = N + 1, CASE[N] = strcol("case"), \
    FAMILY[N] = strcol("family"), BYTES[N] = number("bytes"), VALUE[N] = v, \
    LOW[N] = number(LOW_COLUMN), HIGH[N] = number(HIGH_COLUMN), RATIO[N] = number("ratio"), \
    X0 = least(X0, BYTES[N]), X1 = most(X1, BYTES[N]), 1)
# the panel before has left its axes, on which 0 is no place
unset logscale
set autoscale
stats SUMMARY using (ours(PLACE) ? take(number(VALUE_COLUMN)) : 0) nooutput
X0 = X0/2.0; X1 = X1*2.0

set logscale xy 10
set xrange [X0:X1]
set yrange [FROM:TO]
set lmargin at screen X(LEFT); set rmargin at screen X(LEFT + SPAN)
set tmargin at screen Y(TOP); set bmargin at screen Y(TOP + TALL)
across(b) = LEFT + SPAN*log(b/X0)/log(X1/X0)
down(v) = TOP + TALL*(1 - log(v/FROM)/log(TO/FROM))
shift(b, px) = b*(X1/X0)**(px/real(SPAN))

# ---- tics and grid: the sizes that were measured, and decades
sized(b) = b >= 1048576 ? sprintf("%g MiB", b/1048576) : b >= 1024 ? sprintf("%g KiB", b/1024) : sprintf("%g B", b)
SEEN = ""
do for [i = 1:N] {
    if (!has(SEEN, sprintf("%.0f", BYTES[i]))) {
        SEEN = SEEN.sprintf(" %.0f", BYTES[i])
        set arrow from BYTES[i],graph 0 to BYTES[i],graph 1 nohead back lw 0.8 lc rgb GRID
        set label sized(BYTES[i]) at screen X(across(BYTES[i])),Y(TOP + TALL + 14) center \
            tc rgb INK font TEXT_FONT
    }
}
set label "bytes a message" at screen X(LEFT + SPAN/2.0),Y(TOP + TALL + 34) center \
    tc rgb MUTED font TEXT_FONT
lowest = int(floor(log10(FROM))); highest = int(ceil(log10(TO)))
close_up = TALL*log(2)/log(TO/FROM) > 34
do for [e = lowest:highest] {
    do for [m in "1 2 5"] {
        v = m*10.0**e
        if (v >= FROM && v <= TO) {
            set arrow from graph 0,first v to graph 1,first v nohead back \
                lw (m eq "1" ? 1.2 : 0.5) lc rgb GRID
            if (m eq "1" || close_up) {
                set label shown_step(v) at screen X(LEFT - 8),Y(down(v)) right tc rgb INK font TEXT_FONT
            }
        }
    }
}

# ---- heading
set label place_name(PLACE) at screen X(LEFT - INDENT),Y(TOP - 34) left tc rgb INK font LABEL_FONT
set label "sender and receiver on ".(PLACE eq "same-cpu" ? "one CPU" : "two CPUs") \
    at screen X(LEFT - INDENT),Y(TOP - 17) left tc rgb MUTED font NOTE_FONT

set label "at ".sized(X1/2.0)."; × variable" at screen X(LEFT + SPAN + ROOM - 14),Y(TOP - 17) right \
    tc rgb MUTED font NOTE_FONT

# ---- series: an index of the data block each, moved aside a little
CHANNELS = "variable-again file socket pipe shared variable rank rank-two-hosts"
# Four lines share the colour of processes: their names and dashes tell them apart.
dashed(c) = c eq "pipe" ? 2 : c eq "socket" ? 3 : c eq "file" ? 4 : c eq "variable-again" || c eq "rank-two-hosts" ? 5 : 1
set dashtype 2 (12, 3)
set dashtype 3 (6, 2, 1, 2)
set dashtype 4 (3, 2)
set dashtype 5 (1, 2)
multiple(r) = r >= 9999.5 ? ratio(r) : fixed(r, r < 0.095 ? 3 : r < 1.95 ? 2 : r < 9.95 ? 1 : 0)
named(c) = c eq "variable-again" ? "again" : c eq "rank-two-hosts" ? "2 hosts" : c
fewest(c, above) = (best = 0, sum [i = 1:N] (CASE[i] eq c && BYTES[i] > above \
    && (best == 0 || BYTES[i] < BYTES[best == 0 ? 1 : best]) ? (best = i, 0) : 0), best)
LABELS = 0
array LABEL_Y[9]; array LABEL_TEXT[9]; array LABEL_COLOUR[9]; array END_X[9]; array END_Y[9]; array NUMBERS[9]; array TIMES[9]
array S_COLOUR[9]; array S_POINT[9]; array S_WIDTH[9]; array S_DASH[9]
S = 0
set print $SERIES
do for [k = 1:words(CHANNELS)] {
    c = word(CHANNELS, k); reached = 0; any = 0; nudge = (k - 3.5)*3.2
    do for [j = 1:N] {
        if (fewest(c, reached) == 0) { break }
        if (any == 0) {
            if (S > 0) { print ""; print "" }
            S = S + 1; any = 1
            S_COLOUR[S] = colour(FAMILY[best]); S_POINT[S] = point(FAMILY[best])
            S_WIDTH[S] = FAMILY[best] eq "control" ? 1.1 : 1.8; S_DASH[S] = dashed(c)
        }
        reached = BYTES[best]
        print sprintf("%.9g,%.9g,%.9g,%.9g", shift(reached, nudge), VALUE[best], \
            known(LOW[best]) ? LOW[best] : VALUE[best], known(HIGH[best]) ? HIGH[best] : VALUE[best])
        last = best
    }
    if (any) {
        LABELS = LABELS + 1
        END_X[LABELS] = across(BYTES[last]) + nudge; END_Y[LABELS] = down(VALUE[last])
        LABEL_Y[LABELS] = END_Y[LABELS]; LABEL_COLOUR[LABELS] = S_COLOUR[S]
        LABEL_TEXT[LABELS] = sign(FAMILY[last])." ".named(c)
        NUMBERS[LABELS] = shown(VALUE[last])
        TIMES[LABELS] = known(RATIO[last]) ? multiple(RATIO[last])."×" : ""
    }
    if (!any && has(ABSENT, c)) {
        LABELS = LABELS + 1
        END_Y[LABELS] = NaN; LABEL_Y[LABELS] = TOP + TALL - 4
        LABEL_COLOUR[LABELS] = MUTED; LABEL_TEXT[LABELS] = "   ".named(c)
        NUMBERS[LABELS] = "not measured"; TIMES[LABELS] = ""
    }
}
set print
GAP = 16; LABEL_TOP = TOP; LABEL_BOTTOM = TOP + TALL - 4
load "spread.gp"
do for [i = 1:LABELS] {
    set label LABEL_TEXT[i] at screen X(LEFT + SPAN + 16),Y(LABEL_Y[i]) left \
        tc rgb "".LABEL_COLOUR[i] font STRONG_FONT
    set label NUMBERS[i] at screen X(LEFT + SPAN + 91),Y(LABEL_Y[i]) left tc rgb INK font NOTE_FONT
    set label TIMES[i] at screen X(LEFT + SPAN + ROOM - 14),Y(LABEL_Y[i]) right tc rgb INK font NOTE_FONT
    if (known(END_Y[i])) {
        set arrow from screen X(END_X[i] + 6),Y(END_Y[i]) to screen X(LEFT + SPAN + 12),Y(LABEL_Y[i]) \
            nohead back lw 0.8 lc rgb "".LABEL_COLOUR[i]
    }
}

set datafile nocolumnheaders
plot for [k = 1:S] $SERIES index k-1 using 1:2 with lines lw S_WIDTH[k] dt S_DASH[k] lc rgb "".S_COLOUR[k], \
    for [k = 1:S] $SERIES index k-1 using 1:3:(0):($4-$3) with vectors nohead lw 1.6 lc rgb "".S_COLOUR[k], \
    for [k = 1:S] for [halo = 1:0:-1] $SERIES index k-1 using 1:2 with points \
        pt S_POINT[k] ps (halo ? 0.95 : 0.75) lc rgb "".(halo ? BACK : S_COLOUR[k])
set datafile columnheaders
unset label
unset arrow
unset object
