# chart: switching
# reads: switching-summary.csv
# needs: switching-summary.csv median_us=?* family!=control -- no switch was measured
# title: What it costs to change over to another flow
# shows: Rows in two groups, on one CPU and between two; along a logarithmic time axis a line from the 1st to the 90th or 99th percentile, a box for the middle half and a bar for the 95 % interval of the median; threads, processes and, in grey, the same system calls alone and the control; the median and the ratio of processes to threads as numbers.
load "style.gp"
SUMMARY = DATA."switching-summary.csv"

# ---- which rows: those of a placement together, and none of an empty one
MOST = 32
array CASE[MOST]; array LABEL[MOST]; array NOTE[MOST]; array FAMILY[MOST]; array PLACE[MOST]
array MEDIAN[MOST]; array LOW[MOST]; array HIGH[MOST]
array P1[MOST]; array P25[MOST]; array P75[MOST]; array P90[MOST]; array P99[MOST]
array RATIO[MOST]; array RATIO_LOW[MOST]; array RATIO_HIGH[MOST]; array WHY[MOST]
N = 0
take(c) = (N = N + 1, CASE[N] = c, LABEL[N] = strcol("label"), NOTE[N] = strcol("note"), \
    FAMILY[N] = strcol("family"), PLACE[N] = strcol("placement"), \
    MEDIAN[N] = number("median_us"), LOW[N] = number("ci_low_us"), HIGH[N] = number("ci_high_us"), \
    P1[N] = number("p01_us"), P25[N] = number("p25_us"), P75[N] = number("p75_us"), \
    P90[N] = number("p90_us"), P99[N] = number("p99_us"), RATIO[N] = number("ratio"), \
    RATIO_LOW[N] = number("ratio_low"), RATIO_HIGH[N] = number("ratio_high"), \
    WHY[N] = strcol("unavailable"), 1)
stats SUMMARY using (N < MOST && strlen(strcol("case")) > 0 ? take(strcol("case")) : 0) nooutput

# ---- p99 needs 1,000 samples; where one row lacks it every line ends at 90 %
FAR = "99 %"
do for [i = 1:N] { if (known(MEDIAN[i]) && !known(P99[i])) { FAR = "90 %" } }
array END[MOST]; array GROUP[MOST]
FROM = NaN; TO = NaN; GROUPS = 0
do for [i = 1:N] {
    if (i == 1) { GROUPS = 1 } else { if (PLACE[i] ne PLACE[i-1]) { GROUPS = GROUPS + 1 } }
    GROUP[i] = GROUPS
    END[i] = FAR eq "99 %" ? P99[i] : P90[i]
    FROM = least(FROM, least(P1[i], least(LOW[i], MEDIAN[i])))
    TO = most(TO, most(END[i], most(HIGH[i], MEDIAN[i])))
}

# ---- the page
ROW = 38; HEAD = 38; LEFT = 268; SPAN = 372; RIGHT = LEFT + SPAN
TOP = 116 + TITLE_LEADING*|TITLE|
BOTTOM = TOP + N*ROW + GROUPS*HEAD
HEIGHT = BOTTOM + 66 + FOOTER_LEADING*|FOOTER|
SUBTITLE = "Time of one switch: half a round trip of a token between two flows that sleep in turn"
load "page.gp"
set lmargin at screen X(LEFT); set rmargin at screen X(RIGHT)
set tmargin at screen Y(TOP); set bmargin at screen Y(BOTTOM)
set yrange [BOTTOM:TOP]             # y is in pixels from the top
load "time_axis.gp"
set label "time per switch, log scale: left is faster" at screen X(LEFT + SPAN/2.0),Y(BOTTOM + 36) \
    center tc rgb MUTED font TEXT_FONT
set label "median [95 % interval]" at screen X(RIGHT + 16),Y(TOP - 10) left tc rgb MUTED font NOTE_FONT
set label "× threads [interval]" at screen X(WIDTH - PAD),Y(TOP - 10) right tc rgb MUTED font NOTE_FONT

# ---- how to read a row: one glyph explained, instead of a legend
KEY = TOP - 36
set label "how to read a row" at screen X(LEFT - 14),Y(KEY) right tc rgb MUTED font NOTE_FONT
set arrow from screen X(LEFT),Y(KEY) to screen X(LEFT + 250),Y(KEY) nohead lw 1.3 lc rgb MUTED
set object rectangle from screen X(LEFT + 62),Y(KEY - 6) to screen X(LEFT + 160),Y(KEY + 6) \
    front fc rgb MUTED fs solid noborder
