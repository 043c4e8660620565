/* Fuzzing the reader of DHCP messages: the input is a UDP payload, its fixed part mended so that the options are reached. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "dhcp_message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t mac[6] = {2, 0, 0, 0, 0, 1};
    struct dhcp_answer answer;
    uint8_t *copy = malloc(size ? size : 1); /* of its exact size, so that ASan sees every step beyond */

    memcpy(copy, data, size);
    if (size >= 240 && !(copy[0] & 0x80)) {
        copy[0] = 2;
        memcpy(copy + 4, "\0\0\0\1", 4);
        memcpy(copy + 28, mac, 6);
        memcpy(copy + 236, "\x63\x82\x53\x63", 4);
    }
    if (dhcp_read((struct az_view){copy, (uint32_t)size}, 1, mac, &answer)) {
        if (memchr(answer.config.hostname, 0, sizeof(answer.config.hostname)) == NULL ||
            memchr(answer.config.domain, 0, sizeof(answer.config.domain)) == NULL)
            abort();
    }
    free(copy);
    return 0;
}
