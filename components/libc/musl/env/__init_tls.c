/*
 * Thread-local storage of the first thread, and the layout that pthread_create() repeats for others. x86 puts a
 * thread's variables below its thread descriptor (variant II of the ELF TLS ABI): a block holds the dtv, room for
 * the variables, and the descriptor. The image's template is found through its program headers.
 *
 * The variables of ordinary programs fit a block in .bss; larger ones take pages, so that only such an image
 * needs mm.vm.
 */
#include <elf.h>
#include <link.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include "pthread_impl.h"
#include "az_weak.h"

#define SMALL_TLS_BYTES (16 * sizeof(void *))

volatile int __thread_list_lock;

extern hidden const ElfW(Ehdr) __ehdr_start; /* made by the linker */
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

static void find_image_tls(void)
{
    const ElfW(Phdr) *header = (const void *)((const char *)&__ehdr_start + __ehdr_start.e_phoff);
    for (size_t left = __ehdr_start.e_phnum; left; left--, header++) {
        if (header->p_type != PT_TLS)
            continue;
        image_tls.image = (void *)header->p_vaddr;
        image_tls.len = header->p_filesz;
        image_tls.align = header->p_align;
        image_tls.size = header->p_memsz;
        libc.tls_head = &image_tls;
        libc.tls_cnt = 1;
    }
}

void __init_tls(size_t *auxv)
{
    find_image_tls();
    /* The linker counts offsets back from the end of the template, rounded so that its start stays aligned. */
    image_tls.size += -(image_tls.size + (uintptr_t)image_tls.image) & (image_tls.align - !!image_tls.align);
    image_tls.offset = image_tls.size;
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
