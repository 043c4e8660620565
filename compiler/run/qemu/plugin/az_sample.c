/*
 * A TCG plugin for QEMU that looks at one in every N instructions of an x86 guest, and at the calls that led to it.
 *
 * It counts instructions inside the translated code, so a sample is exact: number, address and stack are those of that very
 * instruction. The sample's place in each N looks random, but is the same in every run: so no loop of the guest keeps step with the
 * sampling. The older interfaces of QEMU let no plugin read registers, so the stack is kept here: a store by a call instruction tells
 * the slot of the return address, a load by a ret the slot that is given up. Slots also tell what was left without a ret (longjmp),
 * and, with the instructions that load the stack pointer, which of several stacks is in use.
 *
 * Arguments, all numbers in decimal: out=FILE, every=N, most=SAMPLES (it ends after so many), start=ADDRESS (repeatable: counting
 * begins there), stop=ADDRESS (ends there), faults=START:STRIDE:COUNT and interrupts=START:STRIDE:COUNT (the entry stubs).
 */
#include "qemu_api.h"
#include "recording.h"
#include "x86_effect.h"

/* QEMU takes a plugin whose version lies between its own oldest and newest; every interface from 2 on still takes a 2. */
EXPORT int qemu_plugin_version = 1;

__attribute__((constructor)) static void choose_version(void)
{
    if (qemu_plugin_num_vcpus)
        qemu_plugin_version = 2;
}

enum {
    CPUS_MAX = 256,
    STARTS_MAX = 4,
    NESTED_MAX = 64,
    PARKED_MAX = 65536,
    FRAMES_MAX = 1 << 22,
    /* Two places this near to each other are on one stack. */
    NEAR_BYTES = 64 << 10,
    VECTOR_DEBUG = 1,
    VECTOR_BREAKPOINT = 3,
    VECTOR_OVERFLOW = 4,
};

/* A translated piece of straight code: the addresses of its instructions. */
struct block {
    struct block *next; /* of those with the same hash */
    u32 count;
    _Bool starts, stops, traps;
    /* The instruction before it was counted, did not happen, and will be counted again. */
    _Bool undoes;
    u64 address[];
};

/* A call that has not returned. */
struct frame {
    u64 slot; /* where its return address lies */
    u64 site; /* the call instruction */
    u32 node; /* in the tree of calls; 0 until it is asked for */
};

struct stack {
    struct frame *frames;
    size_t depth, room;
};

/* Which instruction is noted next. Processors share one where they share the counter. */
struct sampler {
    u64 base; /* of the counter, when counting began */
    u64 lost; /* counted and undone */
    u64 interval;
    u64 next; /* in that interval */
    /* The block that the next sample may lie in: noted when it is left, for it may be left early. */
    const struct block *block;
    u64 block_start;
    u32 block_node;
};

struct cpu {
    struct sampler *sampler;
    struct stack *stack;
    struct stack *interrupted[NESTED_MAX];
    u32 nested;
    /* The stack pointer has been loaded since the last call or ret. */
    _Bool switched;
};

struct stubs {
    u64 start, stride, count;
};

static u64 every = 10007;
static u64 samples_left = ~(u64)0;
static u64 starts[STARTS_MAX];
static u32 start_count;
static u64 stop_address;
static struct stubs fault_stubs, interrupt_stubs;
static int interface_version;
static enum { WAITING, RUNNING, DONE } state = WAITING;

static u64 shared_counter;
static struct qemu_plugin_scoreboard *counters;
static struct cpu *cpus[CPUS_MAX];
static struct sampler *shared_sampler;
static struct stack **parked;
static size_t parked_count, parked_room;

#define BLOCK_HASHES (1u << 16)
static struct block *blocks[BLOCK_HASHES];

