# chart: instruments
# reads: instruments-summary.csv
# needs: instruments-summary.csv difference_percent=?* -- no difference was measured
# title: Do two instruments agree?
# shows: One row a mechanism; along an axis in per cent the difference of hyperfine's slope from this bench's mean, with its interval, the zone of agreement within 5 per cent shaded; both costs and the difference as numbers.
load "style.gp"
SUMMARY = DATA."instruments-summary.csv"

MOST = 64
array LABEL[MOST]; array FAMILY[MOST]; array WHY[MOST]; array VERDICT[MOST]
array MEAN[MOST]; array MEAN_LOW[MOST]; array MEAN_HIGH[MOST]
array SLOPE[MOST]; array SLOPE_LOW[MOST]; array SLOPE_HIGH[MOST]
array DIFFERENCE[MOST]; array LOW[MOST]; array HIGH[MOST]; array PLACE[MOST]
N = 0
take(c) = (N = N + 1, LABEL[N] = strcol("label"), FAMILY[N] = strcol("family"), \
    PLACE[N] = place_name(strcol("placement")), MEAN[N] = number("mean_us"), \
    MEAN_LOW[N] = number("mean_low_us"), MEAN_HIGH[N] = number("mean_high_us"), \
    SLOPE[N] = number("slope_us"), SLOPE_LOW[N] = number("slope_low_us"), \
    SLOPE_HIGH[N] = number("slope_high_us"), DIFFERENCE[N] = number("difference_percent"), \
    LOW[N] = number("difference_low_percent"), HIGH[N] = number("difference_high_percent"), \
    VERDICT[N] = strcol("verdict"), WHY[N] = strcol("unavailable"), 1)
stats SUMMARY using (N < MOST && strlen(strcol("case")) > 0 ? take(strcol("case")) : 0) nooutput

# ---- the axis is symmetric and ends at 40 %: beyond, an arrow and the number
REACH = 8
do for [i = 1:N] {
    REACH = most(REACH, most(most(abs(DIFFERENCE[i]), abs(LOW[i])), abs(HIGH[i])))
}
REACH = REACH > 8 ? (REACH > 36 ? 40 : REACH*1.1) : REACH

ROW = 48; LEFT = 246; SPAN = 234; RIGHT = LEFT + SPAN
TOP = 84 + TITLE_LEADING*|TITLE|
BOTTOM = TOP + N*ROW
HEIGHT = BOTTOM + 66 + FOOTER_LEADING*|FOOTER|
SUBTITLE = "Mean cost of one creation by this bench, and by hyperfine's slope over whole runs of n creations"
load "page.gp"
set lmargin at screen X(LEFT); set rmargin at screen X(RIGHT)
set tmargin at screen Y(TOP); set bmargin at screen Y(BOTTOM)
set yrange [N + 0.5:0.5]
set xrange [-REACH:REACH]
set object rectangle from -5,graph 0 to 5,graph 1 back fc rgb SHADE3 fs solid noborder
set label "within 5 %" at 0,graph 1 center offset 0,screen 10.0/HEIGHT tc rgb MUTED font NOTE_FONT
set arrow from 0,graph 0 to 0,graph 1 nohead back lw 1.2 lc rgb MUTED
tic = REACH > 20 ? 20 : REACH > 10 ? 10 : 5
do for [k = -8:8] {
    if (abs(k*tic) <= REACH) {
        if (k != 0) { set arrow from k*tic,graph 0 to k*tic,graph 1 nohead back lw 0.8 lc rgb GRID }
        set label (k == 0 ? "0 %" : signed(k*tic, 0)." %") at k*tic,graph 0 center \
            offset 0,character -1 tc rgb INK font TEXT_FONT
    }
}
set label "our mean against hyperfine's slope; line: 95 % interval" \
    at screen X(LEFT + SPAN/2.0),Y(BOTTOM + 36) center tc rgb MUTED font TEXT_FONT
set label "our mean [95 % interval]" at screen X(RIGHT + 16),Y(TOP - 10) left tc rgb MUTED font NOTE_FONT
set label "hyperfine's slope [interval]" at screen X(RIGHT + 172),Y(TOP - 10) left tc rgb MUTED font NOTE_FONT
set label "difference" at screen X(WIDTH - PAD),Y(TOP - 10) right tc rgb MUTED font NOTE_FONT

percent(v) = signed(v, abs(v) >= 99.5 ? 0 : 1)
inside(v) = v < -REACH ? -REACH : v > REACH ? REACH : v
do for [i = 1:N] {
    C = colour(FAMILY[i])
    y = TOP + (i - 0.5)*ROW
    set label sign(FAMILY[i])." ".cut(LABEL[i], 190, 13.6) at screen X(LEFT - 14),Y(y - 8) \
        right tc rgb C font LABEL_FONT
    set label PLACE[i] at screen X(LEFT - 14),Y(y + 8) right tc rgb MUTED font NOTE_FONT
    if (!known(DIFFERENCE[i])) {
        set object rectangle from graph 0,first i-0.2 to graph 1,first i+0.2 \
            front fc rgb BACK fs solid noborder
        set label cut("not measured".(strlen(WHY[i]) > 0 ? ": ".WHY[i] : ""), \
            WIDTH - PAD - LEFT - 8, 11.5) at screen X(LEFT + 8),Y(y) left front tc rgb MUTED font TEXT_FONT
        continue
    }
    if (known(LOW[i] + HIGH[i]) && LOW[i] <= REACH && HIGH[i] >= -REACH) {
        set arrow from inside(LOW[i]),i to inside(HIGH[i]),i nohead lw 2.2 lc rgb C
    }
    if (abs(DIFFERENCE[i]) <= REACH) {
        set label "" at DIFFERENCE[i],i point pt under(FAMILY[i]) ps 0.95 lc rgb BACK front
        set label "" at DIFFERENCE[i],i point pt point(FAMILY[i]) ps 0.95 lw 1.6 lc rgb C front
    } else {
        edge = inside(DIFFERENCE[i])
        set arrow from edge*0.88,i to edge,i head filled size screen X(9),20 lw 2.2 lc rgb C
    }
    set label took_between(MEAN[i], MEAN_LOW[i], MEAN_HIGH[i]) at screen X(RIGHT + 16),Y(y - 8) \
        left tc rgb INK font TEXT_FONT
    set label took_between(SLOPE[i], SLOPE_LOW[i], SLOPE_HIGH[i]) at screen X(RIGHT + 172),Y(y - 8) \
        left tc rgb INK font TEXT_FONT
    set label percent(DIFFERENCE[i])." %" at screen X(WIDTH - PAD),Y(y - 8) right tc rgb INK font STRONG_FONT
    between = known(LOW[i] + HIGH[i]) ? sprintf("[%s, %s]", percent(LOW[i]), percent(HIGH[i])) : ""
    set label between.(strlen(VERDICT[i]) > 0 ? "  ".cut(VERDICT[i], 280, 10.5) : "") \
        at screen X(WIDTH - PAD),Y(y + 8) right tc rgb MUTED font NOTE_FONT
}
plot OFF
