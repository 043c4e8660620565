/*
 * The bytes of Name (\_S5, Package {a, b, ...}) in AML: ACPI 6.5, sections 7.4.2 (what they mean) and 20.2 (how they are encoded).
 * Other bytes that happen to look alike are next to impossible: name, operators and at least two constants must agree.
 */
#include "sleep-type.h"

#include <string.h>

#define NAME_OP 0x08u
#define PACKAGE_OP 0x12u
#define ZERO_OP 0x00u
#define ONE_OP 0x01u
#define BYTE_PREFIX 0x0au
#define WORD_PREFIX 0x0bu
#define DWORD_PREFIX 0x0cu
#define ROOT_CHAR '\\'
#define SLEEP_TYPE_MAX 7u

/* What is left to read. */
struct aml {
    const uint8_t *next, *end;
};

/* The next byte, -1 at the end. */
static int take(struct aml *aml)
{
    return aml->next < aml->end ? *aml->next++ : -1;
}

/* PkgLength: narrows `aml` to what it covers; false when that is more than there is. */
static bool take_package(struct aml *aml)
{
    const uint8_t *start = aml->next;
    const int lead = take(aml);
    if (lead < 0)
        return false;
    const unsigned more = (unsigned)lead >> 6;
    size_t length = (size_t)lead & (more ? 0x0f : 0x3f);
    for (unsigned i = 0; i < more; i++) {
        const int byte = take(aml);
        if (byte < 0)
            return false;
        length |= (size_t)byte << (4 + 8 * i);
    }
    if (length < (size_t)(aml->next - start) || length > (size_t)(aml->end - start))
        return false;
    aml->end = start + length;
    return true;
}

/* A constant that is a sleep type. */
static bool take_type(struct aml *aml, uint8_t *out)
{
    const int kind = take(aml);
    size_t bytes;
    switch (kind) {
    case ZERO_OP:
    case ONE_OP:
        *out = (uint8_t)kind;
        return true;
    case BYTE_PREFIX:
        bytes = 1;
        break;
    case WORD_PREFIX:
        bytes = 2;
        break;
    case DWORD_PREFIX:
        bytes = 4;
        break;
    default:
        return false;
    }
    if ((size_t)(aml->end - aml->next) < bytes)
        return false;
    *out = aml->next[0];
    for (size_t i = 1; i < bytes; i++)
        if (aml->next[i] != 0)
            return false;
    aml->next += bytes;
    return *out <= SLEEP_TYPE_MAX;
}

/* The package behind a name. */
static bool read_package(struct aml aml, uint8_t out[2])
{
    if (take(&aml) != PACKAGE_OP || !take_package(&aml))
        return false;
    const int elements = take(&aml);
    uint8_t types[2] = {0, 0};
    if (elements < 1 || !take_type(&aml, &types[0]) || (elements > 1 && !take_type(&aml, &types[1])))
        return false;
    memcpy(out, types, sizeof types);
    return true;
}

bool sleep_type_find(const uint8_t *aml, size_t bytes, uint8_t out[2])
{
    static const char name[4] = {'_', 'S', '5', '_'};
    for (size_t at = 1; at + sizeof name <= bytes; at++) {
        if (memcmp(aml + at, name, sizeof name) != 0)
            continue;
        const bool rooted = at >= 2 && aml[at - 1] == ROOT_CHAR;
        if (aml[at - (rooted ? 2 : 1)] != NAME_OP)
            continue;
        if (read_package((struct aml){aml + at + sizeof name, aml + bytes}, out))
            return true;
    }
    return false;
}
