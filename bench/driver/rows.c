/* Cuts a probe's text into tables, in place. */
#include "rows.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Cuts the line at its commas. The number of cells; at most `most` are kept,
 * more are counted. */
static size_t cut(char *line, char *cells[], size_t most)
{
    size_t count = 0;

    for (;;) {
        size_t length = strcspn(line, ",");
        char end = line[length];

        if (count < most)
            cells[count] = line;
        count++;
        line[length] = '\0';
        if (end == '\0')
            return count;
        line += length + 1;
    }
}

/* Ends the line at *cursor with '\0' and moves the cursor behind it. */
static char *next_line(char **cursor)
{
    char *line = *cursor;
    size_t length = strcspn(line, "\n");

    *cursor = line + length + (line[length] == '\n');
    line[length] = '\0';
    return line;
}

static size_t lines_until_blank(const char *text)
{
    size_t lines = 0;

    while (*text != '\0' && *text != '\n') {
        const char *end = strchr(text, '\n');

        lines++;
        if (end == NULL)
            break;
        text = end + 1;
    }
    return lines;
}

/* Moves the cursor behind the table's last line. */
static int table_parse(char **cursor, struct rows_table *table)
{
    size_t lines = lines_until_blank(*cursor);

    table->columns = cut(next_line(cursor), table->names, ROWS_COLUMNS);
    if (lines < 2 || table->columns > ROWS_COLUMNS)
        return -EPROTO;
    table->cells = calloc((lines - 1) * table->columns, sizeof(char *));
    if (table->cells == NULL)
        return -ENOMEM;

    for (size_t i = 0; i + 1 < lines; i++) {
        char **cells = &table->cells[i * table->columns];

        if (cut(next_line(cursor), cells, table->columns) != table->columns)
            return -EPROTO;
        table->rows++;
    }
    return 0;
}

/* A probe that was cut off may stop anywhere: also where its last cell would
 * look like another. */
static bool is_whole(const char *text)
{
    size_t length = strlen(text);

    return length > 0 && text[length - 1] == '\n';
}

/* Cells go into CSV and JSON as they are. */
static bool is_plain(const char *text)
{
    for (; *text != '\0'; text++)
        if (*text != '\n' &&
            (*text < ' ' || *text > '~' || *text == '"' || *text == '\\'))
            return false;
    return true;
}

int rows_parse(char *text, struct rows *ret, struct failure *failure)
{
    char *cursor = text;
    int rc = is_whole(text) && is_plain(text) ? 0 : -EPROTO;

    *ret = (struct rows){ .text = text };
    while (rc == 0 && *cursor != '\0') {
        if (ret->tables == ROWS_TABLES) {
            rc = -EPROTO;
            break;
        }
        rc = table_parse(&cursor, &ret->table[ret->tables++]);
        if (*cursor == '\n')
            cursor++;
    }
    if (rc == 0 && ret->tables == 0)
        rc = -EPROTO;
    if (rc < 0) {
        rows_free(ret);
        return failure_note(failure, rc, "the probe's rows cannot be read");
    }
    return 0;
}

void rows_free(struct rows *rows)
{
    for (size_t i = 0; i < rows->tables; i++)
        free(rows->table[i].cells);
    free(rows->text);
    *rows = (struct rows){ .text = NULL };
}

const char *rows_cell(const struct rows_table *table, size_t row,
                      const char *column)
{
    for (size_t i = 0; i < table->columns; i++)
        if (strcmp(table->names[i], column) == 0)
            return table->cells[row * table->columns + i];
    return NULL;
}

double rows_number(const struct rows_table *table, size_t row,
                   const char *column)
{
    const char *cell = rows_cell(table, row, column);
    if (cell == NULL || *cell == '\0')
        return NAN;

    char *end;
    double value = strtod(cell, &end);
    return *end == '\0' && isfinite(value) ? value : NAN;
}
