#include <az/process.h>

#include <az/boot_info.h>

bool az_stdio_is_terminal(void)
{
    static int8_t known; /* 0: not asked yet, 1: yes, -1: no */
    if (known == 0) {
        char value[4];
        known = az_boot_option("az.tty", value, sizeof(value)) == 0 && value[0] == '1' ? 1 : -1;
    }
    return known > 0;
}
