# chart: one-big-lock
# reads: demo.csv
# also: twin.csv
# needs: demo.csv speedup=?* -- the demo wrote no times
# title: Two workers and one big lock, computing and waiting
# shows: One group for the toy interpreter and one for each real Python that was tried; in each, rows for computing and for waiting, with how many times as fast as one after the other two processes and two threads were. A line marks 1, nothing gained, and another 2, all that two workers can gain.
load "style.gp"

MOST = 40
array GROUP[MOST]; array NAME[MOST]; array ROW_OF[MOST]; array FAMILY[MOST]; array VALUE[MOST]; array WHAT[MOST]
N = 0; ROWS = 0; GROUPS = 0; LAST = ""; LAST_ROW = ""; MAX_V = 2; CPUS = 2
take(g, w) = (g eq LAST ? 0 : (GROUPS = GROUPS + 1, LAST = g, LAST_ROW = "", 0), \
    w eq LAST_ROW ? 0 : (ROWS = ROWS + 1, LAST_ROW = w, 0), N = N + 1, GROUP[N] = GROUPS, NAME[N] = g, \
    ROW_OF[N] = ROWS, WHAT[N] = w, FAMILY[N] = strcol("family"), VALUE[N] = number("speedup"), \
    MAX_V = most(MAX_V, VALUE[N]), 1)
stats DATA."demo.csv" using (N < MOST && known(number("speedup")) ? take("The toy in C", strcol("what")) : 0) nooutput
stats DATA."twin.csv" using (N < MOST && known(number("speedup")) ? \
    take(strcol("python").(strcol("lock") eq "yes" ? "" : "|no big lock"), strcol("what")) : 0) nooutput

ROW = 40; BETWEEN = 16; LEFT = 330; SPAN = 530; TOP = 104 + TITLE_LEADING*|TITLE|
BOTTOM = TOP + (ROWS < 1 ? 1 : ROWS)*ROW + (GROUPS < 1 ? 1 : GROUPS)*BETWEEN
HEIGHT = BOTTOM + 66 + FOOTER_LEADING*|FOOTER|
SUBTITLE = "How many times as fast as one worker after the other; right is faster"
load "page.gp"
LIMIT = MAX_V*1.04
set lmargin at screen X(LEFT); set rmargin at screen X(LEFT + SPAN)
set tmargin at screen Y(TOP); set bmargin at screen Y(BOTTOM)
set xrange [0:LIMIT]; set yrange [BOTTOM:TOP]       # y is in pixels from the top
do for [k = 0:int(LIMIT/0.5)] {
    set arrow from k*0.5,graph 0 to k*0.5,graph 1 nohead back lw (k == 0 ? 1.4 : 0.8) lc rgb GRID
    set label sprintf("%g×", k*0.5) at screen X(LEFT + SPAN*k*0.5/LIMIT),Y(BOTTOM + 14) center tc rgb INK font TEXT_FONT
}
do for [v = 1:2] {
    set arrow from v,graph 0 to v,graph 1 nohead back dt (6,4) lw 1.2 lc rgb MUTED
    set label (v == 1 ? "nothing gained" : "two at once") at screen X(LEFT + SPAN*v/LIMIT),Y(TOP - 10) center tc rgb MUTED font NOTE_FONT
}
set label sign("process")." processes" at screen X(LEFT - 14),Y(TOP - 10) right tc rgb PROCESS font STRONG_FONT
set label sign("thread")." threads" at screen X(LEFT - 124),Y(TOP - 10) right tc rgb THREAD font STRONG_FONT

do for [i = 1:N] {
    middle = TOP + GROUP[i]*BETWEEN - BETWEEN/2.0 + (ROW_OF[i] - 0.5)*ROW
    y = middle + (FAMILY[i] eq "thread" ? 9 : -9)
    before = i > 1 ? i - 1 : i
    if (i == 1 || ROW_OF[i] != ROW_OF[before]) {
        set label WHAT[i] at screen X(LEFT - 14),Y(middle) right tc rgb INK font TEXT_FONT
    }
    if (i == 1 || GROUP[i] != GROUP[before]) {
        bar = strstrt(NAME[i], "|")
        set label cut(bar > 0 ? NAME[i][1:bar-1] : NAME[i], 170, 12.5) at screen X(PAD),Y(middle) left tc rgb INK font LABEL_FONT
        if (bar > 0) { set label NAME[i][bar+1:] at screen X(PAD),Y(middle + 18) left tc rgb MUTED font NOTE_FONT }
        if (i > 1) {
            line = middle - (ROW + BETWEEN)/2.0
            set arrow from screen X(PAD),Y(line) to screen X(WIDTH - PAD),Y(line) nohead lw 0.8 lc rgb GRID
        }
    }
    C = colour(FAMILY[i])
    set arrow from 0,y to VALUE[i],y nohead lw 3 lc rgb C
    set label "" at VALUE[i],y point pt point(FAMILY[i]) ps 0.85 lc rgb C front
    set label fixed(VALUE[i], 2)."×" at screen X(LEFT + SPAN + 16),Y(y) left tc rgb C font STRONG_FONT
}
plot OFF
