/* The probe's output: tables as CSV, or in aligned columns on a terminal. A
 * blank line separates two tables; each begins with its header. Written only
 * after the last clock reading. */
#ifndef PROBE_TABLE_H
#define PROBE_TABLE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { TABLE_COLUMNS = 16 };

struct table {
    FILE *out;
    bool aligned;
    unsigned column;
    int width[TABLE_COLUMNS];
};

/* Begins a table with the columns named in header, separated by commas. */
void table_begin(struct table *table, const char *header);

/* The next cell. Text must hold no comma, quote or backslash. */
void table_text(struct table *table, const char *text);
void table_number(struct table *table, uint64_t number);
void table_real(struct table *table, double number);
void table_empty(struct table *table); /* not measured */

/* Ends the row. */
void table_end(struct table *table);

#endif
