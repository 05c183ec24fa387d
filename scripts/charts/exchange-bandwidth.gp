# chart: exchange-bandwidth
# reads: exchange-summary.csv
# needs: exchange-summary.csv quantity=bandwidth bandwidth_mb_s=?* -- no stream of messages was measured
# title: How many bytes a second go from one flow of control to another
# shows: One panel a placement; against the size of the messages, on logarithmic axes, the bytes a second of a stream of them, for a variable between threads and for a shared mapping, a pipe, a socket and a file between processes, with intervals; each line ends in its name, its rate for the largest size and the ratio of its time to the variable's.
load "style.gp"
QUANTITY = "bandwidth"
VALUE_COLUMN = "bandwidth_mb_s"
LOW_COLUMN = "bandwidth_low_mb_s"; HIGH_COLUMN = "bandwidth_high_mb_s"
SUBTITLE = "Bandwidth of messages sent back to back, one way, against their size; log scales, up is faster"
per(v) = v >= 999.5 ? 1e3 : v >= 0.9995 ? 1 : v >= 0.0009995 ? 1e-3 : 1e-6
rate(v) = v >= 999.5 ? " GB/s" : v >= 0.9995 ? " MB/s" : v >= 0.0009995 ? " kB/s" : " B/s"
shown(v) = fixed(v/per(v), decimals(v/per(v))).rate(v)
shown_step(v) = sprintf("%g", v/per(v)).rate(v)
load "exchange_panels.gp"
