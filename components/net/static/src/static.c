/* az.ip=, az.gateway=, az.dns= on the command line. */
#include <az/boot_info.h>
#include <az/ipv4.h>
#include <az/log.h>
#include <az/self.h>

/* A decimal number up to `max`; the text behind it, or NULL. */
static const char *parse_number(const char *text, unsigned max, unsigned *out)
{
    *out = 0;
    if (*text < '0' || *text > '9')
        return NULL;
    for (; *text >= '0' && *text <= '9'; text++) {
        *out = *out * 10 + (unsigned)(*text - '0');
        if (*out > max)
            return NULL;
    }
    return text;
}

static const char *parse_address(const char *text, az_ip4 *out)
{
    uint8_t bytes[4];
    for (unsigned i = 0; i < 4; i++) {
        unsigned number;
        if ((i && *text++ != '.') || !(text = parse_number(text, 255, &number)))
            return NULL;
        bytes[i] = (uint8_t)number;
    }
    *out = az_ip4_load(bytes);
    return text;
}

static void parse_option(const char *name, az_ip4 *out)
{
    char text[32];
    const char *end;
    if (az_boot_option(name, text, sizeof(text)))
        return;
    end = parse_address(text, out);
    if (!end || *end) {
        az_log("%s=%s is not an IPv4 address", name, text);
        *out = 0;
    }
}

int az_static_init(void)
{
    struct az_ipv4_config config = {.mask = AZ_IP4(255, 255, 255, 0)};
    char text[32];
    const char *end;
    unsigned bits = 24;

    if (az_boot_option("az.ip", text, sizeof(text)))
        return 0;
    end = parse_address(text, &config.address);
    if (end && *end == '/')
        end = parse_number(end + 1, 32, &bits);
    if (!end || *end) {
        az_log("az.ip=%s is not an address with a prefix length", text);
        return 0;
    }
    config.mask = __builtin_bswap32(bits ? UINT32_MAX << (32 - bits) : 0);
    parse_option("az.gateway", &config.gateway);
    parse_option("az.dns", &config.dns[0]);
    for (struct az_netdev *device = az_netdev_next(NULL); device; device = az_netdev_next(device)) {
        if (!(device->flags & AZ_NETDEV_LOOPBACK)) {
            az_ipv4_configure(device, &config);
            break;
        }
    }
    return 0;
}
