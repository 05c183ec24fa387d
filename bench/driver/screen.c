/* Aligned columns and one line of progress. Nothing here is parsed by
 * anybody. */
#include "screen.h"

#include <string.h>

enum { COLUMNS = 6 };

void screen_begin(struct screen *screen, const char *experiment,
                  const char *question)
{
    screen->experiment = experiment;
    fprintf(screen->out, "%s: %s\n", experiment, question);
    fflush(screen->out);
}

void screen_progress(void *arg, unsigned rounds, double elapsed_s,
                     double left_s)
{
    const struct screen *screen = arg;
    double all_s = elapsed_s + left_s;

    if (!screen->terminal || rounds == 0)
        return;
    fprintf(screen->out, "\r  %3.0f %%  round %u, about %.0f s left\033[K",
            all_s > 0 ? 100 * elapsed_s / all_s : 0, rounds + 1, left_s);
    fflush(screen->out);
}

void screen_end(struct screen *screen, unsigned rounds, double seconds)
{
    if (screen->terminal)
        fputs("\r\033[K", screen->out);
    fprintf(screen->out, "  %u rounds in %.1f s\n", rounds, seconds);
    fflush(screen->out);
}

/* How many columns of a terminal a UTF-8 text takes, for texts without wide
 * characters. */
static size_t width_of(const char *text, size_t bytes)
{
    size_t width = 0;

    for (size_t i = 0; i < bytes; i++)
        width += ((unsigned char)text[i] & 0xc0) != 0x80;
    return width;
}

/* It has the whole width for itself. */
static bool is_sentence(const char *line)
{
    return strchr(line, '\t') == NULL;
}

/* Widens each column to its widest cell in this line. */
static void measure(const char *line, size_t widths[COLUMNS])
{
    if (is_sentence(line))
        return;
    for (unsigned c = 0; c < COLUMNS; c++) {
        size_t bytes = strcspn(line, "\t");
        size_t width = width_of(line, bytes);

        widths[c] = width > widths[c] ? width : widths[c];
        if (line[bytes] == '\0')
            return;
        line += bytes + 1;
    }
}

/* The first column to the left, the others to the right. */
static void print(FILE *out, const char *line, const size_t widths[COLUMNS])
{
    if (is_sentence(line)) {
        fprintf(out, "%s\n", line);
        return;
    }
    for (unsigned c = 0; c < COLUMNS; c++) {
        size_t bytes = strcspn(line, "\t");
        int padding = (int)(widths[c] - width_of(line, bytes));

        if (c == 0)
            fprintf(out, "%.*s%*s", (int)bytes, line, padding, "");
        else
            fprintf(out, "  %*s%.*s", padding, "", (int)bytes, line);
        if (line[bytes] == '\0')
            break;
        line += bytes + 1;
    }
    fputc('\n', out);
}

void screen_table(FILE *out, const struct report *report)
{
    size_t count = json_array_size(report->lines);

    for (size_t from = 0, to; from < count; from = to) {
        size_t widths[COLUMNS] = { 0 };

        for (to = from; to < count; to++) {
            const char *line =
                json_string_value(json_array_get(report->lines, to));

            if (to > from && line[0] != ' ')
                break;
            measure(line, widths);
        }
        fputc('\n', out);
        for (size_t i = from; i < to; i++)
            print(out, json_string_value(json_array_get(report->lines, i)),
                  widths);
    }
}
