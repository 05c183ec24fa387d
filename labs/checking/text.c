/* Wrapping and quoting. Columns are counted, not bytes, so that a quotation
 * mark or a dash in UTF-8 is one. */
#include "text.h"

#include <stdbool.h>
#include <string.h>

enum { COLUMNS = 80 };

/* Bytes that continue a character have the top bits 10. */
static int columns_of(const char *text, size_t bytes)
{
    int columns = 0;

    for (size_t i = 0; i < bytes; i++)
        columns += ((unsigned char)text[i] & 0xc0) != 0x80;
    return columns;
}

void text_wrap(FILE *out, const char *margin, const char *text)
{
    int edge = columns_of(margin, strlen(margin)), column = edge;

    fputs(margin, out);
    while (*text != '\0') {
        size_t bytes = strcspn(text, " \n");
        int columns = columns_of(text, bytes);
        if (column > edge && column + 1 + columns > COLUMNS) {
            fprintf(out, "\n%s", margin);
            column = edge;
        }
        if (column > edge && bytes > 0) {
            fputc(' ', out);
            column++;
        }
        fprintf(out, "%.*s", (int)bytes, text);
        column += columns;
        text += bytes;
        if (*text == '\n') {
            fprintf(out, "\n%s", margin);
            column = edge;
        }
        text += *text != '\0';
    }
    fputc('\n', out);
}

void text_quote(FILE *out, const char *margin, const char *text)
{
    bool at_start = true;

    for (; *text != '\0'; text++) {
        unsigned char byte = (unsigned char)*text;
        if (at_start)
            fputs(margin, out);
        at_start = byte == '\n';
        fputc((byte < ' ' && byte != '\n' && byte != '\t') || byte == 127
                  ? '?'
                  : byte,
              out);
    }
    if (!at_start)
        fputc('\n', out);
}
