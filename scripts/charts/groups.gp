# groups.gp: rows in groups, for charts that set the same mechanism side by side.
# Takes N rows: GROUP[] (1, 2, …, ascending), NAME[] of the group, FAMILY[], SUB[]
# (what differs within the group), MEDIAN[] LOW[] HIGH[] P25[] P75[], RATIO[]
# RATIO_LOW[] RATIO_HIGH[], BASE[] (is it the baseline), WHY[]; and SUBTITLE,
# RATIO_HEAD, and in pixels NAME_ROOM and SUB_ROOM for the texts on the left.
FROM = NaN; TO = NaN
do for [i = 1:N] {
    FROM = least(FROM, least(P25[i], least(LOW[i], MEDIAN[i])))
    TO = most(TO, most(P75[i], most(HIGH[i], MEDIAN[i])))
}
ROW = 19; BETWEEN = 15; LEFT = PAD + NAME_ROOM + SUB_ROOM; SPAN = 634 - LEFT; RIGHT = LEFT + SPAN
TOP = 108 + TITLE_LEADING*|TITLE|
BOTTOM = TOP + N*ROW + (N > 0 ? GROUP[N] : 1)*BETWEEN
HEIGHT = BOTTOM + 66 + FOOTER_LEADING*|FOOTER|
load "page.gp"
set lmargin at screen X(LEFT); set rmargin at screen X(RIGHT)
set tmargin at screen Y(TOP); set bmargin at screen Y(BOTTOM)
set yrange [BOTTOM:TOP]             # y is in pixels from the top
load "time_axis.gp"
set label "time per creation, log scale: left is faster" \
    at screen X(LEFT + SPAN/2.0),Y(BOTTOM + 36) center tc rgb MUTED font TEXT_FONT
set label "median [95 % interval]" at screen X(RIGHT + 16),Y(TOP - 10) left tc rgb MUTED font NOTE_FONT
set label RATIO_HEAD at screen X(WIDTH - PAD),Y(TOP - 10) right tc rgb MUTED font NOTE_FONT
KEY = TOP - 34
set label "how to read a row" at screen X(LEFT - 14),Y(KEY) right tc rgb MUTED font NOTE_FONT
set arrow from screen X(LEFT),Y(KEY) to screen X(LEFT + 60),Y(KEY) nohead lw 3 lc rgb MUTED
set label "" at screen X(LEFT + 26),Y(KEY) point pt 7 ps 0.9 lc rgb MUTED front
set label "line: the middle half of the samples; sign: their median" \
    at screen X(LEFT + 74),Y(KEY) left tc rgb INK font NOTE_FONT

first_of = 1
do for [i = 1:N] {
    C = colour(FAMILY[i])
    y = TOP + GROUP[i]*BETWEEN - BETWEEN/2.0 + (i - 0.5)*ROW
    set label SUB[i] at screen X(LEFT - 14),Y(y) right tc rgb MUTED font NOTE_FONT
    if (i == N || GROUP[i+1 > N ? N : i+1] != GROUP[i]) {
        # the group's name, beside the middle of its rows, on two lines if need be
        mid = y - (i - first_of)*ROW/2.0
        wording = sign(FAMILY[i])." ".NAME[i]
        plus = strstrt(wording, " + ") > 0 ? strstrt(wording, " + ") : strstrt(wording, " (")
        if (strlen(wording)*7.4 > NAME_ROOM && plus > 0) {
            set label cut(wording[1:plus-1], NAME_ROOM, 13.4) at screen X(PAD),Y(mid - 8) left tc rgb C font LABEL_FONT
            set label cut(wording[plus+1:], NAME_ROOM - 17, 13.4) at screen X(PAD + 17),Y(mid + 8) left tc rgb C font LABEL_FONT
        } else {
            set label cut(wording, NAME_ROOM, 12.4) at screen X(PAD),Y(mid) left tc rgb C font LABEL_FONT
        }
        if (i < N) {
            set arrow from screen X(PAD),Y(y + (ROW + BETWEEN)/2.0) to \
                screen X(WIDTH - PAD),Y(y + (ROW + BETWEEN)/2.0) nohead lw 0.8 lc rgb GRID
        }
        first_of = i + 1
    }
    if (!known(MEDIAN[i])) {
        set object rectangle from graph 0,first y-8 to graph 1,first y+8 front fc rgb BACK fs solid noborder
        set label cut("not measured".(strlen(WHY[i]) > 0 ? ": ".WHY[i] : ""), \
            WIDTH - PAD - LEFT - 8, 10.5) at screen X(LEFT + 8),Y(y) left front tc rgb MUTED font NOTE_FONT
        continue
    }
    if (known(P25[i] + P75[i])) {
        set arrow from P25[i],y to P75[i],y nohead lw 3 lc rgb C
    }
    set label "" at MEDIAN[i],y point pt under(FAMILY[i]) ps 0.85 lc rgb BACK front
    set label "" at MEDIAN[i],y point pt point(FAMILY[i]) ps 0.85 lw 1.6 lc rgb C front
    set label took_between(MEDIAN[i], LOW[i], HIGH[i]) at screen X(RIGHT + 16),Y(y) \
        left tc rgb INK font TEXT_FONT
    set label (BASE[i] ? "baseline" : \
        ratio_between(RATIO[i], RATIO_LOW[i], RATIO_HIGH[i])) \
        at screen X(WIDTH - PAD),Y(y) right tc rgb INK font TEXT_FONT
}
plot OFF
