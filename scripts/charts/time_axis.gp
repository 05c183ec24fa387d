# time_axis.gp: a logarithmic time axis along x, in microseconds.
# Takes FROM and TO (the data's range) and SPAN (its length in pixels); sets the
# range, the tics and the grid.  Equal values still get a decade.
if (!known(FROM) || FROM <= 0) { FROM = 1 }
if (!known(TO) || TO < FROM) { TO = FROM }
if (TO / FROM < 10) {
    middle = sqrt(FROM * TO)
    FROM = middle / 3.2
    TO = middle * 3.2
}
FROM = FROM / (TO / FROM)**0.03
TO = TO * (TO / FROM)**0.03
set logscale x 10
set xrange [FROM:TO]
at(us) = SPAN * log(us / FROM) / log(TO / FROM)     # pixels from the left
lowest = int(floor(log10(FROM)))
highest = int(ceil(log10(TO)))
every = int(ceil(58.0 * (highest - lowest) / SPAN))      # decades a label
if (every < 1) { every = 1 }
close_up = SPAN * log(2) / log(TO / FROM) > 52          # room for 1, 2 and 5
set format x ""
set xtics scale 0 nomirror textcolor rgb INK font TEXT_FONT
set xtics (1 0)
do for [e = lowest:highest] {
    do for [m in "1 2 5"] {
        tic = m * 10.0**e
        if (tic >= FROM && tic <= TO) {
            labelled = (m eq "1" && e % every == 0) || close_up
            if (labelled) {
                set label step(tic) at tic,graph 0 center offset 0,character -1 \
                    tc rgb INK font TEXT_FONT
            }
            if (m eq "1" || every == 1) {
                set arrow from tic,graph 0 to tic,graph 1 nohead back \
                    lw (m eq "1" ? 1.2 : 0.6) lc rgb GRID
            }
        }
    }
}
