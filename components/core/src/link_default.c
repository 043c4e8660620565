/* Without host/link the image tells the runner nothing. */
#include <az/machine.h>

AZ_WEAK void az_link_main(void)
{
}

AZ_WEAK void az_link_exit(int status)
{
    (void)status;
}

AZ_WEAK void az_link_listen(const char *protocol, uint16_t port)
{
    (void)protocol, (void)port;
}

AZ_WEAK void az_link_unlisten(const char *protocol, uint16_t port)
{
    (void)protocol, (void)port;
}

AZ_WEAK void az_link_panic(const uintptr_t *addresses, size_t count)
{
    (void)addresses, (void)count;
}
