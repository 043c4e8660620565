/*
 * Thread-local storage of the first thread, and the layout that pthread_create() repeats for others. x86 puts a
 * thread's variables below its thread descriptor (variant II of the ELF TLS ABI): a block holds the dtv, room for
 * the variables, and the descriptor. The linker script says where the image's template is.
 *
 * The variables of ordinary programs fit a block in .bss; larger ones take pages, so that only such an image
 * needs mm.vm.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include "pthread_impl.h"
#include "az_weak.h"

#define SMALL_TLS_BYTES (16 * sizeof(void *))

volatile int __thread_list_lock;

/* Absolute symbols: an address, the bytes of initial data, all bytes, and the alignment (templates/link/image.ld.hbs). */
extern hidden char az_tls_start[], az_tls_file_bytes[], az_tls_bytes[], az_tls_align[];
extern weak void *az_app_pages_alloc(size_t bytes);

static struct {
    char first;
    struct pthread thread; /* as aligned as a descriptor must be */
    char variables[SMALL_TLS_BYTES + 2 * sizeof(void *)];
} first_block;

#define DESCRIPTOR_ALIGN offsetof(__typeof__(first_block), thread)

static struct tls_module image_tls;

int __init_tp(void *descriptor)
{
    pthread_t self = descriptor;
    self->self = self;
    __set_thread_area(self);
    libc.can_do_threads = 1;
    self->detach_state = DT_JOINABLE;
    self->tid = az_weak_set_tid_address ? az_weak_set_tid_address(&__thread_list_lock) : 1;
    self->locale = &libc.global_locale;
    self->robust_list.head = &self->robust_list.head;
    self->next = self->prev = self;
    return 0;
}

/* Lays a thread's block out in `block` of libc.tls_size bytes; returns its descriptor. */
void *__copy_tls(unsigned char *block)
{
    uintptr_t *dtv = (uintptr_t *)block;
    uintptr_t end = (uintptr_t)block + libc.tls_size - sizeof(struct pthread);
    pthread_t descriptor = (pthread_t)(end & -libc.tls_align);
    size_t count = 0;

    for (struct tls_module *module = libc.tls_head; module; module = module->next) {
        unsigned char *variables = (unsigned char *)descriptor - module->offset;
        dtv[++count] = (uintptr_t)variables + DTP_OFFSET;
        memcpy(variables, module->image, module->len);
    }
    dtv[0] = count;
    descriptor->dtv = dtv;
    return descriptor;
}

void __init_tls(size_t *auxv)
{
    image_tls.image = az_tls_start;
    image_tls.len = (size_t)az_tls_file_bytes;
    image_tls.size = (size_t)az_tls_bytes;
    image_tls.align = (size_t)az_tls_align;
    if (image_tls.size) {
        libc.tls_head = &image_tls;
        libc.tls_cnt = 1;
        /* The linker counts offsets back from the end of the template, rounded so that its start is aligned. */
        image_tls.size += -(image_tls.size + (uintptr_t)image_tls.image) & (image_tls.align - 1);
        image_tls.offset = image_tls.size;
    }
    if (image_tls.align < DESCRIPTOR_ALIGN)
        image_tls.align = DESCRIPTOR_ALIGN;

    libc.tls_align = image_tls.align;
    libc.tls_size = 2 * sizeof(void *) + image_tls.size + image_tls.align + sizeof(struct pthread);
    libc.tls_size = (libc.tls_size + DESCRIPTOR_ALIGN - 1) & -DESCRIPTOR_ALIGN;

    void *block = &first_block;
    if (libc.tls_size > sizeof first_block) {
        block = az_app_pages_alloc ? az_app_pages_alloc((libc.tls_size + 4095) & -4096UL) : NULL;
        if (!block)
            a_crash();
    }
    __init_tp(__copy_tls(block));
}
