/* The DSDT: ACPI 6.5, sections 5.2.9 (the FADT, which has its address) and 5.2.11.1. */
#include <string.h>

#include <az/acpi.h>

#define FADT_DSDT_END 44u
#define FADT_DSDT 40u
#define FADT_X_DSDT 140u /* from revision 2 on; wins where it is not 0 */

const struct az_acpi_header *az_acpi_dsdt(void)
{
    const struct az_acpi_header *fadt = az_acpi_table("FACP", FADT_DSDT_END);
    if (!fadt)
        return NULL;
    uint64_t address = 0;
    if (fadt->bytes >= FADT_X_DSDT + 8)
        memcpy(&address, (const uint8_t *)fadt + FADT_X_DSDT, 8);
    if (address == 0)
        memcpy(&address, (const uint8_t *)fadt + FADT_DSDT, 4);
    return az_acpi_table_at(address, "DSDT", sizeof *fadt);
}
