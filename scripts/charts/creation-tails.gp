# chart: creation-tails
# reads: creation-tails.csv creation-summary.csv
# needs: creation-tails.csv case!=timer case!=*-static us=?* -- no tail was recorded
# title: How often a creation takes much longer than usual
# shows: One falling curve a mechanism on two logarithmic axes: to the right time per creation, upwards the share of creations that took at least that long; each curve is named where it begins.
load "style.gp"
TAILS = DATA."creation-tails.csv"
SUMMARY = DATA."creation-summary.csv"

static(c) = strstrt(c, "-static") > 0
PLACE = ""
choose(p, us) = known(us) && !static(strcol("case")) && strcol("case") ne "timer" \
    && (PLACE eq "" || p eq "same-cpu") ? (PLACE = p, 1) : 0
stats TAILS using (choose(strcol("placement"), number("us"))) nooutput

MOST = 64
array CASE[MOST]; array LABEL[MOST]; array FAMILY[MOST]
array BEGIN[MOST]; array END[MOST]; array RARE[MOST]
N = 0
take(c) = (N = N + 1, CASE[N] = c, LABEL[N] = strcol("label"), FAMILY[N] = strcol("family"), \
    BEGIN[N] = NaN, END[N] = NaN, RARE[N] = NaN, 1)
sort_row(c) = strcol("placement") ne PLACE || static(c) || N >= MOST \
    || strcol("family") eq "timer" ? 0 : take(c)
stats SUMMARY using (sort_row(strcol("case"))) nooutput

row(c) = (r = 0, sum [i = 1:N] (CASE[i] eq c ? (r = i, 0) : 0), r)
FROM = NaN; TO = NaN; RAREST = 0.1
extend(r, us, share) = r == 0 || !known(us + share) || us <= 0 || share <= 0 ? 0 : \
    (BEGIN[r] = least(BEGIN[r], us), \
     RARE[r] = !known(END[r]) || us >= END[r] ? least(RARE[r], share) : RARE[r], \
     END[r] = most(END[r], us), FROM = least(FROM, us), TO = most(TO, us), \
     RAREST = least(RAREST, share), 1)
stats TAILS using (strcol("placement") eq PLACE ? \
    extend(row(strcol("case")), number("us"), number("slower")) : 0) nooutput

# ---- curves in the order in which they begin: the flag of the first flies highest
array ORDER[MOST]; M = 0
do for [i = 1:N] {
    if (known(BEGIN[i])) {
        M = M + 1; ORDER[M] = i; k = M
        while (k > 1 && BEGIN[ORDER[k-1]] > BEGIN[ORDER[k]]) {
            swap = ORDER[k]; ORDER[k] = ORDER[k-1]; ORDER[k-1] = swap; k = k - 1
        }
    }
}

# ---- the page
FLAG = 17; LEFT = 96; SPAN = 740; TALL = 330
TOP = 70 + TITLE_LEADING*|TITLE| + FLAG*M
BOTTOM = TOP + TALL
HEIGHT = BOTTOM + 66 + FOOTER_LEADING*|FOOTER|
SUBTITLE = "Share of creations that took at least this long, log scales; ".place_words(PLACE)
load "page.gp"
set lmargin at screen X(LEFT); set rmargin at screen X(LEFT + SPAN)
set tmargin at screen Y(TOP); set bmargin at screen Y(BOTTOM)
load "time_axis.gp"
set logscale y 10
set yrange [RAREST / 1.5:1]
set label "time per creation: left is faster; a curve that falls steeply is a steady mechanism" \
    at screen X(LEFT + SPAN/2.0),Y(BOTTOM + 36) center tc rgb MUTED font TEXT_FONT
decades = int(ceil(-log10(RAREST)))
array ONE_IN[13] = ["all", "1 in 10", "1 in 100", "1 in 1,000", "1 in 10,000", "1 in 100,000", \
    "1 in 10⁶", "1 in 10⁷", "1 in 10⁸", "1 in 10⁹", "1 in 10¹⁰", "1 in 10¹¹", "1 in 10¹²"]
do for [d = 0:(decades < 12 ? decades : 12)] {
    if (10.0**-d >= RAREST / 1.5) {
        set label ONE_IN[d+1] at graph 0,first 10.0**-d right offset screen X(-8),0 \
            tc rgb INK font TEXT_FONT
        set arrow from graph 0,first 10.0**-d to graph 1,first 10.0**-d nohead back \
            lw 1.2 lc rgb GRID
    }
}

# ---- flags: a pole up from where a curve begins, a name to its right
POLE = -1e6
do for [k = 1:M] {
    i = ORDER[k]
    C = colour(FAMILY[i])
    x = LEFT + at(BEGIN[i])
    POLE = x < POLE + 4 ? POLE + 4 : x
    y = TOP - 8 - FLAG*(M - k)
    wording = sign(FAMILY[i])." ".cut(LABEL[i], 260, 11.5)
    set arrow from screen X(POLE),Y(y - 2) to screen X(POLE),Y(TOP - 3) nohead lw 0.8 lc rgb C
    set arrow from screen X(POLE),Y(TOP - 3) to screen X(x),Y(TOP) nohead lw 0.8 lc rgb C
    wide = strlen(wording)*11.5*0.66
    set label wording at screen X(POLE + 5 + wide > WIDTH - PAD ? WIDTH - PAD - wide : POLE + 5),Y(y) \
        left tc rgb C font STRONG_FONT
    set label "" at END[i],RARE[i] point pt under(FAMILY[i]) ps 0.7 lc rgb BACK front
    set label "" at END[i],RARE[i] point pt point(FAMILY[i]) ps 0.7 lc rgb C front
}
share_of(c) = strcol("placement") eq PLACE && strcol("case") eq c ? number("slower") : NaN
set datafile missing NaN
if (M > 0) {
    plot for [k = 1:M] TAILS using (number("us")):(share_of(CASE[ORDER[k]])) with lines \
        lw 1.6 dt pen(FAMILY[ORDER[k]]) lc rgb "".colour(FAMILY[ORDER[k]])
}
if (M == 0) { plot OFF }
