/* What a probe prints, as tables of cells: CSV, a header a table, a blank line
 * between two tables. Whatever the text holds, reading it ends in tables or in
 * -EPROTO, never in a crash: a probe may have been killed halfway. */
#ifndef DRIVER_ROWS_H
#define DRIVER_ROWS_H

#include "failure.h"

#include <stddef.h>

enum { ROWS_TABLES = 2, ROWS_COLUMNS = 32 };

struct rows_table {
    size_t columns, rows;
    char *names[ROWS_COLUMNS];
    char **cells; /* rows x columns, row by row */
};

struct rows {
    char *text; /* what the cells point into */
    size_t tables;
    struct rows_table table[ROWS_TABLES];
};

/* Takes text over, also when it fails. -EPROTO when it is no such table: a row
 * longer or shorter than its header, no rows, too many columns, no end of the
 * last line, a quote, or a byte that is not printable ASCII. */
int rows_parse(char *text, struct rows *ret, struct failure *failure);
void rows_free(struct rows *rows);

/* The cell in that column: NULL when there is no such column. */
const char *rows_cell(const struct rows_table *table, size_t row,
                      const char *column);

/* The cell as a number: NAN when it is empty, missing or no number. */
double rows_number(const struct rows_table *table, size_t row,
                   const char *column);

#endif