/* The node of the innermost call. Those below the first that is known are known too. */
static u32 node_of(struct stack *stack)
{
    size_t known = stack->depth;
    while (known > 0 && stack->frames[known - 1].node == 0)
        known--;
    u32 node = known > 0 ? stack->frames[known - 1].node : 0;
    for (; known < stack->depth; known++)
        stack->frames[known].node = node = child(node, stack->frames[known].site);
    return node;
}

/* Stacks. */

static void push(struct stack *stack, u64 slot, u64 site)
{
    if (stack->depth == stack->room) {
        if (stack->room == FRAMES_MAX)
            return;
        stack->room = stack->room ? stack->room * 2 : 64;
        stack->frames = must(realloc(stack->frames, stack->room * sizeof *stack->frames));
    }
    stack->frames[stack->depth++] = (struct frame){slot, site, 0};
}

static struct stack *new_stack(void)
{
    return must(calloc(1, sizeof(struct stack)));
}

static void free_stack(struct stack *stack)
{
    free(stack->frames);
    free(stack);
}

/* Puts the stack in use aside for another. An empty one is not worth keeping. */
static void change_stack(struct cpu *cpu, struct stack *to)
{
    if (cpu->stack->depth == 0 || parked_count == PARKED_MAX) {
        free_stack(cpu->stack);
    } else {
        if (parked_count == parked_room) {
            parked_room = parked_room ? parked_room * 2 : 16;
            parked = must(realloc(parked, parked_room * sizeof *parked));
        }
        parked[parked_count++] = cpu->stack;
    }
    cpu->stack = to;
}

static struct stack *take_parked(size_t index)
{
    struct stack *stack = parked[index];
    parked[index] = parked[--parked_count];
    return stack;
}

/* The depth of a stack below (and without) the call with that slot, or -1. */
static long depth_under(const struct stack *stack, u64 slot)
{
    for (size_t i = stack->depth; i-- > 0;)
        if (stack->frames[i].slot == slot)
            return (long)i;
    return -1;
}

static _Bool is_near(const struct frame *frame, u64 slot)
{
    return frame->slot > slot && frame->slot - slot <= NEAR_BYTES;
}

/* The stack pointer was loaded: finds out where a call that stores to `slot` belongs. */
static void resolve_call(struct cpu *cpu, u64 slot)
{
    struct stack *stack = cpu->stack;
    for (size_t i = stack->depth; i-- > 0;) {
        if (is_near(&stack->frames[i], slot)) {
            stack->depth = i + 1; /* a longjmp, or nothing happened */
            return;
        }
    }
    for (size_t i = 0; i < parked_count; i++) {
        if (is_near(&parked[i]->frames[parked[i]->depth - 1], slot)) {
            change_stack(cpu, take_parked(i));
            return;
        }
    }
    /* A stack not seen before, entered from here: what is below stays. */
}

static void resolve_return(struct cpu *cpu, u64 slot)
{
    for (size_t i = 0; i < parked_count; i++) {
        struct stack *other = parked[i];
        if (other->frames[other->depth - 1].slot == slot) {
            change_stack(cpu, take_parked(i));
            cpu->stack->depth--;
            return;
        }
    }
    for (u32 i = cpu->nested; i-- > 0;) {
        long depth = depth_under(cpu->interrupted[i], slot);
        if (depth < 0)
            continue;
        while (cpu->nested > i) { /* left an interrupt without iret */
            free_stack(cpu->stack);
            cpu->stack = cpu->interrupted[--cpu->nested];
        }
        cpu->stack->depth = (size_t)depth;
        return;
    }
    change_stack(cpu, new_stack()); /* a thread that starts */
}

static void on_call(unsigned index, qemu_plugin_meminfo_t info, u64 slot, void *site)
{
    struct cpu *cpu = cpus[index];
    if (state != RUNNING || !cpu || !qemu_plugin_mem_is_store(info)) /* call *mem loads first */
        return;
    if (cpu->switched) {
        resolve_call(cpu, slot);
        cpu->switched = 0;
    } else {
        struct stack *stack = cpu->stack;
        while (stack->depth > 0 && stack->frames[stack->depth - 1].slot <= slot)
            stack->depth--;
    }
    push(cpu->stack, slot, (uintptr_t)site);
}

