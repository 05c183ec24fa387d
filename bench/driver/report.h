/* What a run has found out so far: the content of run.json, the tables of its
 * CSV files, and the lines that a person reads at the end. */
#ifndef DRIVER_REPORT_H
#define DRIVER_REPORT_H

#include <jansson.h>

struct report {
    /* As in run.json; each object goes through report_add(). */
    json_t *summaries, *comparisons, *fits, *claims, *warnings;
    json_t *charts; /* chart's name -> {title, caption} */
    /* File's name without .csv -> {columns, rows}; columns in one string with
     * commas between, rows an array of objects. */
    json_t *tables;
    json_t *files; /* further JSON files: name -> content */
    json_t *lines;
};

/* 0 or -ENOMEM. */
int report_begin(struct report *report);
void report_end(struct report *report);

/* Appends object, which may be NULL after a failed json_pack, and takes it
 * over. 0 or -ENOMEM. */
int report_add(json_t *array, json_t *object);

/* The rows of that table; made on first use. NULL without memory. */
json_t *report_table(struct report *report, const char *name,
                     const char *columns);

__attribute__((format(printf, 2, 3))) int report_warn(struct report *report,
                                                      const char *format, ...);
__attribute__((format(printf, 2, 3))) int report_line(struct report *report,
                                                      const char *format, ...);
/* The finding of a chart, and what its footer says beside the machine. */
int report_chart(struct report *report, const char *chart, const char *title,
                 const char *caption);

/* A JSON number, null where there is none (NAN, infinity). */
json_t *report_number(double value);

/* What an object says under a key, NAN when it is null or missing. */
double report_get(const json_t *object, const char *key);
/* Likewise for text, "" when missing. */
const char *report_text(const json_t *object, const char *key);

/* The first object of the array whose keys have these values: pairs of key and
 * text, ended by NULL. Keys are looked up among the parameters, too. */
const json_t *report_find(const json_t *array, ...);

#endif
