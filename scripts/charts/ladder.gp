# chart: ladder
# reads: ladder-summary.csv
# needs: ladder-summary.csv median_us=?* -- no rung was measured
# title: From a function call to an interpreter
# shows: One row a rung, cheapest first, along a logarithmic axis from a nanosecond to a second; a sign for the median, a bar for its 95 % interval, a stair from each rung to the next with the factor between them; then the rungs inside Python and, in grey, the controls; medians as numbers.
load "style.gp"
SUMMARY = DATA."ladder-summary.csv"

MOST = 32
array CASE[MOST]; array LABEL[MOST]; array NOTE[MOST]; array FAMILY[MOST]; array FLIGHT[MOST]
array MEDIAN[MOST]; array LOW[MOST]; array HIGH[MOST]; array BASE[MOST]; array WHY[MOST]
array RATIO[MOST]; array RATIO_LOW[MOST]; array RATIO_HIGH[MOST]
N = 0
take(c) = (N = N + 1, CASE[N] = c, LABEL[N] = strcol("label"), NOTE[N] = strcol("note"), \
    FAMILY[N] = strcol("family"), FLIGHT[N] = strcol("flight"), BASE[N] = strcol("base"), \
    MEDIAN[N] = number("median_us"), LOW[N] = number("ci_low_us"), HIGH[N] = number("ci_high_us"), \
    RATIO[N] = number("ratio"), RATIO_LOW[N] = number("ratio_low"), \
    RATIO_HIGH[N] = number("ratio_high"), WHY[N] = strcol("unavailable"), 1)
stats SUMMARY using (N < MOST && strlen(strcol("case")) > 0 ? take(strcol("case")) : 0) nooutput
row(c) = (r = 0, sum [k = 1:N] (CASE[k] eq c ? (r = k, 0) : 0), r)

# ---- flights: a heading before each but the first
array GROUP[MOST]; array OPENS[MOST]
GROUPS = 0
do for [i = 1:N] {
    OPENS[i] = 0
    if (i > 1) { OPENS[i] = FLIGHT[i] ne FLIGHT[i-1] }
    GROUPS = GROUPS + OPENS[i]
    GROUP[i] = GROUPS
}

# ---- the page
ROW = 46; HEAD = 40; LEFT = 282; SPAN = 480; RIGHT = LEFT + SPAN
TOP = 84 + TITLE_LEADING*|TITLE|
BOTTOM = TOP + N*ROW + GROUPS*HEAD
HEIGHT = BOTTOM + 66 + FOOTER_LEADING*|FOOTER|
SUBTITLE = "Time from the call until its result is back or its child has ended"
load "page.gp"
set lmargin at screen X(LEFT); set rmargin at screen X(RIGHT)
set tmargin at screen Y(TOP); set bmargin at screen Y(BOTTOM)
set yrange [BOTTOM:TOP]             # y is in pixels from the top
FROM = 1e-3; TO = 1e6               # from a nanosecond to a second, always
do for [i = 1:N] { FROM = least(FROM, least(LOW[i], MEDIAN[i])); TO = most(TO, most(HIGH[i], MEDIAN[i])) }
load "time_axis.gp"
set label "time, log scale: left is faster" at screen X(LEFT + SPAN/2.0),Y(BOTTOM + 36) \
    center tc rgb MUTED font TEXT_FONT
set label "median [95 % interval]" at screen X(WIDTH - PAD),Y(TOP - 10) right tc rgb MUTED font NOTE_FONT
set label "× the rung below [interval]: between two signs" at screen X(LEFT),Y(TOP - 10) \
    left tc rgb MUTED font NOTE_FONT

name(f) = f eq "python" ? "inside a running Python interpreter" : \
    f eq "control" ? "controls: the same once more, and by the other instrument" : f
y_of(i) = TOP + (i - 0.5)*ROW + GROUP[i]*HEAD
factor(i) = "× ".ratio_between(RATIO[i], RATIO_LOW[i], RATIO_HIGH[i])
called(c) = c eq "thread" ? "a C thread" : c eq "process" ? "a C process" : \
    c eq "program" ? "the static program" : c eq "dynamic-program" ? "the dynamic program" : c