static void on_return(unsigned index, qemu_plugin_meminfo_t info, u64 slot, void *data)
{
    (void)info, (void)data;
    struct cpu *cpu = cpus[index];
    if (state != RUNNING || !cpu)
        return;
    struct stack *stack = cpu->stack;
    if (stack->depth > 0 && stack->frames[stack->depth - 1].slot == slot) {
        stack->depth--;
        cpu->switched = 0;
        return;
    }
    long depth = depth_under(stack, slot);
    if (depth >= 0) {
        stack->depth = (size_t)depth;
    } else if (cpu->switched) {
        resolve_return(cpu, slot);
    } else {
        while (stack->depth > 0 && stack->frames[stack->depth - 1].slot < slot)
            stack->depth--;
    }
    cpu->switched = 0;
}

static void on_switch(unsigned index, void *data)
{
    (void)data;
    if (cpus[index])
        cpus[index]->switched = 1;
}

static void on_trap_return(unsigned index, void *data)
{
    (void)data;
    struct cpu *cpu = cpus[index];
    if (!cpu || cpu->nested == 0)
        return;
    free_stack(cpu->stack);
    cpu->stack = cpu->interrupted[--cpu->nested];
    cpu->switched = 0;
}

/* A fault or an interrupt has a stack of calls of its own, whose first is the entry stub. */
static void enter_trap(struct cpu *cpu, u64 stub)
{
    if (cpu->nested == NESTED_MAX) {
        free_stack(cpu->interrupted[0]);
        for (u32 i = 1; i < NESTED_MAX; i++)
            cpu->interrupted[i - 1] = cpu->interrupted[i];
        cpu->nested--;
    }
    cpu->interrupted[cpu->nested++] = cpu->stack;
    cpu->stack = new_stack();
    push(cpu->stack, ~(u64)0, stub);
    cpu->switched = 0;
}

/* Sampling. */

static u64 executed(unsigned index)
{
    return counters ? *(u64 *)qemu_plugin_scoreboard_find(counters, index) : shared_counter;
}

/* The place of the sample in an interval; the hash is the finaliser of SplitMix64. */
static u64 place_in(u64 interval)
{
    u64 hash = (interval + 1) * 0x9e3779b97f4a7c15u;
    hash = (hash ^ hash >> 30) * 0xbf58476d1ce4e5b9u;
    hash = (hash ^ hash >> 27) * 0x94d049bb133111ebu;
    return interval * every + (hash ^ hash >> 31) % every;
}

static struct cpu *cpu_of(unsigned index)
{
    if (index >= CPUS_MAX)
        abort();
    if (!cpus[index]) {
        struct cpu *cpu = must(calloc(1, sizeof *cpu));
        cpu->stack = new_stack();
        if (counters || !shared_sampler) {
            struct sampler *sampler = must(calloc(1, sizeof *sampler));
            sampler->base = executed(index);
            sampler->next = place_in(0);
            shared_sampler = cpu->sampler = sampler;
        } else {
            cpu->sampler = shared_sampler;
        }
        cpus[index] = cpu;
    }
    return cpus[index];
}

/* Notes the samples of the block that has been left, as far as it was executed. */
static void settle(struct sampler *sampler, u64 now)
{
    if (!sampler->block)
        return;
    for (; sampler->next < now; sampler->next = place_in(++sampler->interval)) {
        u64 into = sampler->next - sampler->block_start;
        if (into >= sampler->block->count)
            break;
        if (samples_left == 0)
            break;
        samples_left--;
        emit(RECORD_SAMPLE, child(sampler->block_node, sampler->block->address[into]), sampler->next);
    }
    sampler->block = 0;
}

