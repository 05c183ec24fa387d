# chart: population
# reads: population-summary.csv
# needs: population-summary.csv quantity=cost median_us=?* family!=control -- no worker was created while others were alive
# title: What one more worker costs while others are alive
# shows: Against the number of workers alive, on a logarithmic axis, the time that creating the last one took, one line for threads and one for processes, with intervals, and above each count how many times a thread a process costs.
load "style.gp"
SUMMARY = DATA."population-summary.csv"
QUANTITY = "cost"
VALUE_AT = "median_us"; LOW_AT = "ci_low_us"; HIGH_AT = "ci_high_us"
BESIDE_AT = ""; BESIDE = ""
amount(v) = took(v)
tic_text(v) = step(v)
SUBTITLE = "Time from the call until the n-th worker sleeps, while n − 1 are asleep; down is faster"
AXIS = "n, the workers alive; both axes logarithmic; thick line: 95 % interval of the median"
load "alive.gp"
