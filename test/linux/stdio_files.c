/* Streams over descriptors: buffering, ungetc, lines, the end. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "show.h"

int main(void)
{
    int ends[2];
    char line[32];
    pipe(ends);
    FILE *in = fdopen(ends[0], "r"), *out = fdopen(ends[1], "w");
    fprintf(out, "first line\nsecond %d\nlast without end", 2);
    SHOW(fflush(out));
    SHOW(fgets(line, sizeof(line), in) != NULL);
    printf("%s", line);
    SHOW(fgetc(in));
    SHOW(ungetc('S', in));
    SHOW(fgets(line, sizeof(line), in) != NULL);
    printf("%s", line);
    SHOW(fclose(out));
    SHOW(fgets(line, sizeof(line), in) != NULL);
    printf("%s\n", line);
    SHOW(fgetc(in));
    SHOW(feof(in) != 0);
    SHOW(ferror(in) != 0);
    SHOW(fseek(in, 0, SEEK_SET));
    SHOW(ftell(in));
    SHOW(fclose(in));
    FILE *null = fopen("/dev/null", "w");
    SHOW(fputs("text", null) >= 0);
    SHOW(fclose(null));
    FILE *full = fopen("/dev/full", "w");
    fputs("text", full);
    SHOW(fflush(full));
    SHOW(ferror(full) != 0);
    char *memory;
    size_t size;
    FILE *stream = open_memstream(&memory, &size);
    fprintf(stream, "%s %d", "memory", 1);
    fclose(stream);
    printf("%s %zu\n", memory, size);
    SHOW(fopen("/dev/null", "q") == NULL);
    return 0;
}
