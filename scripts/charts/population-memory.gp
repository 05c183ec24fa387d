# chart: population-memory
# reads: population-summary.csv
# needs: population-summary.csv quantity=memory memory_kib=?* family!=control -- memory was not measured
# title: What each worker takes of the memory
# shows: Against the number of workers alive, on a logarithmic axis, the memory that each one takes, as the fall of what the machine has available, one line for threads and one for processes, with intervals; beside it, dashed, the proportional set size, which leaves out page tables and kernel stacks.
load "style.gp"
SUMMARY = DATA."population-summary.csv"
QUANTITY = "memory"
VALUE_AT = "memory_kib"; LOW_AT = "memory_low_kib"; HIGH_AT = "memory_high_kib"
BESIDE_AT = "pss_kib"; BESIDE = "PSS"
amount(v) = fixed(v, decimals(v))." KiB"
tic_text(v) = sprintf("%g KiB", v)
SUBTITLE = "Memory that each sleeping worker takes of what the machine has available; down is less"
AXIS = "n, the workers alive; both axes logarithmic; thick line: 95 % interval of the median"
load "alive.gp"
