/* The ChaCha20 block function: RFC 8439, section 2.3. */
#ifndef CHACHA20_H
#define CHACHA20_H

#include <az/base.h>

#define CHACHA20_KEY_WORDS 8u
#define CHACHA20_BLOCK_WORDS 16u

/* `state`: constants, key, counter, nonce. */
void chacha20_block(const uint32_t state[CHACHA20_BLOCK_WORDS], uint32_t out[CHACHA20_BLOCK_WORDS]);

#endif
