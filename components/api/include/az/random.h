/* Entropy. Providers: drivers/rdrand, drivers/virtio-rng. Joined and stretched (ChaCha20) by core random. */
#ifndef AZ_RANDOM_H
#define AZ_RANDOM_H

#include <az/base.h>

struct az_entropy_source {
    const char *name;
    /* Fills up to `bytes`, waiting within bounds; returns how many. Context: thread. */
    size_t (*read)(void *out, size_t bytes);
    struct az_entropy_source *next;
};
void az_entropy_source_register(struct az_entropy_source *source);

/*
 * Fills `out` with random bytes fit for keys. Context: thread.
 * Errors: -EAGAIN when no source has given 32 bytes yet.
 */
AZ_MUST_USE int az_random_bytes(void *out, size_t bytes);
/* Unpredictable enough for sequence numbers and hash seeds; falls back to the TSC when there is no source. Never fails. */
uint32_t az_random_u32(void);

#endif
