# alive.gp: a figure against the number of workers alive, both axes logarithmic.
# Takes SUMMARY, QUANTITY (which rows), VALUE_AT LOW_AT HIGH_AT (their columns),
# BESIDE_AT (a column drawn thinly beside, or "") and BESIDE (its name), SUBTITLE,
# AXIS (words below), and the functions amount(v) and tic_text(v).
MOST = 64
array CASE[MOST]; array ALIVE[MOST]; array VALUE[MOST]; array LOW[MOST]; array HIGH[MOST]
array BESIDE_V[MOST]; array FAMILY[MOST]; array RATIO[MOST]
array RATIO_LOW[MOST]; array RATIO_HIGH[MOST]
N = 0; WHYS = 0
array WHY[8]; array WHY_CASE[8]
has_why(c) = (found = 0, sum [i = 1:WHYS] (WHY_CASE[i] eq c ? (found = 1, 0) : 0), found)
missing(c, why) = strlen(why) == 0 || WHYS >= 8 || has_why(c) ? 0 : \
    (WHYS = WHYS + 1, WHY_CASE[WHYS] = c, WHY[WHYS] = why, 1)
take(c, v) = strcol("quantity") ne QUANTITY || strcol("family") eq "control" ? 0 : \
    !known(v) ? missing(c, strcol("unavailable")) : N >= MOST ? 0 : \
    (N = N + 1, CASE[N] = c, ALIVE[N] = number("alive"), VALUE[N] = v, \
     LOW[N] = number(LOW_AT), HIGH[N] = number(HIGH_AT), FAMILY[N] = strcol("family"), \
     RATIO[N] = number("ratio"), RATIO_LOW[N] = number("ratio_low"), RATIO_HIGH[N] = number("ratio_high"), \
     BESIDE_V[N] = strlen(BESIDE_AT) > 0 ? number(BESIDE_AT) : NaN, 1)
stats SUMMARY using (take(strcol("case"), number(VALUE_AT))) nooutput

# ---- ranges: a decade of y at least; what is not above 0 ends at the edge
X0 = NaN; X1 = NaN; Y0 = NaN; Y1 = NaN
above(v) = v > 0 ? v : NaN
do for [i = 1:N] {
    X0 = least(X0, ALIVE[i]); X1 = most(X1, ALIVE[i])
    Y0 = least(Y0, least(above(VALUE[i]), least(above(LOW[i]), above(BESIDE_V[i]))))
    Y1 = most(Y1, most(above(VALUE[i]), most(above(HIGH[i]), above(BESIDE_V[i]))))
}
if (!known(X0)) { X0 = 1; X1 = 1 }
FARTHEST = X1
if (!known(Y0)) { Y0 = 1; Y1 = 1 }
X0 = X0*0.8; X1 = X1*1.25
widen = Y1/Y0 < 8 ? sqrt(8/(Y1/Y0)) : 1
Y0 = Y0/widen/1.15; Y1 = Y1*widen*1.15

RATIOS = 0
do for [i = 1:N] { if (known(RATIO[i])) { RATIOS = RATIOS + 1 } }
LEFT = PAD + 64; ROOM = 176; SPAN = WIDTH - PAD - ROOM - LEFT; TALL = 300
TOP = 62 + TITLE_LEADING*|TITLE| + (RATIOS > 0 ? 42 : 0)
BOTTOM = TOP + TALL
HEIGHT = BOTTOM + 62 + 16*WHYS + FOOTER_LEADING*|FOOTER|
load "page.gp"
across(n) = LEFT + SPAN*log(n/X0)/log(X1/X0)
down(v) = v <= Y0 ? BOTTOM : v >= Y1 ? TOP : BOTTOM - TALL*log(v/Y0)/log(Y1/Y0)
set lmargin at screen X(LEFT); set rmargin at screen X(LEFT + SPAN)
set tmargin at screen Y(TOP); set bmargin at screen Y(BOTTOM)
set xrange [0:1]; set yrange [0:1]

