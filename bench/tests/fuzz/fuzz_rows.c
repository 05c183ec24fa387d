/* Fuzzing: what a program prints, as the driver reads it: the probe's tables
 * and, where it begins with a brace, hyperfine's JSON. What is read has all its
 * cells. */
#include "../../driver/experiments/hyperfine.h"
#include "../../driver/rows.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int holds)
{
    if (!holds)
        abort();
}

static void check_table(const struct rows_table *table)
{
    must(table->columns > 0 && table->columns <= ROWS_COLUMNS);
    must(table->rows > 0);
    for (size_t row = 0; row < table->rows; row++)
        for (size_t i = 0; i < table->columns; i++) {
            const char *cell = rows_cell(table, row, table->names[i]);

            must(cell != NULL && strpbrk(cell, ",\"\\\n") == NULL);
            must(!isinf(rows_number(table, row, table->names[i])));
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = strndup((const char *)data, size);
    struct failure failure = { "" };
    struct rows rows;

    if (text == NULL)
        return 0;
    int rc = text[0] == '{' ? hyperfine_rows(NULL, text, &rows, &failure)
                            : rows_parse(text, &rows, &failure);
    must(rc == 0 || rc == -EPROTO);
    if (rc < 0) {
        must(failure.text[0] != '\0');
        return 0;
    }
    for (size_t i = 0; i < rows.tables; i++)
        check_table(&rows.table[i]);
    rows_free(&rows);
    return 0;
}
