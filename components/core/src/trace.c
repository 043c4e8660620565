/* A ring of the last system calls. One that runs a signal's handler is older than those the handler makes. */
#include <az/trace.h>

static struct az_trace_call ring[CONFIG_SYSCALL_TRACE_CALLS];
static uint32_t last;

static struct az_trace_call *place_of(uint32_t number)
{
    return &ring[number % AZ_ARRAY_LENGTH(ring)];
}

uint32_t az_trace_enter(const char *name, unsigned count, const long *words)
{
    const uint32_t number = ++last;
    struct az_trace_call *call = place_of(number);
    call->name = name;
    call->number = number;
    call->count = (uint8_t)count;
    call->returned = false;
    for (unsigned i = 0; i < count; i++)
        call->words[i] = words[i];
    return number;
}

long az_trace_leave(uint32_t number, long result)
{
    struct az_trace_call *call = place_of(number);
    if (call->number == number) {
        call->returned = true;
        call->result = result;
    }
    return result;
}

void az_trace_each(void (*visit)(const struct az_trace_call *call))
{
    const uint32_t length = AZ_ARRAY_LENGTH(ring);
    for (uint32_t i = 1; i <= length; i++) {
        const uint32_t number = last - length + i;
        const struct az_trace_call *call = place_of(number);
        if (call->name && call->number == number)
            visit(call);
    }
}
