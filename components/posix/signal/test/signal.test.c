/* Pending signals, delivery at the end of a call, masks, restarts. */
#define _GNU_SOURCE
#include <az/test.h>

#include <az/posix-fakes.h>

struct sigaltstack; /* glibc has only the typedef */

#include "../../files/src/deadline.c"
#include "../../files/src/wait.c"
#include "../src/action.c"
#include "../src/deliver.c"
#include "../src/pending.c"
#include "../src/send.c"
#include "../src/wait.c"

struct az_file az_stdin, az_stdout, az_stderr;

static char order[32];

static void note(int number)
{
    order[strlen(order)] = (char)('a' + number - 1);
}

static void install(int number, void (*handler)(int), unsigned long flags)
{
    const struct k_sigaction action = {.handler = handler, .flags = flags};
    AZ_CHECK_EQ(az_sys_rt_sigaction(number, &action, NULL, 8), 0);
}

static void block(uint64_t mask)
{
    AZ_CHECK_EQ(az_sys_rt_sigprocmask(SIG_SETMASK, &mask, NULL, 8), 0);
}

AZ_TEST(blocked_signals_wait_and_come_lowest_first)
{
    memset(order, 0, sizeof(order));
    install(3, note, 0);
    install(10, note, 0);
    block(signal_bit(3) | signal_bit(10));
    AZ_CHECK_EQ(az_sys_kill(1, 10), 0);
    AZ_CHECK_EQ(az_sys_kill(0, 3), 0);
    AZ_CHECK_EQ(az_sys_kill(-1, 3), 0);
    AZ_CHECK_STR(order, "");
    uint64_t pending = 0;
    AZ_CHECK_EQ(az_sys_rt_sigpending(&pending, 8), 0);
    AZ_CHECK_EQ(pending, signal_bit(3) | signal_bit(10));
    block(0);
    AZ_CHECK_STR(order, "cj");
}

AZ_TEST(every_handler_must_ask_for_a_restart)
{
    install(3, note, SA_RESTART);
    install(4, note, 0);
    long result = -ERESTART;
    az_signal_send(3);
    AZ_CHECK(az_signal_return(&result));
    az_signal_send(3);
    az_signal_send(4);
    AZ_CHECK(!az_signal_return(&result));
    AZ_CHECK_EQ(result, -EINTR);
    result = 5;
    az_signal_send(4);
    AZ_CHECK(!az_signal_return(&result));
    AZ_CHECK_EQ(result, 5);
}

AZ_TEST(default_actions)
{
    install(3, SIG_DFL, 0);
    install(4, SIG_IGN, 0);
    AZ_CHECK_EQ(FAKE_STATUS_OF(az_sys_kill(1, 3)), 128 + 3);
    AZ_CHECK_EQ(az_sys_kill(1, 4), 0);
    AZ_CHECK_EQ(az_sys_kill(1, SIGCHLD), 0);
    AZ_CHECK_EQ(az_signal_pending(), 0);
    AZ_CHECK_EQ(FAKE_STATUS_OF(az_sys_kill(1, SIGKILL)), 128 + SIGKILL);
}

static uint64_t mask_in_handler;

static void look_at_mask(int number)
{
    (void)number;
    mask_in_handler = az_signals.only.mask;
}

AZ_TEST(masks_during_and_after)
{
    const struct k_sigaction action = {.handler = look_at_mask, .mask = {1u << 11, 0}};
    AZ_CHECK_EQ(az_sys_rt_sigaction(10, &action, NULL, 8), 0);
    const uint64_t before = signal_bit(10) | signal_bit(20), during = signal_bit(30);
    block(before);
    AZ_CHECK_EQ(az_sys_kill(1, 10), 0);
    AZ_CHECK_EQ(az_sys_rt_sigsuspend(&during, 8), -EINTR);
    AZ_CHECK_EQ(mask_in_handler, during | signal_bit(12) | signal_bit(10));
    AZ_CHECK_EQ(az_signals.only.mask, before);
    block(~0ull);
    AZ_CHECK_EQ(az_signals.only.mask, ~SIGNAL_UNMASKABLE);
    block(0);
}

AZ_TEST(real_time_signals_queue)
{
    struct signal_origin origin;
    block(~0ull);
    for (int i = 0; i < 3; i++) {
        siginfo_t info = {.si_code = SI_QUEUE};
        info.si_value.sival_int = i;
        AZ_CHECK_EQ(az_sys_rt_sigqueueinfo(1, 40, &info), 0);
    }
    for (int i = 0; i < 3; i++) {
        AZ_CHECK_EQ(az_signal_take(~0ull, &origin), 40);
        AZ_CHECK_EQ(origin.value.sival_int, i);
    }
    AZ_CHECK_EQ(az_signal_take(~0ull, &origin), 0);
    siginfo_t info = {0};
    for (unsigned i = 0; i < QUEUED_MAX; i++)
        AZ_CHECK_EQ(az_sys_rt_sigqueueinfo(1, 41, &info), 0);
    AZ_CHECK_EQ(az_sys_rt_sigqueueinfo(1, 41, &info), -EAGAIN);
    install(41, SIG_IGN, 0);
    AZ_CHECK_EQ(fake_heap_live, 0);
    block(0);
}

AZ_TEST(waiting_for_one)
{
    const uint64_t set = signal_bit(10);
    const struct timespec limit = {.tv_nsec = 1000};
    block(set);
    AZ_CHECK_EQ(az_sys_rt_sigtimedwait(&set, NULL, &limit, 8), -EAGAIN);
    AZ_CHECK_EQ(az_sys_kill(1, 10), 0);
    siginfo_t info;
    AZ_CHECK_EQ(az_sys_rt_sigtimedwait(&set, &info, &limit, 8), 10);
    AZ_CHECK_EQ(info.si_pid, 1);
    block(0);
    AZ_CHECK_EQ(az_signals.only.mask, 0);
}

static uintptr_t stack_in_handler;

static void look_at_stack(int number)
{
    stack_in_handler = (uintptr_t)__builtin_frame_address(0) + (uintptr_t)number * 0;
}

__attribute__((no_sanitize("address"))) static void run_on_alternate_stack(void)
{
    static _Alignas(16) char memory[65536];
    const stack_t alternate = {.ss_sp = memory, .ss_size = sizeof(memory)};
    const struct k_sigaction action = {.handler = look_at_stack, .flags = SA_ONSTACK};
    AZ_CHECK_EQ(az_sys_sigaltstack((const void *)&alternate, NULL), 0);
    AZ_CHECK_EQ(az_sys_rt_sigaction(10, &action, NULL, 8), 0);
    AZ_CHECK_EQ(az_sys_kill(1, 10), 0);
    AZ_CHECK(stack_in_handler - (uintptr_t)memory < sizeof(memory));
}

AZ_TEST(alternate_stack)
{
    run_on_alternate_stack();
}
