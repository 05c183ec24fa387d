/* One way out for every measure: commas for programs, columns for people. */
#include "table.h"

#include <inttypes.h>
#include <string.h>

void table_text(struct table *table, const char *text)
{
    if (table->aligned)
        fprintf(table->out, "%*s", table->width[table->column], text);
    else
        fprintf(table->out, "%s%s", table->column == 0 ? "" : ",", text);
    table->column++;
}

void table_number(struct table *table, uint64_t number)
{
    char text[24];

    snprintf(text, sizeof(text), "%" PRIu64, number);
    table_text(table, text);
}

void table_real(struct table *table, double number)
{
    char text[32];

    snprintf(text, sizeof(text), "%.3f", number);
    table_text(table, text);
}

void table_empty(struct table *table)
{
    table_text(table, table->aligned ? "-" : "");
}

void table_end(struct table *table)
{
    fputc('\n', table->out);
    table->column = 0;
}

void table_begin(struct table *table, const char *header)
{
    enum { NARROWEST = 10, GAP = 2 };

    for (unsigned i = 0; *header != '\0' && i < TABLE_COLUMNS; i++) {
        char name[64];
        size_t length = strcspn(header, ",");

        snprintf(name, sizeof(name), "%.*s", (int)length, header);
        table->width[i] =
            (length > NARROWEST ? (int)length : NARROWEST) + (i > 0 ? GAP : 0);
        table_text(table, name);
        header += length + (header[length] == ',');
    }
    table_end(table);
}
