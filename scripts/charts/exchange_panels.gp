# exchange_panels.gp: a panel a placement that was measured, side by side.  Takes
# QUANTITY and its columns VALUE_COLUMN, LOW_COLUMN, HIGH_COLUMN, SUBTITLE, and
# shown() and shown_step(), which turn a number into text.
SUMMARY = DATA."exchange-summary.csv"
# ranks on two hosts are a line in the panel of two CPUs
beside(p) = p eq "other-host" ? "other-cpu" : p
ours(p) = strcol("quantity") eq QUANTITY && beside(strcol("placement")) eq p

# ---- what was measured where, and the range of all panels together
FROM = NaN; TO = NaN; PLACES = ""; MISSING = ""; WHY = ""
has(list, x) = (found = 0, sum [i = 1:words(list)] (word(list, i) eq x ? (found = 1, 0) : 0), found)
reach(v) = (FROM = least(FROM, v), TO = most(TO, v), 0)
meet(p, v) = strcol("quantity") ne QUANTITY ? 0 : !known(v) ? \
    (has(MISSING, p) ? 0 : (MISSING = MISSING." ".p, 0)) : \
    (has(PLACES, p) ? 0 : (PLACES = PLACES." ".p, 0), \
     reach(v) + reach(number(LOW_COLUMN)) + reach(number(HIGH_COLUMN)), 1)
stats SUMMARY using (meet(beside(strcol("placement")), number(VALUE_COLUMN))) nooutput
if (!known(FROM) || FROM <= 0) { FROM = 1 }
if (!known(TO) || TO < FROM) { TO = FROM }
if (TO/FROM < 10) { middle = sqrt(FROM*TO); FROM = middle/3.2; TO = middle*3.2 }
FROM = FROM/(TO/FROM)**0.04
TO = TO*(TO/FROM)**0.04
PANELS = words(PLACES)
GONE = ""
do for [p in MISSING] { if (!has(PLACES, p)) { GONE = p } }
why(text) = strlen(WHY) > 0 ? 0 : (WHY = text, 1)
stats SUMMARY using (ours(GONE) ? why(strcol("unavailable")) : 0) nooutput

# ---- the page
ROOM = 200; INDENT = 62; TALL = 330
BEGIN = 44 + TITLE_LEADING*|TITLE|
TOP = BEGIN + 58
HEIGHT = TOP + TALL + 66 + (strlen(GONE) > 0 ? 18 : 0) + FOOTER_LEADING*|FOOTER|
load "page.gp"
CELL = (WIDTH - 2*PAD)/PANELS
if (strlen(GONE) > 0) {
    set label cut(place_name(GONE)." not measured".(strlen(WHY) > 0 ? ": ".WHY : ""), WIDTH - 2*PAD, 10.5) \
        at screen X(PAD),Y(TOP + TALL + 56) left tc rgb MUTED font NOTE_FONT
}
set multiplot
do for [n = 1:PANELS] {
    PLACE = word(PLACES, n)
    LEFT = PAD + INDENT + CELL*(n - 1); SPAN = CELL - INDENT - ROOM
    load "exchange_panel.gp"
}
unset multiplot
