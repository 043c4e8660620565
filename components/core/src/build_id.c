/* The build id: an ELF note, kept in the image by the linker script. */
#include <az/panic.h>

#define NOTE_HEADER_BYTES 16 /* three words and "GNU" */

extern const uint8_t az_build_id_start[], az_build_id_end[];

size_t az_build_id(const uint8_t **out)
{
    *out = az_build_id_start + NOTE_HEADER_BYTES;
    return az_build_id_end > *out ? (size_t)(az_build_id_end - *out) : 0;
}
