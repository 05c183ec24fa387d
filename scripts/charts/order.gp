# chart: order
# reads: order-summary.csv
# needs: order-summary.csv main_first_share=?* -- no start was seen
# title: Whose line comes first, the starter's or the worker's
# shows: One row a kind of worker and placement; along an axis from 0 to 100 per cent the share of starts in which the starter's next line came first, with its interval; the count, the share and how far ahead it was as numbers.
load "style.gp"
SUMMARY = DATA."order-summary.csv"

MOST = 64
array LABEL[MOST]; array FAMILY[MOST]; array PLACE[MOST]; array WHY[MOST]; array VERDICT[MOST]
array STARTS[MOST]; array FIRST[MOST]; array SHARE[MOST]; array LOW[MOST]; array HIGH[MOST]
array LEAD[MOST]; array P25[MOST]; array P75[MOST]
N = 0
take(c) = (N = N + 1, LABEL[N] = strcol("label"), FAMILY[N] = strcol("family"), \
    PLACE[N] = strcol("placement"), STARTS[N] = number("starts"), FIRST[N] = number("main_first"), \
    SHARE[N] = number("main_first_share"), LOW[N] = number("share_low"), HIGH[N] = number("share_high"), \
    LEAD[N] = number("median_us"), P25[N] = number("p25_us"), P75[N] = number("p75_us"), \
    VERDICT[N] = strcol("verdict"), WHY[N] = strcol("unavailable"), 1)
stats SUMMARY using (N < MOST && strlen(strcol("case")) > 0 ? take(strcol("case")) : 0) nooutput
GROUPS = 0
do for [i = 1:N] { GROUPS = GROUPS + (i == 1 ? 1 : PLACE[i] ne PLACE[i > 1 ? i-1 : 1] ? 1 : 0) }

ROW = 36; HEAD = 26; LEFT = 178; SPAN = 316; RIGHT = LEFT + SPAN
TOP = 84 + TITLE_LEADING*|TITLE|
BOTTOM = TOP + N*ROW + GROUPS*HEAD
HEIGHT = BOTTOM + 66 + FOOTER_LEADING*|FOOTER|
SUBTITLE = "Share of starts in which the starter's next line came before the worker's first"
load "page.gp"
set lmargin at screen X(LEFT); set rmargin at screen X(RIGHT)
set tmargin at screen Y(TOP); set bmargin at screen Y(BOTTOM)
set xrange [0:1]; set yrange [BOTTOM:TOP]       # y is in pixels from the top
do for [k = 0:4] {
    set label sprintf("%d %%", 25*k) at k/4.0,BOTTOM center offset 0,character -1 tc rgb INK font TEXT_FONT
}
set label "starter first; line: 95 % interval" at screen X(LEFT + SPAN/2.0),Y(BOTTOM + 36) \
    center tc rgb MUTED font TEXT_FONT
set label "share [95 % interval]" at screen X(RIGHT + 24),Y(TOP - 10) left tc rgb MUTED font NOTE_FONT
set label "starter ahead by (median)" at screen X(WIDTH - PAD),Y(TOP - 10) right tc rgb MUTED font NOTE_FONT

# ---- numbers: never rounded to a certainty that was not seen
percent(s) = s == 0 || s == 1 ? sprintf("%.0f", 100*s) : s > 0.9999 ? "> 99.99" : \
    s < 0.0001 ? "< 0.01" : sprintf(s > 0.9 || s < 0.1 ? "%.2f" : "%.0f", 100*s)
signed_time(us) = us < 0 ? "−".took(-us) : took(us)
y = TOP
do for [i = 1:N] {
    first_of = i == 1 ? 1 : PLACE[i] ne PLACE[i > 1 ? i-1 : 1]
    if (first_of) {
        set label place_name(PLACE[i]).": ".place_words(PLACE[i]) at screen X(PAD),Y(y + 16) left \
            tc rgb MUTED font NOTE_FONT
        set arrow from screen X(PAD),Y(y + 2) to screen X(WIDTH - PAD),Y(y + 2) nohead back lw 0.8 lc rgb GRID
        y = y + HEAD
    }
    do for [k = 0:(known(SHARE[i]) ? 4 : -1)] {
        set arrow from k/4.0,y to k/4.0,y+ROW nohead back lw (k % 2 == 0 ? 1.2 : 0.6) lc rgb GRID
    }
    y = y + ROW/2.0; C = colour(FAMILY[i])
    set label sign(FAMILY[i])." ".cut(LABEL[i], LEFT - PAD - 14, 13.6) at screen X(LEFT - 14),Y(y) \
        right tc rgb C font LABEL_FONT
    if (!known(SHARE[i])) {
        set label cut("not measured".(strlen(WHY[i]) > 0 ? ": ".WHY[i] : ""), WIDTH - PAD - LEFT - 8, 11.5) \
            at screen X(LEFT + 8),Y(y) left front tc rgb MUTED font TEXT_FONT
    } else {
        if (known(LOW[i] + HIGH[i])) { set arrow from LOW[i],y to HIGH[i],y nohead lw 4 lc rgb C }
        set label "" at SHARE[i],y point pt under(FAMILY[i]) ps 0.95 lc rgb BACK front
        set label "" at SHARE[i],y point pt point(FAMILY[i]) ps 0.95 lw 1.6 lc rgb C front
        set label sprintf("%s %% [%s, %s]", percent(SHARE[i]), percent(LOW[i]), percent(HIGH[i])) \
            at screen X(RIGHT + 24),Y(y - 8) left tc rgb INK font TEXT_FONT
        set label sprintf("%.0f of %.0f: %s", FIRST[i], STARTS[i], VERDICT[i]) \
            at screen X(RIGHT + 24),Y(y + 8) left tc rgb MUTED font NOTE_FONT
        set label signed_time(LEAD[i]) at screen X(WIDTH - PAD),Y(y - 8) right tc rgb INK font TEXT_FONT
        if (known(P25[i] + P75[i])) {
            set label sprintf("middle half: %s to %s", signed_time(P25[i]), signed_time(P75[i])) \
                at screen X(WIDTH - PAD),Y(y + 8) right tc rgb MUTED font NOTE_FONT
        }
    }
    y = y + ROW/2.0
}
plot OFF
