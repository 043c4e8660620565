/* Files of the app's configuration (`embed`) in the image. The table is generated; fs/embed serves it. */
#ifndef AZ_EMBED_H
#define AZ_EMBED_H

#include <az/base.h>

struct az_embedded_file {
    const char *path; /* absolute */
    const uint8_t *bytes;
    size_t length;
};

/* Sorted by the bytes of the path, without duplicates. */
extern const struct az_embedded_file az_embedded_files[];
extern const uint32_t az_embedded_file_count;

#endif
