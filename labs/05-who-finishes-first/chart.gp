# chart: who-finishes-first
# reads: demo.csv
# title: Four naps side by side: done in an order of their own, joined in turn
# shows: Two groups of rows on one time axis, processes above and threads below, one row a worker in the order in which they were started; a bar from where the worker begins to where it is done, a dotted line from there to the tick where main's join of it has come back; nap, place in the order of finish and time of the join as numbers.
load "style.gp"
ROWS = DATA."demo.csv"

MOST = 200
array FAMILY[MOST]; array WORKER[MOST]; array PLACE[MOST]; array NAP[MOST]
array BEGUN[MOST]; array ENDED[MOST]; array JOINED[MOST]; array Y_AT[MOST]
N = 0; LAST = NaN
take(kind) = N >= MOST || strlen(kind) == 0 ? 0 : (N = N + 1, FAMILY[N] = kind, \
    WORKER[N] = strcol("worker"), PLACE[N] = number("place"), \
    NAP[N] = number("nap_us"), BEGUN[N] = number("begun_us"), \
    ENDED[N] = number("ended_us"), JOINED[N] = number("joined_us"), \
    LAST = most(LAST, most(ENDED[N], JOINED[N])), 1)
stats ROWS using (take(strcol("kind"))) nooutput

# ---- the page: a heading and its rows for each kind
ROW = 34; HEADING = 52; LEFT = 150; SPAN = 516; RIGHT = LEFT + SPAN
TOP = 112 + TITLE_LEADING*|TITLE|
y = TOP
array HEAD_AT[2]
array FAMILIES[2] = ["process", "thread"]
array NAMES[2] = ["processes", "threads"]
do for [f = 1:2] {
    HEAD_AT[f] = y + 22
    y = y + HEADING - 12
    do for [i = 1:N] {
        if (FAMILY[i] eq FAMILIES[f]) { Y_AT[i] = y + ROW/2.0; y = y + ROW }
    }
    y = y + 12
}
BOTTOM = y
HEIGHT = BOTTOM + 66 + FOOTER_LEADING*|FOOTER|
SUBTITLE = "Main starts all of them, then joins them in the order in which it started them"
load "page.gp"
END = known(LAST) && LAST > 0 ? LAST*1.03 : 1
at(us) = LEFT + SPAN*us/END
set lmargin at screen X(LEFT); set rmargin at screen X(RIGHT)
set tmargin at screen Y(TOP); set bmargin at screen Y(BOTTOM)
set xrange [0:END]; set yrange [0:1]

# ---- the axis: from the first start, in steps of 1, 2 or 5
tic = 1.0
do for [e = 0:8] {
    do for [m in "1 2 5"] { if (END/tic > 7) { tic = m*10.0**e } }
}
do for [k = 0:int(END/tic)] {
    set arrow from k*tic,graph 0 to k*tic,graph 1 nohead back lw (k == 0 ? 1.4 : 0.8) lc rgb GRID
    set label (k == 0 ? "0" : step(k*tic)) at screen X(at(k*tic)),Y(BOTTOM + 14) center \
        tc rgb INK font TEXT_FONT
}
set label "time since the first start" at screen X(LEFT + SPAN/2.0),Y(BOTTOM + 36) center \
    tc rgb MUTED font TEXT_FONT

# ---- how to read a row
KEY = TOP - 22
set label "how to read a row" at screen X(LEFT - 14),Y(KEY) right tc rgb MUTED font NOTE_FONT
set object rectangle from screen X(LEFT + 2),Y(KEY + 6) to screen X(LEFT + 42),Y(KEY - 6) fc rgb CONTROL fs solid noborder
set label "naps" at screen X(LEFT + 50),Y(KEY) left tc rgb INK font NOTE_FONT
set arrow from screen X(LEFT + 104),Y(KEY) to screen X(LEFT + 144),Y(KEY) nohead dt 6 lw 2 lc rgb CONTROL
set label "is done, and not joined yet" at screen X(LEFT + 152),Y(KEY) left tc rgb INK font NOTE_FONT
set arrow from screen X(LEFT + 330),Y(KEY + 8) to screen X(LEFT + 330),Y(KEY - 8) nohead lw 2.4 lc rgb CONTROL
set label "main's join has come back" at screen X(LEFT + 340),Y(KEY) left tc rgb INK font NOTE_FONT

# ---- numbers: three columns
array HEAD[3] = ["nap", "done as", "joined at"]
array COLUMN[3] = [RIGHT + 84, RIGHT + 166, WIDTH - PAD]
do for [k = 1:3] {
    set label HEAD[k] at screen X(COLUMN[k]),Y(KEY) right tc rgb MUTED font NOTE_FONT
}
ms(us) = known(us) ? sprintf("%.1f ms", us/1000.0) : dash
rank(p) = p == 1 ? "1st" : p == 2 ? "2nd" : p == 3 ? "3rd" : known(p) ? sprintf("%dth", p) : dash

do for [f = 1:2] {
    set label sign(FAMILIES[f])." ".NAMES[f] at screen X(PAD),Y(HEAD_AT[f]) left \
        tc rgb colour(FAMILIES[f]) font LABEL_FONT
}
do for [i = 1:N] {
    if (!known(Y_AT[i])) { continue }
    C = colour(FAMILY[i])
    set label "worker ".WORKER[i] at screen X(LEFT - 14),Y(Y_AT[i]) right tc rgb INK font TEXT_FONT
    if (known(BEGUN[i] + ENDED[i])) {
        set object rectangle from screen X(at(BEGUN[i])),Y(Y_AT[i] + 8) \
            to screen X(at(ENDED[i])),Y(Y_AT[i] - 8) front fc rgb C fs solid noborder
    }
    if (known(ENDED[i] + JOINED[i]) && JOINED[i] > ENDED[i]) {
        set arrow from screen X(at(ENDED[i])),Y(Y_AT[i]) to screen X(at(JOINED[i])),Y(Y_AT[i]) \
            nohead front dt 6 lw 2 lc rgb C
    }
    if (known(JOINED[i])) {
        set arrow from screen X(at(JOINED[i])),Y(Y_AT[i] + 12) to screen X(at(JOINED[i])),Y(Y_AT[i] - 12) \
            nohead front lw 2.4 lc rgb C
    }
    set label ms(NAP[i]) at screen X(COLUMN[1]),Y(Y_AT[i]) right tc rgb INK font TEXT_FONT
    set label rank(PLACE[i]) at screen X(COLUMN[2]),Y(Y_AT[i]) right tc rgb INK font STRONG_FONT
    set label ms(JOINED[i]) at screen X(COLUMN[3]),Y(Y_AT[i]) right tc rgb INK font TEXT_FONT
}
plot OFF
