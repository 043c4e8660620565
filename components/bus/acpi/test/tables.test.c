#include "tables-model.h"

#include <az/test.h>

static void checksum(uint8_t *start, size_t bytes, size_t at)
{
    uint8_t sum = 0;
    start[at] = 0;
    for (size_t i = 0; i < bytes; i++)
        sum = (uint8_t)(sum + start[i]);
    start[at] = (uint8_t)-sum;
}

static void put_rsdp(uint8_t *at, uint8_t revision, uint32_t rsdt, uint64_t xsdt)
{
    struct rsdp rsdp = {.revision = revision, .rsdt = rsdt, .bytes = 36, .xsdt = xsdt};
    memcpy(rsdp.signature, "RSD PTR ", 8);
    memcpy(at, &rsdp, sizeof rsdp);
    checksum(at, 20, 8);
    checksum(at, 36, 32);
}

/* A table of `bytes` with what follows its header; returns its address. */
static uint32_t put_table(size_t offset, const char *signature, uint32_t bytes, const void *body, size_t body_bytes)
{
    struct az_acpi_header header = {.bytes = bytes};
    memcpy(header.signature, signature, 4);
    memcpy(model_memory + offset, &header, sizeof header);
    memcpy(model_memory + offset + sizeof header, body, body_bytes);
    checksum(model_memory + offset, bytes, 9);
    return MODEL_BASE + (uint32_t)offset;
}

AZ_TEST(a_table_is_found_through_the_rsdt)
{
    model_reset();
    uint32_t facp = put_table(512, "FACP", 116, "", 0), apic = put_table(1024, "APIC", 44, "", 0);
    uint32_t entries[] = {0, facp, 0xfffffff0, apic};
    put_table(64, "RSDT", 36 + sizeof entries, entries, sizeof entries);
    put_rsdp(model_memory, 0, MODEL_BASE + 64, 0);
    az_boot_info.rsdp = az_phys_of(MODEL_BASE);
    AZ_CHECK((const uint8_t *)az_acpi_table("APIC", 44) == model_memory + 1024);
    AZ_CHECK((const uint8_t *)az_acpi_table("FACP", 116) == model_memory + 512);
    AZ_CHECK(az_acpi_table("APIC", 45) == NULL); /* too short for who asks */
    AZ_CHECK(az_acpi_table("HPET", 36) == NULL);
}

AZ_TEST(the_xsdt_goes_before_the_rsdt_and_a_broken_one_behind)
{
    model_reset();
    uint32_t old = put_table(512, "APIC", 44, "", 0), new = put_table(1024, "APIC", 44, "", 0);
    uint64_t wide = new;
    put_table(64, "RSDT", 40, &old, 4);
    put_table(128, "XSDT", 44, &wide, 8);
    put_rsdp(model_memory, 2, MODEL_BASE + 64, MODEL_BASE + 128);
    az_boot_info.rsdp = az_phys_of(MODEL_BASE);
    AZ_CHECK((const uint8_t *)az_acpi_table("APIC", 44) == model_memory + 1024);
    root = NULL;
    searched = false;
    model_memory[128 + 9]++;
    AZ_CHECK((const uint8_t *)az_acpi_table("APIC", 44) == model_memory + 512);
}

AZ_TEST(a_wrong_checksum_or_length_is_no_table)
{
    model_reset();
    uint32_t entries[] = {put_table(512, "APIC", 44, "", 0), put_table(1024, "APIC", 48, "", 0)};
    put_table(64, "RSDT", 36 + sizeof entries, entries, sizeof entries);
    put_rsdp(model_memory, 0, MODEL_BASE + 64, 0);
    az_boot_info.rsdp = az_phys_of(MODEL_BASE);
    model_memory[512 + 40]++;
    AZ_CHECK((const uint8_t *)az_acpi_table("APIC", 44) == model_memory + 1024);
    static const uint32_t lengths[] = {0, 35, 4096, 0x7fffffff, 0xffffffff};
    for (unsigned i = 0; i < AZ_ARRAY_LENGTH(lengths); i++) {
        memcpy(model_memory + 1024 + 4, &lengths[i], 4);
        AZ_CHECK(az_acpi_table("APIC", 0) == NULL);
    }
}

AZ_TEST(without_a_pointer_from_the_loader_the_bios_area_is_searched)
{
    model_reset();
    uint32_t apic = put_table(1024, "APIC", 44, "", 0);
    put_table(64, "RSDT", 40, &apic, 4);
    memcpy(model_bios + 0x50, "RSD PTR ", 8); /* not one: no checksum */
    put_rsdp(model_bios + 0x1ffd0, 0, MODEL_BASE + 64, 0);
    AZ_CHECK(az_acpi_table("APIC", 44) != NULL);
    model_reset();
    AZ_CHECK(az_acpi_table("APIC", 44) == NULL);
}

AZ_TEST(the_dsdt_is_where_the_fadt_says)
{
    model_reset();
    uint8_t fadt[244 - 36] = {0};
    uint32_t old = put_table(1024, "DSDT", 40, "abcd", 4);
    uint64_t new = put_table(2048, "DSDT", 40, "efgh", 4);
    memcpy(fadt + FADT_DSDT - 36, &old, 4);
    uint32_t entry = put_table(512, "FACP", 244, fadt, sizeof fadt);
    put_table(64, "RSDT", 40, &entry, 4);
    put_rsdp(model_memory, 0, MODEL_BASE + 64, 0);
    az_boot_info.rsdp = az_phys_of(MODEL_BASE);
    AZ_CHECK((const uint8_t *)az_acpi_dsdt() == model_memory + 1024);
    memcpy(fadt + FADT_X_DSDT - 36, &new, 8);
    put_table(512, "FACP", 244, fadt, sizeof fadt);
    AZ_CHECK((const uint8_t *)az_acpi_dsdt() == model_memory + 2048);
    put_table(512, "FACP", 147, fadt, 147 - 36); /* it ends within the long address */
    AZ_CHECK((const uint8_t *)az_acpi_dsdt() == model_memory + 1024);
    put_table(512, "FACP", 43, fadt, 7);
    AZ_CHECK(az_acpi_dsdt() == NULL);
}
