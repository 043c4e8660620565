/*
 * Lines of text to the port that the runner announced (az.link=PORT), a byte at a time; without it nothing at all:
 *
 *     main
 *     exit 200
 *     listen tcp 8080
 *     unlisten tcp 8080
 *     panic BUILD-ID 0xffffffff80102345 0xffffffff80101234
 */
#include <az/arch.h>
#include <az/boot_info.h>
#include <az/log.h>
#include <az/machine.h>
#include <az/panic.h>

#define RECORD_BYTES 48

static void AZ_PRINTF(1, 2) record(const char *format, ...)
{
    char text[RECORD_BYTES];
    unsigned long port;
    if (az_boot_option_number("az.link", &port) || port > UINT16_MAX)
        return;
    va_list args;
    va_start(args, format);
    size_t length = az_format_va(text, sizeof text, format, args);
    va_end(args);
    AZ_ASSERT(length < sizeof text);
    for (size_t i = 0; i < length; i++)
        az_out8((uint16_t)port, (uint8_t)text[i]);
}

void az_link_main(void)
{
    record("main\n");
}

void az_link_exit(int status)
{
    record("exit %d\n", status);
}

void az_link_listen(const char *protocol, uint16_t port)
{
    record("listen %s %u\n", protocol, (unsigned)port);
}

void az_link_unlisten(const char *protocol, uint16_t port)
{
    record("unlisten %s %u\n", protocol, (unsigned)port);
}

void az_link_panic(const uintptr_t *addresses, size_t count)
{
    const uint8_t *id;
    size_t id_bytes = az_build_id(&id);
    record("panic ");
    for (size_t i = 0; i < id_bytes; i++)
        record("%02x", id[i]);
    for (size_t i = 0; i < count; i++)
        record(" %p", (void *)addresses[i]);
    record("\n");
}
