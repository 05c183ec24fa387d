# page.gp: opens the page.  Needs HEIGHT (footer included) and SUBTITLE.
# The plot area is what the chart sets with the four margins.
eval "set terminal ".terminal(HEIGHT)
set output OUT
do for [i = 1:|TITLE|] {
    set label TITLE[i] at screen X(PAD),Y(34 + TITLE_LEADING*(i - 1)) left \
        tc rgb INK font TITLE_FONT
}
set label SUBTITLE at screen X(PAD),Y(34 + TITLE_LEADING*|TITLE|) left \
    tc rgb MUTED font SUBTITLE_FONT
do for [i = 1:|FOOTER|] {
    set label FOOTER[i] at screen X(PAD),Y(HEIGHT - 16 - FOOTER_LEADING*(|FOOTER| - i)) \
        left tc rgb MUTED font FOOTER_FONT
}
