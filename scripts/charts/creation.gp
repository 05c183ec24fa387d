# chart: creation
# reads: creation-summary.csv
# also: creation-dots.csv
# needs: creation-summary.csv median_us=?* family!=timer case!=*-static -- no way of creating a child was measured
# title: What it costs to create one more flow of control
# shows: One row a mechanism; along a logarithmic time axis a line from the 1st to the 99th percentile, a box for the middle half, a bar for the 95 % interval of the median, and single samples as dots; median and ratio to pthread_create as numbers.
load "style.gp"
SUMMARY = DATA."creation-summary.csv"
DOTS = DATA."creation-dots.csv"

# ---- which rows: the default probe's, in the headline placement, which is
# same-cpu, or else the first one that was measured
static(c) = strstrt(c, "-static") > 0
PLACE = ""
choose(p, us) = known(us) && !static(strcol("case")) && strcol("family") ne "timer" \
    && (PLACE eq "" || p eq "same-cpu") ? (PLACE = p, 1) : 0
stats SUMMARY using (choose(strcol("placement"), number("median_us"))) nooutput

MOST = 64
array CASE[MOST]; array LABEL[MOST]; array NOTE[MOST]; array FAMILY[MOST]
array MEDIAN[MOST]; array LOW[MOST]; array HIGH[MOST]
array P1[MOST]; array P25[MOST]; array P75[MOST]; array P90[MOST]; array P99[MOST]
array RATIO[MOST]; array RATIO_LOW[MOST]; array RATIO_HIGH[MOST]; array WHY[MOST]
N = 0; CLOCK = NaN; BASE = NaN
take(c) = (N = N + 1, CASE[N] = c, LABEL[N] = strcol("label"), \
    NOTE[N] = strcol("note"), FAMILY[N] = strcol("family"), \
    MEDIAN[N] = number("median_us"), \
    LOW[N] = number("ci_low_us"), HIGH[N] = number("ci_high_us"), \
    P1[N] = number("p01_us"), P25[N] = number("p25_us"), \
    P75[N] = number("p75_us"), P90[N] = number("p90_us"), \
    P99[N] = number("p99_us"), RATIO[N] = number("ratio"), \
    RATIO_LOW[N] = number("ratio_low"), RATIO_HIGH[N] = number("ratio_high"), \
    WHY[N] = strcol("unavailable"), c eq "pthread" ? (BASE = MEDIAN[N]) : 0, 1)
sort_row(c) = strcol("placement") ne PLACE || static(c) || N >= MOST ? 0 : \
    strcol("family") eq "timer" ? (CLOCK = number("median_us"), 1) : take(c)
stats SUMMARY using (sort_row(strcol("case"))) nooutput
row(c) = (r = OFF, sum [i = 1:N] (CASE[i] eq c ? (r = i, 0) : 0), r)

# ---- p99 needs 1,000 samples; where one row lacks it every line ends at 90 %
FAR = "99 %"
do for [i = 1:N] { if (known(MEDIAN[i]) && !known(P99[i])) { FAR = "90 %" } }
array END[MOST]
FROM = NaN; TO = NaN
do for [i = 1:N] {
    END[i] = FAR eq "99 %" ? P99[i] : P90[i]
    FROM = least(FROM, least(P1[i], least(LOW[i], MEDIAN[i])))
    TO = most(TO, most(END[i], most(HIGH[i], MEDIAN[i])))
}
ours(c) = strcol("placement") eq PLACE && row(c) > 0
reach(c, us) = ours(c) ? (FROM = least(FROM, us), TO = most(TO, us), 1) : 0
stats DOTS using (reach(strcol("case"), number("us"))) nooutput

# ---- the page
ROW = 46; LEFT = 292; SPAN = 360; RIGHT = LEFT + SPAN
TOP = 116 + TITLE_LEADING*|TITLE|
BOTTOM = TOP + N*ROW
HEIGHT = BOTTOM + 66 + FOOTER_LEADING*|FOOTER|
SUBTITLE = "Time from the call until the parent has seen the child end; ".place_words(PLACE)
load "page.gp"
set lmargin at screen X(LEFT); set rmargin at screen X(RIGHT)
set tmargin at screen Y(TOP); set bmargin at screen Y(BOTTOM)
set yrange [N + 0.5:0.5]
load "time_axis.gp"
set label "time per creation, log scale: left is faster" at screen X(LEFT + SPAN/2.0),Y(BOTTOM + 36) \
    center tc rgb MUTED font TEXT_FONT
