# style.gp: what every chart shares; the only file that knows colours, fonts,
# sizes and terminals.  gnuplot 5.4 or newer, started by draw.py, which sets
#   DATA    folder with the run's CSV files      THEME  light | dark
#   OUT     file to write                        KIND   png | svg
#   TITLE, FOOTER   arrays of lines, already wrapped to this page's width
# A chart loads this file first, collects its rows, sets HEIGHT, and then loads
# page.gp, which opens the terminal and writes title, subtitle and footer.
# Lengths are in pixels of a page WIDTH wide; PNG files have twice as many.

WIDTH = 960                 # draw.py wraps to this
PAD   = 24                  # nothing is drawn nearer to the edge
HEIGHT = 600                # a chart sets its own

# ---- colours: chart_scripts.py reads these lines, too; they become CSS variables.
# Okabe-Ito hues, moved until text in them has a contrast of 4.5:1 or more.
dark = THEME eq "dark"
BACK    = dark ? "#16181d" : "#ffffff"
INK     = dark ? "#f2f2f2" : "#1a1a1a"
MUTED   = dark ? "#a8adb7" : "#5a5f69"
GRID    = dark ? "#343842" : "#e3e6ea"
THREAD  = dark ? "#56b4e9" : "#0072b2"
PROCESS = dark ? "#e69f00" : "#b84a00"
RANK    = dark ? "#2fbf93" : "#007a58"
CONTROL = dark ? "#b0b4bb" : "#666b75"
SHADE1  = dark ? "#1d2026" : "#f6f7f9"
SHADE2  = dark ? "#24282f" : "#eff1f4"
SHADE3  = dark ? "#2b3038" : "#e8ebef"

# ---- a family has one colour, one sign and one point type, on every chart
colour(f) = f eq "thread" ? THREAD : \
    f eq "process" || f eq "program" ? PROCESS : f eq "rank" ? RANK : CONTROL
sign(f) = f eq "thread" ? "●" : f eq "process" ? "■" : \
    f eq "program" ? "□" : f eq "rank" ? "◆" : "▲"
point(f) = f eq "thread" ? 7 : f eq "process" ? 5 : f eq "program" ? 4 : f eq "rank" ? 13 : 9
set dashtype 6 (2, 3)
set dashtype 7 (9, 3)
pen(f) = f eq "control" ? 6 : f eq "program" ? 7 : 1
veil(c) = (dark ? "#70" : "#90").c[2:7]         # see-through, for dots
mist(c) = (dark ? "#c8" : "#d0").c[2:7]         # nearly so, for bands

# ---- type
FONT = "DejaVu Sans"
BOLD = FONT.":Bold"
TITLE_FONT = BOLD.",20"
SUBTITLE_FONT = FONT.",13"
LABEL_FONT = BOLD.",12.5"
TEXT_FONT = FONT.",11.5"
STRONG_FONT = BOLD.",11.5"
NOTE_FONT = FONT.",10.5"
FOOTER_FONT = FONT.",10"
TITLE_LEADING = 27
FOOTER_LEADING = 15

# ---- terminals: as for size, a PNG has two pixels where an SVG has one
terminal(tall) = KIND eq "svg" ? \
    sprintf("svg size %d,%d dynamic noenhanced font '%s,12' background '%s'", \
        WIDTH, tall, FONT, BACK) : \
    sprintf("pngcairo size %d,%d noenhanced font '%s,12' fontscale 1.5 ", \
        2*WIDTH, 2*tall, FONT).\
    sprintf("linewidth 2 pointscale 2 background rgb '%s'", BACK)

# ---- places: X and Y turn pixels from the left and the top into gnuplot's
# screen coordinates
X(px) = px / real(WIDTH)
Y(px) = 1 - px / real(HEIGHT)

# ---- a mark at a place: an open one hides the line behind it
under(f) = f eq "program" ? 5 : point(f)
signed(v, d) = (v < 0 ? "−" : "+").fixed(abs(v), d)

# ---- numbers as text; a bound gets as many decimals as its middle
dash = "–"
decimals(v) = abs(v) >= 99.95 ? 0 : abs(v) >= 9.995 ? 1 : 2
fixed(v, d) = sprintf(sprintf("%%.%df", d), v)
scale(us) = us >= 999500 ? 1e6 : us >= 999.5 ? 1e3 : us >= 0.9995 ? 1 : 1e-3
unit(us) = us >= 999500 ? "s" : us >= 999.5 ? "ms" : us >= 0.9995 ? "µs" : "ns"
known(v) = v == v                               # false for not-a-number only
in_unit(v, of) = fixed(v / scale(of), decimals(of / scale(of)))
took(us) = known(us) ? in_unit(us, us)." ".unit(us) : dash
took_between(us, low, high) = !known(us) ? dash : !known(low + high) ? took(us) : \
    sprintf("%s [%s, %s]", took(us), in_unit(low, us), in_unit(high, us))
thousands(r) = r >= 1e6 ? 1e6 : r >= 1e4 ? 1e3 : 1
suffix(r) = r >= 1e6 ? " M" : r >= 1e4 ? " k" : ""
ratio_decimals(r) = r < 0.1 ? 4 : r < 1.25 ? 3 : decimals(r / thousands(r))
short(v, r) = fixed(v / thousands(r), ratio_decimals(r))
ratio(r) = known(r) ? short(r, r).suffix(r) : dash
ratio_between(r, low, high) = !known(r) ? dash : !known(low + high) ? ratio(r) : \
    sprintf("%s [%s, %s]", ratio(r), short(low, r), short(high, r))
# a step of a time axis: "20 ns", "1 µs", "10 s"
step(us) = sprintf("%g %s", us / scale(us), unit(us))
# text cut to a width, with an ellipsis, for the rare label that is too long
cut(s, px, size) = strlen(s) * size * 0.60 <= px ? s : \
    s[1:int(px / (size * 0.60)) - 1]."…"

# ---- reading the run: columns by name, an empty field is not a number
set encoding utf8
set datafile separator comma
set datafile columnheaders
set datafile commentschars ""
number(name) = strlen(strcol(name)) > 0 ? column(name) : NaN
least(a, b) = !known(a) ? b : !known(b) ? a : a < b ? a : b
most(a, b) = !known(a) ? b : !known(b) ? a : a > b ? a : b
# a place no axis reaches: rows of a file that this chart does not show go there
OFF = -1e6

place_name(p) = p eq "same-cpu" ? "same CPU" : p eq "other-cpu" ? "other CPU" : \
    p eq "free" ? "free" : p
place_words(p) = p eq "same-cpu" ? "parent and child on one CPU" : \
    p eq "other-cpu" ? "the child moves to another CPU first" : \
    p eq "free" ? "CPUs chosen by the scheduler" : "placement ".p

# ---- pens
set border 0
unset key
unset tics
GRID_PEN = 0.8
set style fill solid 1.0 noborder