# where its base is: right above, or somewhere else, and is then named
stands(i) = i > 1 && !OPENS[i] ? BASE[i] eq CASE[i-1] : 0
# text beside the signs: to their right as long as there is room, else to their left
side(px, words) = px + 14 + strlen(words)*6.2 <= SPAN + 60 ? 1 : -1

do for [i = 1:N] {
    C = colour(FAMILY[i])
    y = y_of(i)
    if (OPENS[i]) {
        head = y - ROW/2.0 - HEAD
        set object rectangle from screen X(PAD),Y(head + 7) to screen X(WIDTH - PAD),Y(head + HEAD - 7) \
            front fc rgb SHADE2 fs solid noborder
        set label name(FLIGHT[i]) at screen X(PAD + 10),Y(head + HEAD/2.0) left front tc rgb INK font STRONG_FONT
    }
    set label sign(FAMILY[i])." ".cut(LABEL[i], 240, 12.5) at screen X(LEFT - 14),Y(y - 8) \
        right tc rgb C font LABEL_FONT
    set label cut(NOTE[i], LEFT - PAD - 8, 9.4) at screen X(LEFT - 14),Y(y + 8) \
        right tc rgb MUTED font NOTE_FONT
    if (!known(MEDIAN[i])) {
        set object rectangle from graph 0,first y-9 to graph 1,first y+9 front fc rgb BACK fs solid noborder
        set label cut("not measured".(strlen(WHY[i]) > 0 ? ": ".WHY[i] : ""), \
            WIDTH - PAD - LEFT - 8, 11.5) at screen X(LEFT + 8),Y(y) left front tc rgb MUTED font TEXT_FONT
        continue
    }
    b = known(RATIO[i]) ? row(BASE[i]) : 0
    beside = 0
    if (b > 0 && stands(i)) {
        # the stair: down from the sign above, along, and down to this one
        half = y - ROW/2.0
        set arrow from MEDIAN[b],y_of(b)+8 to MEDIAN[b],half nohead lw 1.3 lc rgb MUTED
        set arrow from MEDIAN[b],half to MEDIAN[i],half nohead lw 1.3 lc rgb MUTED
        set arrow from MEDIAN[i],half to MEDIAN[i],y-8 nohead lw 1.3 lc rgb MUTED
        far = most(at(MEDIAN[b]), at(MEDIAN[i]))
        near = least(at(MEDIAN[b]), at(MEDIAN[i]))
        words = factor(i)
        if (side(far, words) > 0) {
            set label words at screen X(LEFT + far + 9),Y(half) left front tc rgb INK font NOTE_FONT
        } else {
            set label words at screen X(LEFT + near - 9),Y(half) right front tc rgb INK font NOTE_FONT
        }
    } else { if (b > 0) {
        beside = 1
    }}
    if (known(LOW[i] + HIGH[i])) {
        set arrow from LOW[i],y to HIGH[i],y nohead lw 3 lc rgb C
    }
    set label "" at MEDIAN[i],y point pt under(FAMILY[i]) ps 1.1 lc rgb BACK front
    set label "" at MEDIAN[i],y point pt point(FAMILY[i]) ps 1.1 lw 1.8 lc rgb C front
    if (beside) {
        words = factor(i)." of ".called(BASE[i])
        far = at(most(known(HIGH[i]) ? HIGH[i] : MEDIAN[i], MEDIAN[i]))
        near = at(least(known(LOW[i]) ? LOW[i] : MEDIAN[i], MEDIAN[i]))
        if (side(far, words) > 0) {
            set label words at screen X(LEFT + far + 13),Y(y) left front tc rgb INK font NOTE_FONT
        } else {
            set label words at screen X(LEFT + near - 13),Y(y) right front tc rgb INK font NOTE_FONT
        }
    }
    set label took_between(MEDIAN[i], LOW[i], HIGH[i]) at screen X(WIDTH - PAD),Y(y) \
        right tc rgb INK font TEXT_FONT
}
plot OFF