static void finish(void)
{
    if (state == DONE)
        return;
    u64 total = 0;
    for (unsigned i = 0; i < CPUS_MAX; i++) {
        struct cpu *cpu = cpus[i];
        if (!cpu || (!counters && total > 0))
            continue;
        u64 now = executed(i) - cpu->sampler->base - cpu->sampler->lost;
        settle(cpu->sampler, now);
        total += now;
    }
    state = DONE;
    emit(RECORD_END, 0, total);
    fclose(out);
}

static void on_block(unsigned index, void *data)
{
    const struct block *block = data;
    if (state != RUNNING) {
        if (state == DONE || !block->starts)
            return;
        state = RUNNING;
    }
    struct cpu *cpu = cpu_of(index);
    struct sampler *sampler = cpu->sampler;
    if (block->undoes)
        sampler->lost++;
    u64 now = executed(index) - sampler->base - sampler->lost;
    settle(sampler, now);
    if (block->stops || samples_left == 0) {
        finish();
        return;
    }
    if (block->traps)
        enter_trap(cpu, block->address[0]);
    if (now + block->count > sampler->next) {
        sampler->block = block;
        sampler->block_start = now;
        sampler->block_node = node_of(cpu->stack);
    }
}

/* Translation. */

/* Which stub begins at the address, or -1. */
static long stub_at(const struct stubs *stubs, u64 address)
{
    u64 into = address - stubs->start;
    if (stubs->count == 0 || address < stubs->start || into >= stubs->stride * stubs->count || into % stubs->stride)
        return -1;
    return (long)(into / stubs->stride);
}

static struct block *block_of(struct qemu_plugin_tb *tb, size_t count)
{
    struct block *block = must(calloc(1, sizeof *block + count * sizeof block->address[0]));
    block->count = (u32)count;
    for (size_t i = 0; i < count; i++)
        block->address[i] = qemu_plugin_insn_vaddr(qemu_plugin_tb_get_insn(tb, i));
    struct block **list = &blocks[hash_of((u32)count, block->address[0]) % BLOCK_HASHES];
    for (struct block *known = *list; known; known = known->next) {
        if (known->count == count && memcmp(known->address, block->address, count * sizeof block->address[0]) == 0) {
            free(block);
            return known;
        }
    }
    u64 first = block->address[0];
    for (u32 i = 0; i < start_count; i++)
        block->starts |= starts[i] == first;
    block->stops = stop_address != 0 && stop_address == first;
    long fault = stub_at(&fault_stubs, first);
    block->traps = fault >= 0 || stub_at(&interrupt_stubs, first) >= 0;
    block->undoes = fault >= 0 && fault != VECTOR_DEBUG && fault != VECTOR_BREAKPOINT && fault != VECTOR_OVERFLOW;
    block->next = *list;
    return *list = block;
}

/* Loads and stores are asked for alike: QEMU 7.2 reports no load to who asks for loads alone (op_rw() in plugin-gen.c). */
static void instrument(struct qemu_plugin_insn *insn)
{
    u8 copy[16] = {0};
    u64 address = qemu_plugin_insn_vaddr(insn);
    size_t size = qemu_plugin_insn_size(insn);
    uintptr_t data = qemu_plugin_insn_data(insn, copy, sizeof copy);
    if (size == 0 || size > sizeof copy)
        return;
    switch (effect_of(interface_version < 3 ? (const u8 *)data : copy, size)) {
    case EFFECT_CALL:
        if (stub_at(&interrupt_stubs, address) < 0) /* there a call only tells which vector it is */
            qemu_plugin_register_vcpu_mem_cb(insn, on_call, QEMU_PLUGIN_CB_NO_REGS, QEMU_PLUGIN_MEM_RW,
                                             (void *)(uintptr_t)address);
        break;
    case EFFECT_RETURN:
        qemu_plugin_register_vcpu_mem_cb(insn, on_return, QEMU_PLUGIN_CB_NO_REGS, QEMU_PLUGIN_MEM_RW, 0);
        break;
    case EFFECT_TRAP_RETURN:
        qemu_plugin_register_vcpu_insn_exec_cb(insn, on_trap_return, QEMU_PLUGIN_CB_NO_REGS, 0);
        break;
    case EFFECT_SWITCH:
        qemu_plugin_register_vcpu_insn_exec_cb(insn, on_switch, QEMU_PLUGIN_CB_NO_REGS, 0);
        break;
    case EFFECT_NONE:
        break;
    }
}

