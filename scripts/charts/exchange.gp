# chart: exchange
# reads: exchange-summary.csv
# needs: exchange-summary.csv quantity=latency median_us=?* -- no hand-over of a message was measured
# title: What it takes to hand over a message
# shows: One panel a placement; against the size of the message, on logarithmic axes, the time from before the sender fills it until the receiver has read it, for a variable between threads and for a shared mapping, a pipe, a socket and a file between processes, and by MPI between ranks, with intervals; each line ends in its name, its time for the largest size and its ratio to the variable.
load "style.gp"
QUANTITY = "latency"
VALUE_COLUMN = "median_us"; LOW_COLUMN = "ci_low_us"; HIGH_COLUMN = "ci_high_us"
SUBTITLE = "Time to hand over one message, one way, against its size; log scales, down is faster"
shown(v) = took(v)
shown_step(v) = step(v)
load "exchange_panels.gp"
