/* A few words on top of jansson. */
#define _GNU_SOURCE /* vasprintf */
#include "report.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int report_begin(struct report *report)
{
    *report = (struct report){
        .summaries = json_array(),
        .comparisons = json_array(),
        .fits = json_array(),
        .claims = json_array(),
        .warnings = json_array(),
        .charts = json_object(),
        .tables = json_object(),
        .files = json_object(),
        .lines = json_array(),
    };
    if (report->summaries == NULL || report->comparisons == NULL ||
        report->fits == NULL || report->claims == NULL ||
        report->warnings == NULL || report->charts == NULL ||
        report->tables == NULL || report->files == NULL ||
        report->lines == NULL)
        return -ENOMEM;
    return 0;
}

void report_end(struct report *report)
{
    json_decref(report->summaries);
    json_decref(report->comparisons);
    json_decref(report->fits);
    json_decref(report->claims);
    json_decref(report->warnings);
    json_decref(report->charts);
    json_decref(report->tables);
    json_decref(report->files);
    json_decref(report->lines);
    *report = (struct report){ .summaries = NULL };
}

int report_add(json_t *array, json_t *object)
{
    return json_array_append_new(array, object) == 0 ? 0 : -ENOMEM;
}

json_t *report_table(struct report *report, const char *name,
                     const char *columns)
{
    json_t *table = json_object_get(report->tables, name);

    if (table == NULL) {
        table = json_pack("{s:s, s:[]}", "columns", columns, "rows");
        if (json_object_set_new(report->tables, name, table) != 0)
            return NULL;
    }
    return json_object_get(table, "rows");
}

static int add_text(json_t *array, const char *format, va_list arguments)
{
    char *text;

    if (vasprintf(&text, format, arguments) < 0)
        return -ENOMEM;
    int rc = report_add(array, json_string(text));
    free(text);
    return rc;
}

int report_warn(struct report *report, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    int rc = add_text(report->warnings, format, arguments);
    va_end(arguments);
    return rc;
}

int report_line(struct report *report, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    int rc = add_text(report->lines, format, arguments);
    va_end(arguments);
    return rc;
}

int report_chart(struct report *report, const char *chart, const char *title,
                 const char *caption)
{
    json_t *words = json_pack("{s:s, s:s}", "title", title, "caption", caption);

    return json_object_set_new(report->charts, chart, words) == 0 ? 0 : -ENOMEM;
}

json_t *report_number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static const json_t *look_up(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);

    if (value == NULL)
        value = json_object_get(json_object_get(object, "parameters"), key);
    return value;
}

double report_get(const json_t *object, const char *key)
{
    const json_t *value = look_up(object, key);

    return json_is_number(value) ? json_number_value(value) : NAN;
}

const char *report_text(const json_t *object, const char *key)
{
    const char *text = json_string_value(look_up(object, key));

    return text != NULL ? text : "";
}

static bool has(const json_t *object, va_list pairs)
{
    const char *key;

    while ((key = va_arg(pairs, const char *)) != NULL)
        if (strcmp(report_text(object, key), va_arg(pairs, const char *)) != 0)
            return false;
    return true;
}

const json_t *report_find(const json_t *array, ...)
{
    size_t i;
    json_t *object;

    json_array_foreach (array, i, object) {
        va_list pairs;

        va_start(pairs, array);
        bool found = has(object, pairs);
        va_end(pairs);
        if (found)
            return object;
    }
    return NULL;
}
