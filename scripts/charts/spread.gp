# spread.gp: moves labels apart so that none covers another.  Takes LABELS (how
# many), LABEL_Y[] (wanted places, in pixels), GAP, and the limits LABEL_TOP and
# LABEL_BOTTOM; changes LABEL_Y[].  Order is kept, every move is the smallest that helps.
if (LABELS > 0) {
    array rank[LABELS]
    do for [i = 1:LABELS] { rank[i] = i }
    do for [i = 2:LABELS] {
        do for [k = 0:i-2] {
            j = i - k
            if (LABEL_Y[rank[j]] < LABEL_Y[rank[j-1]]) {
                swap = rank[j]; rank[j] = rank[j-1]; rank[j-1] = swap
            }
        }
    }
    do for [pass = 1:200] {
        moved = 0
        do for [i = 2:LABELS] {
            lack = GAP - (LABEL_Y[rank[i]] - LABEL_Y[rank[i-1]])
            if (lack > 0.01) {
                LABEL_Y[rank[i-1]] = LABEL_Y[rank[i-1]] - lack/2.0
                LABEL_Y[rank[i]] = LABEL_Y[rank[i]] + lack/2.0
                moved = 1
            }
        }
        if (LABEL_Y[rank[1]] < LABEL_TOP) { LABEL_Y[rank[1]] = LABEL_TOP; moved = 1 }
        if (LABEL_Y[rank[LABELS]] > LABEL_BOTTOM) { LABEL_Y[rank[LABELS]] = LABEL_BOTTOM; moved = 1 }
        if (!moved) { break }
    }
}
