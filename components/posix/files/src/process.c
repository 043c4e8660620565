/*
 * The table of descriptors of the one process. A bitmap beside the entries tells the free ones, and `fd_free` is a floor
 * under the lowest of them, so that a server with many connections finds the next descriptor in a step or two.
 */
#include <az/process.h>

#include <errno.h>
#include <string.h>

#include <az/heap.h>
#include <az/init.h>

#include "process.h"

#define FIRST_SLOTS 4u
#define WORD_BITS 32u

static struct az_fd_entry first_entries[FIRST_SLOTS] = {{&az_stdin, 0}, {&az_stdout, 0}, {&az_stderr, 0}};
static uint32_t first_used[1] = {7};

static struct az_process process = {
    .fds = first_entries,
    .fd_used = first_used,
    .fd_slots = FIRST_SLOTS,
    .fd_free = 3,
    .fd_limit = 1048576,
    .umask = 022,
    .hostname = az_app_name,
};

struct az_process *az_process_current(void)
{
    return &process;
}

static size_t words_of(uint32_t slots)
{
    return (slots + WORD_BITS - 1) / WORD_BITS;
}

/* Makes room for descriptor `fd`, which is below the limit. */
static int grow(uint32_t fd)
{
    uint32_t slots = process.fd_slots;
    while (slots <= fd)
        slots *= 2;
    struct az_fd_entry *fds = az_heap_zalloc(slots * sizeof(*fds));
    if (!fds)
        return -ENOMEM;
    uint32_t *used = az_heap_zalloc(words_of(slots) * sizeof(*used));
    if (!used) {
        az_heap_free(fds, slots * sizeof(*fds));
        return -ENOMEM;
    }
    memcpy(fds, process.fds, process.fd_slots * sizeof(*fds));
    memcpy(used, process.fd_used, words_of(process.fd_slots) * sizeof(*used));
    if (process.fds != first_entries) {
        az_heap_free(process.fds, process.fd_slots * sizeof(*fds));
        az_heap_free(process.fd_used, words_of(process.fd_slots) * sizeof(*used));
    }
    process.fds = fds;
    process.fd_used = used;
    process.fd_slots = slots;
    return 0;
}

/* The lowest free descriptor >= `from`; fd_slots when all of those are taken. */
static uint32_t find_free(uint32_t from)
{
    for (uint32_t fd = from; fd < process.fd_slots; fd = (fd / WORD_BITS + 1) * WORD_BITS) {
        uint32_t free = ~process.fd_used[fd / WORD_BITS] & UINT32_MAX << fd % WORD_BITS;
        if (free)
            return AZ_MIN(fd / WORD_BITS * WORD_BITS + (uint32_t)__builtin_ctz(free), process.fd_slots);
    }
    return AZ_MAX(from, process.fd_slots);
}

static void set_entry(uint32_t fd, struct az_file *file, uint32_t flags)
{
    process.fds[fd] = (struct az_fd_entry){file, flags};
    process.fd_used[fd / WORD_BITS] |= 1u << fd % WORD_BITS;
}

int az_fd_get(int fd, struct az_file **out)
{
    struct az_fd_entry *entry = az_fd_entry(fd);
    if (!entry)
        return -EBADF;
    az_file_ref(entry->file);
    *out = entry->file;
    return 0;
}

struct az_fd_entry *az_fd_entry(int fd)
{
    if ((uint32_t)fd >= process.fd_slots || !process.fds[fd].file)
        return NULL;
    return &process.fds[fd];
}

int az_fd_add(struct az_file *file, int lowest, uint32_t fd_flags)
{
    uint32_t from = AZ_MAX((uint32_t)lowest, process.fd_free);
    uint32_t fd = find_free(from);
    if (fd >= process.fd_limit)
        return -EMFILE;
    if (fd >= process.fd_slots) {
        int error = grow(fd);
        if (error)
            return error;
    }
    set_entry(fd, file, fd_flags);
    if (from == process.fd_free)
        process.fd_free = fd + 1;
    return (int)fd;
}

int az_fd_replace(int fd, struct az_file *file, uint32_t fd_flags)
{
    if ((uint32_t)fd >= process.fd_limit)
        return -EBADF;
    if ((uint32_t)fd >= process.fd_slots) {
        int error = grow((uint32_t)fd);
        if (error)
            return error;
    }
    struct az_file *old = process.fds[fd].file;
    set_entry((uint32_t)fd, file, fd_flags);
    if (old)
        az_file_unref(old);
    return 0;
}

int az_fd_close(int fd)
{
    struct az_fd_entry *entry = az_fd_entry(fd);
    if (!entry)
        return -EBADF;
    struct az_file *file = entry->file;
    *entry = (struct az_fd_entry){NULL, 0};
    process.fd_used[(uint32_t)fd / WORD_BITS] &= ~(1u << (uint32_t)fd % WORD_BITS);
    process.fd_free = AZ_MIN(process.fd_free, (uint32_t)fd);
    az_file_unref(file);
    return 0;
}

void az_fd_remove(int fd)
{
    (void)az_fd_close(fd);
}
