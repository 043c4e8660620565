/* What the boot stubs (templates/boot/) call, each for its protocol: fills az_boot_info from the loader's structures. */
#ifndef AZ_BOOT_PROTOCOL_H
#define AZ_BOOT_PROTOCOL_H

#include <az/base.h>

/* `info`: physical address of struct hvm_start_info. A structure that is none leaves no RAM ranges. Context: early. */
void az_boot_pvh_read(uint32_t info);
/* `info`: physical address of the multiboot information. Context: early. */
void az_boot_multiboot_read(uint32_t info);

#endif
