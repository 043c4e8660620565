/* Device vectors: which handler each belongs to. A vector without a gate ends up in trap.c. */
#include <errno.h>

#include <az/arch.h>
#include <az/x86.h>

#define FIRST_VECTOR 32u
#define FIRST_FREE_VECTOR 48u /* below: the 16 lines of the i8259 */
#define VECTORS 256u
#define STUB_BYTES 5u

extern const char az_vector_stubs[];

static struct {
    az_vector_handler *handler;
    void *arg;
} claims[VECTORS - FIRST_VECTOR];

int az_vector_claim(unsigned vector, az_vector_handler *handler, void *arg)
{
    AZ_ASSERT(vector >= FIRST_VECTOR && vector < VECTORS);
    unsigned index = vector - FIRST_VECTOR;
    if (claims[index].handler)
        return -EBUSY;
    claims[index].arg = arg;
    claims[index].handler = handler;
    az_gate_set(vector, (uintptr_t)az_vector_stubs + STUB_BYTES * index);
    return 0;
}

static void never_called(unsigned vector, void *arg)
{
    (void)vector, (void)arg;
}

int az_vector_claim_entry(unsigned vector, void (*entry)(void))
{
    int error = az_vector_claim(vector, never_called, NULL);
    if (!error)
        az_gate_set(vector, (uintptr_t)entry);
    return error;
}

int az_vector_alloc(az_vector_handler *handler, void *arg, unsigned *out_vector)
{
    for (unsigned vector = FIRST_FREE_VECTOR; vector < VECTORS; vector++) {
        if (!az_vector_claim(vector, handler, arg)) {
            *out_vector = vector;
            return 0;
        }
    }
    return -ENOSPC;
}

void az_vector_dispatch(struct az_trap_frame *frame)
{
    unsigned index = (unsigned)(frame->vector - (uintptr_t)az_vector_stubs) / STUB_BYTES - 1;
    claims[index].handler(index + FIRST_VECTOR, claims[index].arg);
}
