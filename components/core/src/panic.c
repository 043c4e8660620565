/*
 * The end of an image that cannot go on. Addresses only: the runner and `azbuild symbolize` have the symbols, found by the build
 * id. Everything here works without a heap, on a few hundred bytes of stack, and only once: a panic in a panic stops at once.
 */
#include <az/arch.h>
#include <az/boot_info.h>
#include <az/console.h>
#include <az/init.h>
#include <az/log.h>
#include <az/machine.h>
#include <az/panic.h>
#include <az/trace.h>

#define LINE_BYTES 160
#define STACK_MAX 24
static bool panicking;

static void AZ_PRINTF(1, 2) print(const char *format, ...)
{
    char line[LINE_BYTES];
    va_list args;
    va_start(args, format);
    size_t length = az_format_va(line, sizeof line, format, args);
    va_end(args);
    az_console_write(line, AZ_MIN(length, sizeof line - 1));
}

static void print_registers(const struct az_trap_frame *frame)
{
    const uintptr_t *word = (const uintptr_t *)(const void *)frame;
    const char *name = az_trap_frame_names;
    for (unsigned column = 1; *name; column++) {
        char text[8];
        size_t length = 0;
        while (*name && *name != ' ')
            text[length++] = *name++;
        text[length] = '\0';
        name += *name == ' ';
        print("%8s %18p%s", text, (void *)*word++, column % 3 == 0 || !*name ? "\n" : "");
    }
}

static void print_stack(const uintptr_t *stack, size_t count)
{
    print("stack:");
    for (size_t i = 0; i < count; i++)
        print("%s%p", i % 4 ? " " : "\n  ", (void *)stack[i]);
    print("\n");
}

/* Numbers as people write them: small ones in decimal, addresses and flags in hexadecimal. */
static void print_word(long value)
{
    print(value > -65536 && value < 65536 ? "%ld" : "0x%lx", value);
}

static void print_call(const struct az_trace_call *call)
{
    print("  %s(", call->name);
    for (unsigned i = 0; i < call->count; i++) {
        print("%s", i ? ", " : "");
        print_word(call->words[i]);
    }
    print(call->returned ? ") = " : ") has not returned");
    if (call->returned)
        print_word(call->result);
    print("\n");
}

/* What identifies the image and the run, so that both can be had again. */
static void print_origin(void)
{
    print("image: %s, build id ", az_app_name);
    const uint8_t *id;
    size_t id_bytes = az_build_id(&id);
    for (size_t i = 0; i < id_bytes; i++)
        print("%02x", id[i]);
    print("\ncommand line: ");
    const char *cmdline = az_boot_info.cmdline;
    size_t length = 0;
    while (cmdline && cmdline[length])
        length++;
    az_console_write(cmdline, length);
    print("\n");
}

static AZ_NORETURN void panic(const struct az_trap_frame *frame, const uintptr_t *stack, size_t count,
                              const char *format, va_list args)
{
    az_interrupts_off();
    if (panicking)
        az_machine_stop();
    panicking = true;

    char message[LINE_BYTES];
    az_format_va(message, sizeof message, format, args);
    print("\naz: panic: %s\n", message);
    if (frame)
        print_registers(frame);
    print_stack(stack, count);
    if (AZ_ON(SYSCALL_TRACE)) {
        print("last system calls:\n");
        az_trace_each(print_call);
    }
    print_origin();
    az_link_panic(stack, count);
    az_machine_stop();
}

void az_panic(const char *format, ...)
{
    uintptr_t stack[STACK_MAX];
    size_t count = az_arch_backtrace(__builtin_frame_address(0), stack, STACK_MAX);
    if (count > 0)
        stack[0]--; /* into the call: nothing of the caller need follow one that never returns */
    va_list args;
    va_start(args, format);
    panic(NULL, stack, count, format, args);
}

void az_panic_trap(const struct az_trap_frame *frame, const char *format, ...)
{
    uintptr_t stack[STACK_MAX];
    size_t count = az_arch_trap_backtrace(frame, stack, STACK_MAX);
    va_list args;
    va_start(args, format);
    panic(frame, stack, count, format, args);
}

void az_assert_failed(const char *condition, const char *file, int line)
{
    az_panic("%s:%d: broken: %s", file, line, condition);
}
