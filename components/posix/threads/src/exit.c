/* The end of a thread: its robust mutexes, the word that says it is gone, its stack. */
#include <az/futex.h>

#include <errno.h>

#include <az/process.h>
#include <az/thread.h>
#include <az/user.h>

/* From <linux/futex.h>, which libc does not repeat. */
#define FUTEX_WAITERS 0x80000000u
#define FUTEX_OWNER_DIED 0x40000000u
#define FUTEX_TID_MASK 0x3fffffffu
#define ROBUST_LIST_LIMIT 2048 /* a list may be a ring by mistake */

struct robust_list {
    struct robust_list *next;
};
struct robust_list_head {
    struct robust_list list;
    long futex_offset;
    struct robust_list *pending; /* of an operation that was not finished */
};

static void owner_died(const struct robust_list *entry, long offset, int id)
{
    uint32_t *word = (uint32_t *)((uintptr_t)entry + (uintptr_t)offset);
    uint32_t value;
    if (az_user_get(&value, word) || (value & FUTEX_TID_MASK) != (uint32_t)id)
        return;
    const uint32_t died = (value & FUTEX_WAITERS) | FUTEX_OWNER_DIED;
    if (az_user_put(word, &died) == 0 && (value & FUTEX_WAITERS))
        az_futex_wake(word, 1);
}

static void give_up_robust(const struct az_thread *thread)
{
    const struct robust_list *const list = thread->robust_list;
    struct robust_list_head head;
    struct robust_list entry;
    if (!list || az_user_get(&head, (const struct robust_list_head *)thread->robust_list))
        return;
    entry = head.list;
    for (int i = 0; i < ROBUST_LIST_LIMIT && entry.next != list; i++) {
        const struct robust_list *const at = entry.next;
        if (az_user_get(&entry, at))
            return;
        if (at != head.pending)
            owner_died(at, head.futex_offset, thread->id);
    }
    if (head.pending)
        owner_died(head.pending, head.futex_offset, thread->id);
}

static void say_goodbye(struct az_thread *thread)
{
    give_up_robust(thread);
    if (thread->clear_at_end && az_user_put(thread->clear_at_end, &(int){0}) == 0)
        az_futex_wake((const uint32_t *)thread->clear_at_end, 1);
    az_signal_thread_ends(thread);
}

static bool is_last(void)
{
    return az_thread_next(az_thread_next(NULL)) == NULL;
}

void az_thread_exit(void)
{
    if (is_last())
        return;
    say_goodbye(az_thread_current());
    az_thread_end(NULL, 0);
}

void az_thread_exit_unmapping(void *stack, size_t bytes)
{
    say_goodbye(az_thread_current());
    az_thread_end(stack, bytes);
}