# ---- grid and tics: a tic for every count that was looked at
do for [e = int(floor(log10(Y0))):int(ceil(log10(Y1)))] {
    do for [m in "1 2 5"] {
        v = real(m)*10.0**e
        if (v >= Y0 && v <= Y1) {
            set arrow from screen X(LEFT),Y(down(v)) to screen X(LEFT + SPAN),Y(down(v)) \
                nohead back lw (m eq "1" ? 1.2 : 0.6) lc rgb GRID
            set label tic_text(v) at screen X(LEFT - 8),Y(down(v)) right tc rgb INK font TEXT_FONT
        }
    }
}
left_of = 1e9; next_x = 1e6
do for [k = 1:N] {
    n = NaN
    do for [i = 1:N] { if (ALIVE[i] < left_of) { n = most(n, ALIVE[i]) } }
    if (!known(n)) { break }
    left_of = n; x = across(n)
    set arrow from screen X(x),Y(BOTTOM) to screen X(x),Y(TOP) nohead back lw 0.8 lc rgb GRID
    if (next_x - x > 40) {
        next_x = x
        set label sprintf("%d", n) at screen X(x),Y(BOTTOM + 14) center tc rgb INK font TEXT_FONT
    }
}
set label AXIS at screen X(LEFT + SPAN/2.0),Y(BOTTOM + 34) center tc rgb MUTED font TEXT_FONT
do for [i = 1:WHYS] {
    set label cut(WHY_CASE[i].": ".WHY[i], WIDTH - 2*PAD, 10.5) \
        at screen X(PAD),Y(BOTTOM + 40 + 16*i) left tc rgb MUTED font NOTE_FONT
}
if (RATIOS > 0) {
    set label "process ÷ thread" at screen X(LEFT + SPAN + 32),Y(TOP - 28) left tc rgb MUTED font NOTE_FONT
    set label "[interval]" at screen X(LEFT + SPAN + 32),Y(TOP - 12) left tc rgb MUTED font NOTE_FONT
    next_x = 1e6
    do for [k = 1:N] {
        i = N + 1 - k
        if (known(RATIO[i]) && next_x - across(ALIVE[i]) > 56) {
            x = across(ALIVE[i])
            set label ratio(RATIO[i])."×" at screen X(x),Y(TOP - 28) center tc rgb INK font TEXT_FONT
            if (next_x - x > 84 && known(RATIO_LOW[i] + RATIO_HIGH[i])) {
                set label sprintf("[%s, %s]", short(RATIO_LOW[i], RATIO[i]), short(RATIO_HIGH[i], RATIO[i])) \
                    at screen X(x),Y(TOP - 12) center tc rgb MUTED font NOTE_FONT
            }
            next_x = x
        }
    }
}

# ---- series: rows come sorted
LABELS = 0
array LABEL_Y[8]; array LABEL_TEXT[8]; array LABEL_COLOUR[8]; array LABEL_STRONG[8]
do for [c in "thread process"] {
    at = 0; C = INK; last = 0
    do for [i = 1:N] {
        if (CASE[i] ne c || !(VALUE[i] > 0)) { continue }
        C = colour(FAMILY[i]); x = across(ALIVE[i]) + (c eq "thread" ? 2 : -2); y = down(VALUE[i])
        if (at > 0) {
            set arrow from screen X(before_x),Y(before_y) to screen X(x),Y(y) nohead lw 1.6 lc rgb C
        }
        if (known(LOW[i] + HIGH[i])) {
            set arrow from screen X(x),Y(down(LOW[i])) to screen X(x),Y(down(HIGH[i])) nohead lw 3 lc rgb C
        }
        set label "" at screen X(x),Y(y) point pt point(FAMILY[i]) ps 0.95 lw 1.6 lc rgb C front
        before_x = x; before_y = y; at = at + 1; last = i
    }
    if (last > 0) {
        LABELS = LABELS + 1; LABEL_Y[LABELS] = down(VALUE[last]); LABEL_COLOUR[LABELS] = C
        LABEL_STRONG[LABELS] = 1
        LABEL_TEXT[LABELS] = sign(FAMILY[last])." ".c." ".amount(VALUE[last]). \
            (ALIVE[last] < FARTHEST ? sprintf(" at %d", ALIVE[last]) : "")
    }
    at = 0; last = 0
    do for [i = 1:N] {
        if (CASE[i] ne c || !(BESIDE_V[i] > 0)) { continue }
        C = colour(FAMILY[i]); x = across(ALIVE[i]); y = down(BESIDE_V[i])
        if (at > 0) {
            set arrow from screen X(before_x),Y(before_y) to screen X(x),Y(y) nohead dt (4,3) lw 1.2 lc rgb C
        }
        set label "" at screen X(x),Y(y) point pt 7 ps 0.35 lc rgb C front
        before_x = x; before_y = y; at = at + 1; last = i
    }
    if (last > 0) {
        LABELS = LABELS + 1; LABEL_Y[LABELS] = down(BESIDE_V[last]); LABEL_COLOUR[LABELS] = C
        LABEL_STRONG[LABELS] = 0
        LABEL_TEXT[LABELS] = BESIDE." of a ".c." ".amount(BESIDE_V[last])
    }
}
GAP = 15; LABEL_TOP = TOP; LABEL_BOTTOM = BOTTOM - 4
load "spread.gp"
do for [i = 1:LABELS] {
    set label LABEL_TEXT[i] at screen X(LEFT + SPAN + 12),Y(LABEL_Y[i]) left \
        tc rgb "".LABEL_COLOUR[i] font (LABEL_STRONG[i] ? STRONG_FONT : NOTE_FONT)
}
plot OFF