if (known(CLOCK)) {
    set label sprintf("Reading the clock: %s, part of every sample", took(CLOCK)) \
        at screen X(PAD),Y(BOTTOM + 36) left tc rgb MUTED font NOTE_FONT
}
set label "median [95 % interval]" at screen X(RIGHT + 16),Y(TOP - 10) left tc rgb MUTED font NOTE_FONT
set label "× pthread [interval]" at screen X(WIDTH - PAD),Y(TOP - 10) right tc rgb MUTED font NOTE_FONT

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
set label "tall bar: 95 % interval of the median; dots: single samples" \
    at screen X(LEFT + 266),Y(KEY) left tc rgb INK font NOTE_FONT

if (known(BASE)) {
    set arrow from BASE,graph 0 to BASE,graph 1 nohead back dt (3,3) lw 1 lc rgb THREAD
}

# ---- the rows
do for [i = 1:N] {
    C = colour(FAMILY[i])
    y = TOP + (i - 0.5)*ROW
    set label sign(FAMILY[i])." ".cut(LABEL[i], 238, 13.6) at screen X(LEFT - 14),Y(y - 8) \
        right tc rgb C font LABEL_FONT
    set label cut(NOTE[i], LEFT - PAD, 10.5) at screen X(LEFT - 14),Y(y + 8) \
        right tc rgb MUTED font NOTE_FONT
    if (!known(MEDIAN[i])) {
        set object rectangle from graph 0,first i-0.3 to graph 1,first i+0.3 \
            front fc rgb BACK fs solid noborder
        set label cut("not measured: ".WHY[i], WIDTH - PAD - LEFT - 8, 11.5) \
            at screen X(LEFT + 8),Y(y) left front tc rgb MUTED font TEXT_FONT
        continue
    }
    up = 6.0/ROW
    if (known(P1[i] + END[i])) {
        set arrow from P1[i],i-up to END[i],i-up nohead lw 1.4 lc rgb C
    }
    if (known(P25[i] + P75[i])) {
        set object rectangle from P25[i],i-up-5.5/ROW to P75[i],i-up+5.5/ROW \
            front fc rgb C fs solid border rgb C lw 1
    }
    a = known(LOW[i]) ? LOW[i] : MEDIAN[i]
    b = known(HIGH[i]) ? HIGH[i] : MEDIAN[i]
    set object rectangle from a,i-up-9.0/ROW to b,i-up+9.0/ROW \
        front fc rgb INK fs solid noborder
    set arrow from MEDIAN[i],i-up-9.0/ROW to MEDIAN[i],i-up+9.0/ROW nohead front \
        lw 2.4 lc rgb INK
    set label took_between(MEDIAN[i], LOW[i], HIGH[i]) at screen X(RIGHT + 16),Y(y - 4) \
        left tc rgb INK font TEXT_FONT
    set label (CASE[i] eq "pthread" ? "baseline" : ratio_between(RATIO[i], RATIO_LOW[i], RATIO_HIGH[i])) \
        at screen X(WIDTH - PAD),Y(y - 4) right tc rgb INK font TEXT_FONT
}

# ---- single samples under their row, jittered the same way every time
dummy = rand(42)
shade(f) = int(f eq "thread" ? "0x".veil(THREAD)[2:] : f eq "control" ? "0x".veil(CONTROL)[2:] : "0x".veil(PROCESS)[2:])
dot_y(c) = ours(c) ? row(c) + 7.0/ROW + rand(0)*9.0/ROW : OFF
dot_x(us) = known(us) && us > 0 ? us : FROM
dot_colour(c) = ours(c) ? shade(FAMILY[row(c)]) : 0
plot DOTS using (dot_x(number("us"))):(dot_y(strcol("case"))):(dot_colour(strcol("case"))) \
    with points pt 7 ps 0.30 lc rgb variable
