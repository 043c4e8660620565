/* Intel SDM volume 1, section 7.3.17. */
#include <string.h>

#include <az/arch.h>
#include <az/random.h>
#include <az/self.h>

#define CPUID1_ECX_RDRAND (1u << 30)
#define TRIES 10u
#define REPEATS_MAX 3u

static bool read_word(uint32_t *out)
{
    for (unsigned i = 0; i < TRIES; i++) {
        uint8_t ok;
        __asm__ volatile("rdrand %0; setc %1" : "=r"(*out), "=qm"(ok)::"cc");
        if (ok)
            return true;
    }
    return false;
}

static size_t read_entropy(void *out, size_t bytes)
{
    uint32_t word, last = 0;
    unsigned repeats = 0;
    for (size_t at = 0; at < bytes; at += sizeof word) {
        if (!read_word(&word))
            return at;
        repeats = at && word == last ? repeats + 1 : 0;
        if (repeats == REPEATS_MAX)
            return 0;
        last = word;
        memcpy((uint8_t *)out + at, &word, AZ_MIN(sizeof word, bytes - at));
    }
    return bytes;
}

static struct az_entropy_source source = {.name = "rdrand", .read = read_entropy};

int az_rdrand_init(void)
{
    if (az_cpuid(1, 0).ecx & CPUID1_ECX_RDRAND)
        az_entropy_source_register(&source);
    return 0;
}
