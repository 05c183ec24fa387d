# chart: creation-points
# reads: creation-summary.csv
# needs: creation-summary.csv stamped_reaped_us=?* case!=*-static -- no block recorded when the child started
# title: When the call returns, when the child starts, when the child is gone
# shows: One row a mechanism; on a logarithmic time axis that begins with the call, a tick where the call has returned, a diamond where the child ran its first instruction, and the family's sign where the parent has seen it end; the three times, page faults and context switches as numbers.
load "style.gp"
SUMMARY = DATA."creation-summary.csv"

static(c) = strstrt(c, "-static") > 0
PLACE = ""
choose(p, us) = known(us) && !static(strcol("case")) && strcol("family") ne "timer" \
    && (PLACE eq "" || p eq "same-cpu") ? (PLACE = p, 1) : 0
stats SUMMARY using (choose(strcol("placement"), number("stamped_reaped_us"))) nooutput

MOST = 64
array LABEL[MOST]; array NOTE[MOST]; array FAMILY[MOST]; array WHY[MOST]
array RETURNED[MOST]; array STARTED[MOST]; array REAPED[MOST]
array FAULTS[MOST]; array SWITCHES[MOST]
N = 0
take(c) = (N = N + 1, LABEL[N] = strcol("label"), NOTE[N] = strcol("note"), \
    FAMILY[N] = strcol("family"), RETURNED[N] = number("returned_us"), \
    STARTED[N] = number("started_us"), REAPED[N] = number("stamped_reaped_us"), \
    FAULTS[N] = number("faults"), SWITCHES[N] = number("switches"), \
    WHY[N] = strcol("unavailable"), 1)
# the control repeats pthread_create: it has nothing to add here
sort_row(c) = strcol("placement") ne PLACE || static(c) || N >= MOST \
    || strcol("family") eq "timer" || strcol("family") eq "control" ? 0 : take(c)
stats SUMMARY using (sort_row(strcol("case"))) nooutput

FROM = NaN; TO = NaN
do for [i = 1:N] {
    FROM = least(FROM, least(RETURNED[i], least(STARTED[i], REAPED[i])))
    TO = most(TO, most(RETURNED[i], most(STARTED[i], REAPED[i])))
}

# ---- the page
ROW = 44; LEFT = 292; SPAN = 300; RIGHT = LEFT + SPAN
TOP = 116 + TITLE_LEADING*|TITLE|
BOTTOM = TOP + N*ROW
HEIGHT = BOTTOM + 66 + FOOTER_LEADING*|FOOTER|
SUBTITLE = "Time from the call to each of three points, one creation a sample; ".place_words(PLACE)
load "page.gp"
set lmargin at screen X(LEFT); set rmargin at screen X(RIGHT)
set tmargin at screen Y(TOP); set bmargin at screen Y(BOTTOM)
set yrange [N + 0.5:0.5]
load "time_axis.gp"
set label "time since the call began, log scale: left is sooner" \
    at screen X(LEFT + SPAN/2.0),Y(BOTTOM + 36) center tc rgb MUTED font TEXT_FONT

# ---- how to read a row
KEY = TOP - 36
set label "how to read a row" at screen X(LEFT - 14),Y(KEY) right tc rgb MUTED font NOTE_FONT
set arrow from screen X(LEFT + 6),Y(KEY - 8) to screen X(LEFT + 6),Y(KEY + 8) nohead lw 2.4 lc rgb INK
set label "the call has returned" at screen X(LEFT + 16),Y(KEY) left tc rgb INK font NOTE_FONT
set label "" at screen X(LEFT + 170),Y(KEY) point pt 12 ps 1.1 lw 1.6 lc rgb INK
set label "the child's first instruction" at screen X(LEFT + 182),Y(KEY) left tc rgb INK font NOTE_FONT
set label "●■□" at screen X(LEFT + 364),Y(KEY) left tc rgb INK font NOTE_FONT
set label "the parent has seen it end" at screen X(LEFT + 402),Y(KEY) left tc rgb INK font NOTE_FONT

# ---- numbers: five columns
array HEAD[5] = ["returned", "started", "reaped", "faults", "switches"]
array AT[5] = [RIGHT + 76, RIGHT + 146, RIGHT + 216, RIGHT + 274, WIDTH - PAD]
do for [k = 1:5] {
    set label HEAD[k] at screen X(AT[k]),Y(TOP - 10) right tc rgb MUTED font NOTE_FONT
}
count(v) = !known(v) ? dash : v >= 99.5 ? sprintf("%.0f", v) : sprintf("%.3g", v)

do for [i = 1:N] {
    C = colour(FAMILY[i])
    y = TOP + (i - 0.5)*ROW
    set label sign(FAMILY[i])." ".cut(LABEL[i], 238, 13.6) at screen X(LEFT - 14),Y(y - 8) \
        right tc rgb C font LABEL_FONT
    set label cut(NOTE[i], LEFT - PAD, 10.5) at screen X(LEFT - 14),Y(y + 8) \
        right tc rgb MUTED font NOTE_FONT
    if (!known(most(REAPED[i], RETURNED[i]))) {
        set object rectangle from graph 0,first i-0.3 to graph 1,first i+0.3 \
            front fc rgb BACK fs solid noborder
        set label cut("not measured".(strlen(WHY[i]) > 0 ? ": ".WHY[i] : ""), \
            WIDTH - PAD - LEFT - 8, 11.5) at screen X(LEFT + 8),Y(y) left front tc rgb MUTED font TEXT_FONT
        continue
    }
    soon = least(RETURNED[i], least(STARTED[i], REAPED[i]))
    late = most(RETURNED[i], most(STARTED[i], REAPED[i]))
    set arrow from soon,i to late,i nohead lw 1.2 lc rgb C
    if (known(REAPED[i])) {
        set label "" at REAPED[i],i point pt under(FAMILY[i]) ps 0.95 lc rgb BACK front
        set label "" at REAPED[i],i point pt point(FAMILY[i]) ps 0.95 lw 1.6 lc rgb C front
    }
    if (known(STARTED[i])) {
        set label "" at STARTED[i],i point pt 13 ps 1.1 lc rgb BACK front
        set label "" at STARTED[i],i point pt 12 ps 1.1 lw 1.6 lc rgb C front
    }
    if (known(RETURNED[i])) {
        set arrow from RETURNED[i],i-8.0/ROW to RETURNED[i],i+8.0/ROW nohead front lw 2.4 lc rgb C
    }
    set label took(RETURNED[i]) at screen X(AT[1]),Y(y) right tc rgb INK font TEXT_FONT
    set label took(STARTED[i]) at screen X(AT[2]),Y(y) right tc rgb INK font TEXT_FONT
    set label took(REAPED[i]) at screen X(AT[3]),Y(y) right tc rgb INK font TEXT_FONT
    set label count(FAULTS[i]) at screen X(AT[4]),Y(y) right tc rgb INK font TEXT_FONT
    set label count(SWITCHES[i]) at screen X(AT[5]),Y(y) right tc rgb INK font TEXT_FONT
}
plot OFF
