/* What a probe prints, read back; and whatever else could come through its
 * pipe: halves, garbage, a table for people. */
#include "../driver/rows.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ROWS(table) (sizeof(table) / sizeof(table)[0])

static const char probe_text[] = "index,returned_ns,error\n"
                                 "0,1500,\n"
                                 "1,,EAGAIN\n"
                                 "\n"
                                 "samples,faults\n"
                                 "2,0.500\n";

static int parse(const char *text, struct rows *ret, struct failure *failure)
{
    *failure = (struct failure){ "" };
    return rows_parse(strdup(text), ret, failure);
}

static void two_tables_are_read(void **state)
{
    struct rows rows;
    struct failure failure;

    (void)state;
    assert_int_equal(parse(probe_text, &rows, &failure), 0);
    assert_int_equal(rows.tables, 2);
    assert_int_equal(rows.table[0].columns, 3);
    assert_int_equal(rows.table[0].rows, 2);
    assert_string_equal(rows_cell(&rows.table[0], 1, "error"), "EAGAIN");
    assert_string_equal(rows_cell(&rows.table[0], 0, "error"), "");
    assert_null(rows_cell(&rows.table[0], 0, "no_such_column"));
    assert_true(rows_number(&rows.table[0], 0, "returned_ns") == 1500);
    assert_true(rows_number(&rows.table[1], 0, "faults") == 0.5);
    rows_free(&rows);
}

static void a_cell_without_a_number_is_nan(void **state)
{
    struct rows rows;
    struct failure failure;

    (void)state;
    assert_int_equal(parse("a,b,c,d,e\n,x,1x,inf,nan\n", &rows, &failure), 0);
    for (const char *column = "abcdef"; *column != '\0'; column++) {
        const char name[] = { *column, '\0' };

        assert_true(isnan(rows_number(&rows.table[0], 0, name)));
    }
    rows_free(&rows);
}

static void what_may_vary(void **state)
{
    static const struct {
        const char *text;
        size_t tables, columns, rows;
    } rows[] = {
        { "a\n1\n", 1, 1, 1 },           /* one column */
        { "a,b\n,\n,\n", 1, 2, 2 },      /* nothing measured */
        { "a\n1\n\n", 1, 1, 1 },         /* a blank line at the end */
        { "a,a\n1,2\n", 1, 2, 1 },       /* the first of a name counts */
        { "a b,c-d\nx y,-1\n", 1, 2, 1 } /* blanks inside */
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct rows read;
        struct failure failure;

        assert_int_equal(parse(rows[i].text, &read, &failure), 0);
        assert_int_equal(read.tables, rows[i].tables);
        assert_int_equal(read.table[0].columns, rows[i].columns);
        assert_int_equal(read.table[0].rows, rows[i].rows);
        rows_free(&read);
    }
}

static void what_is_refused(void **state)
{
    static const char *const texts[] = {
        "",
        "\n",
        "\n\n",
        "\na\n1\n",                 /* a blank line first */
        "a,b\n",                    /* a header alone */
        "a,b\n1\n",                 /* cut off inside a row */
        "a,b\n1,",                  /* or inside its last cell */
        "a,b\n1,2,3\n",             /* a cell too many */
        "a,b\n1,2\n\n3\n",          /* a second header alone */
        "a\n1\n\nb\n2\n\nc\n3\n",   /* three tables */
        "a\n1\n\n\nb\n2\n",         /* two blank lines */
        "a,b\r\n1,2\r\n",           /* another system's line ends */
        "a,b\n\"1\",2\n",           /* quotes */
        "a,b\n1\\,2\n",             /* backslashes */
        "a,b\n1,2\xff\n",           /* no text at all */
        "a,b\n1,2 \xc2\xb5s\n",     /* text, but not for every reader */
        "a,b\n1,\t2\n",             /* columns for people */
        "a,b\n1,\033[1m2\033[0m\n", /* colours */
        "Segmentation fault",
    };

    (void)state;
    for (size_t i = 0; i < ROWS(texts); i++) {
        struct rows rows;
        struct failure failure;

        assert_int_equal(parse(texts[i], &rows, &failure), -EPROTO);
        assert_string_not_equal(failure.text, "");
        assert_null(rows.text);
    }
}

static void columns_are_limited(void **state)
{
    char text[8 * ROWS_COLUMNS] = "c";
    struct rows rows;
    struct failure failure;

    (void)state;
    for (int i = 1; i < ROWS_COLUMNS; i++)
        strcat(text, ",c");
    size_t length = strlen(text);
    text[length] = '\n';
    memcpy(text + length + 1, text, length + 1);
    assert_int_equal(parse(text, &rows, &failure), 0);
    assert_int_equal(rows.table[0].columns, ROWS_COLUMNS);
    rows_free(&rows);

    strcpy(text + length, ",c\n1\n");
    assert_int_equal(parse(text, &rows, &failure), -EPROTO);
}

/* Every cell can be reached, whatever the text was. */
static void walk(const struct rows *rows)
{
    size_t bytes = 0;

    for (size_t t = 0; t < rows->tables; t++)
        for (size_t row = 0; row < rows->table[t].rows; row++)
            for (size_t c = 0; c < rows->table[t].columns; c++)
                bytes += strlen(
                    rows->table[t].cells[row * rows->table[t].columns + c]);
    assert_true(bytes < 4096);
}

static void any_prefix_is_read_or_refused(void **state)
{
    (void)state;
    for (size_t length = 0; length <= strlen(probe_text); length++) {
        struct failure failure = { "" };
        struct rows rows;
        int rc = rows_parse(strndup(probe_text, length), &rows, &failure);

        assert_true(rc == 0 || rc == -EPROTO);
        if (rc == 0)
            walk(&rows);
        rows_free(&rows);
    }
}

/* The same texts in every run: a linear congruential generator by hand. */
static void garbage_is_read_or_refused(void **state)
{
    static const char letters[] = "ab1,,,,\n\n\n\n.-\"\r\\\x01\x80\xff";
    enum { TEXTS = 20000, LONGEST = 160 };
    uint32_t random = 20240229;
    unsigned read = 0;

    (void)state;
    for (unsigned i = 0; i < TEXTS; i++) {
        /* The first half without what is refused at once. */
        size_t kinds = i % 2 == 0 ? 13 : sizeof(letters) - 1;
        size_t length = i % LONGEST;
        char *text = calloc(length + 1, 1);
        struct failure failure = { "" };
        struct rows rows;

        assert_non_null(text);
        for (size_t c = 0; c < length; c++) {
            random = random * 1664525U + 1013904223U;
            text[c] = letters[(random >> 16) % kinds];
        }
        int rc = rows_parse(text, &rows, &failure);
        assert_true(rc == 0 || rc == -EPROTO);
        if (rc == 0)
            walk(&rows);
        read += rc == 0;
        rows_free(&rows);
    }
    assert_true(read > 0); /* or the letters teach nothing */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_tables_are_read),
        cmocka_unit_test(a_cell_without_a_number_is_nan),
        cmocka_unit_test(what_may_vary),
        cmocka_unit_test(what_is_refused),
        cmocka_unit_test(columns_are_limited),
        cmocka_unit_test(any_prefix_is_read_or_refused),
        cmocka_unit_test(garbage_is_read_or_refused),
    };

    return cmocka_run_group_tests_name("rows", tests, NULL, NULL);
}