static void on_translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
    (void)id;
    size_t count = qemu_plugin_tb_n_insns(tb);
    if (count == 0)
        return;
    qemu_plugin_register_vcpu_tb_exec_cb(tb, on_block, QEMU_PLUGIN_CB_NO_REGS, block_of(tb, count));
    for (size_t i = 0; i < count; i++) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
        if (counters)
            qemu_plugin_register_vcpu_insn_exec_inline_per_vcpu(insn, QEMU_PLUGIN_INLINE_ADD_U64,
                                                                (qemu_plugin_u64){counters, 0}, 1);
        else
            qemu_plugin_register_vcpu_insn_exec_inline(insn, QEMU_PLUGIN_INLINE_ADD_U64, &shared_counter, 1);
        instrument(insn);
    }
}

/* Installation. */

/* The value of `name=value` when it has that name. */
static const char *value_of(const char *argument, const char *name)
{
    size_t length = 0;
    while (name[length])
        length++;
    return strncmp(argument, name, length) == 0 && argument[length] == '=' ? argument + length + 1 : 0;
}

static _Bool parse_stubs(const char *text, struct stubs *into)
{
    char *end;
    into->start = strtoull(text, &end, 10);
    if (*end != ':')
        return 0;
    into->stride = strtoull(end + 1, &end, 10);
    if (*end != ':' || into->stride == 0)
        return 0;
    into->count = strtoull(end + 1, &end, 10);
    return *end == 0;
}

static _Bool parse_argument(const char *argument)
{
    const char *value;
    if ((value = value_of(argument, "out")))
        return (out = fopen(value, "wb")) != 0;
    if ((value = value_of(argument, "every")))
        return (every = strtoull(value, 0, 10)) > 0;
    if ((value = value_of(argument, "most")))
        return (samples_left = strtoull(value, 0, 10)) > 0;
    if ((value = value_of(argument, "start"))) {
        if (start_count == STARTS_MAX)
            return 0;
        starts[start_count++] = strtoull(value, 0, 10);
        return 1;
    }
    if ((value = value_of(argument, "stop")))
        return (stop_address = strtoull(value, 0, 10)) > 0;
    if ((value = value_of(argument, "faults")))
        return parse_stubs(value, &fault_stubs);
    if ((value = value_of(argument, "interrupts")))
        return parse_stubs(value, &interrupt_stubs);
    return 0;
}

static void on_exit(qemu_plugin_id_t id, void *data)
{
    (void)id, (void)data;
    finish();
}

EXPORT int qemu_plugin_install(qemu_plugin_id_t, const qemu_info_t *, int, char **);

int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv)
{
    interface_version = info->version.cur;
    for (int i = 0; i < argc; i++)
        if (!parse_argument(argv[i]))
            return -1;
    if (!out || start_count == 0)
        return -1;
    if (qemu_plugin_scoreboard_new && qemu_plugin_scoreboard_find && qemu_plugin_register_vcpu_insn_exec_inline_per_vcpu)
        counters = must(qemu_plugin_scoreboard_new(sizeof(u64)));
    else if (!qemu_plugin_register_vcpu_insn_exec_inline)
        return -1;
    emit(FORMAT_MAGIC, FORMAT_VERSION, every);
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
    qemu_plugin_register_atexit_cb(id, on_exit, 0);
    return 0;
}