set object rectangle from screen X(LEFT + 101),Y(KEY - 9) to screen X(LEFT + 111),Y(KEY + 9) \
    front fc rgb INK fs solid border rgb BACK
set label "1 %" at screen X(LEFT),Y(KEY - 17) center tc rgb MUTED font NOTE_FONT
set label "25 %" at screen X(LEFT + 62),Y(KEY - 17) center tc rgb MUTED font NOTE_FONT
set label "median" at screen X(LEFT + 106),Y(KEY - 17) center tc rgb INK font NOTE_FONT
set label "75 %" at screen X(LEFT + 160),Y(KEY - 17) center tc rgb MUTED font NOTE_FONT
set label FAR at screen X(LEFT + 250),Y(KEY - 17) center tc rgb MUTED font NOTE_FONT
set label "tall bar: 95 % interval of the median" \
    at screen X(LEFT + 266),Y(KEY) left tc rgb INK font NOTE_FONT

# ---- the groups
where(p) = p eq "same-cpu" ? "on one CPU" : p eq "other-cpu" ? "across two CPUs, each asleep while the other runs" : place_name(p)
do for [i = 1:N] {
    head = TOP + (i - 1)*ROW + (GROUP[i] - 1)*HEAD
    opens = i == 1
    if (i > 1) { opens = GROUP[i] != GROUP[i-1] }
    if (opens) {
        set object rectangle from screen X(PAD),Y(head + 7) to screen X(WIDTH - PAD),Y(head + HEAD - 7) \
            front fc rgb SHADE2 fs solid noborder
        set label where(PLACE[i]) at screen X(PAD + 10),Y(head + HEAD/2.0) left front tc rgb INK font STRONG_FONT
    }
}

# ---- the rows
do for [i = 1:N] {
    C = colour(FAMILY[i])
    y = TOP + (i - 0.5)*ROW + GROUP[i]*HEAD
    set label sign(FAMILY[i])." ".cut(LABEL[i], 238, 12.5) at screen X(LEFT - 14),Y(y - 7) \
        right tc rgb C font LABEL_FONT
    set label cut(NOTE[i], LEFT - PAD, 10.5) at screen X(LEFT - 14),Y(y + 8) \
        right tc rgb MUTED font NOTE_FONT
    if (!known(MEDIAN[i])) {
        set object rectangle from graph 0,first y-ROW/2.0 to graph 1,first y+ROW/2.0 \
            front fc rgb BACK fs solid noborder
        set label cut("not measured".(strlen(WHY[i]) > 0 ? ": ".WHY[i] : ""), \
            WIDTH - PAD - LEFT - 8, 11.5) at screen X(LEFT + 8),Y(y) left front tc rgb MUTED font TEXT_FONT
        continue
    }
    if (known(P1[i] + END[i])) {
        set arrow from P1[i],y to END[i],y nohead lw 1.4 lc rgb C
    }
    if (known(P25[i] + P75[i])) {
        set object rectangle from P25[i],y-5.5 to P75[i],y+5.5 \
            front fc rgb C fs solid border rgb C lw 1
    }
    a = known(LOW[i]) ? LOW[i] : MEDIAN[i]
    b = known(HIGH[i]) ? HIGH[i] : MEDIAN[i]
    set object rectangle from a,y-9 to b,y+9 front fc rgb INK fs solid noborder
    # in a wide bar the median is a gap, in a narrow one the bar itself
    wide = at(b) - at(a) > 9
    set arrow from MEDIAN[i],y-9 to MEDIAN[i],y+9 nohead front lw (wide ? 1.4 : 2.4) lc rgb (wide ? BACK : INK)
    set label took_between(MEDIAN[i], LOW[i], HIGH[i]) at screen X(RIGHT + 16),Y(y) \
        left tc rgb INK font TEXT_FONT
    set label (FAMILY[i] eq "thread" ? "baseline" : known(RATIO[i]) ? \
        ratio_between(RATIO[i], RATIO_LOW[i], RATIO_HIGH[i]) : "") \
        at screen X(WIDTH - PAD),Y(y) right tc rgb INK font TEXT_FONT
}
plot OFF
