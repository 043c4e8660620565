/*
 * What the plugin uses of QEMU and of the C library.
 *
 * The interface is that of docs/devel/tcg-plugins.rst of QEMU, versions 1 to 7 (QEMU 7.2 to 10). It is declared here as far as it
 * is used, because distributions do not ship its header. Nothing but the C library that QEMU has loaded anyway is needed.
 */
#ifndef AZ_QEMU_API_H
#define AZ_QEMU_API_H

typedef __UINT8_TYPE__ u8;
typedef __UINT32_TYPE__ u32;
typedef __UINT64_TYPE__ u64;
typedef __SIZE_TYPE__ size_t;
typedef __UINTPTR_TYPE__ uintptr_t;

#define EXPORT __attribute__((visibility("default")))
#define WEAK __attribute__((weak))

/* The C library. */
typedef struct file FILE;
FILE *fopen(const char *name, const char *mode);
size_t fwrite(const void *bytes, size_t size, size_t count, FILE *file);
int fclose(FILE *file);
void *calloc(size_t count, size_t size);
void *realloc(void *old, size_t size);
void free(void *old);
int memcmp(const void *one, const void *other, size_t size);
int strncmp(const char *one, const char *other, size_t size);
unsigned long long strtoull(const char *text, char **end, int base);
_Noreturn void abort(void);

/* QEMU. */
struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_plugin_scoreboard;
typedef u64 qemu_plugin_id_t;
typedef u32 qemu_plugin_meminfo_t;
typedef struct {
    const char *target_name;
    struct {
        int min, cur;
    } version;
    _Bool system_emulation;
    struct {
        int smp_vcpus, max_vcpus;
    } system;
} qemu_info_t;
typedef struct {
    struct qemu_plugin_scoreboard *score;
    size_t offset;
} qemu_plugin_u64;
enum qemu_plugin_cb_flags { QEMU_PLUGIN_CB_NO_REGS };
enum qemu_plugin_mem_rw { QEMU_PLUGIN_MEM_RW = 3 };
enum qemu_plugin_op { QEMU_PLUGIN_INLINE_ADD_U64 };
typedef void (*exec_cb)(unsigned cpu, void *data);
typedef void (*mem_cb)(unsigned cpu, qemu_plugin_meminfo_t info, u64 address, void *data);

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t, void (*)(qemu_plugin_id_t, struct qemu_plugin_tb *));
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t, void (*)(qemu_plugin_id_t, void *), void *);
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *, exec_cb, enum qemu_plugin_cb_flags, void *);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *, exec_cb, enum qemu_plugin_cb_flags, void *);
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *, mem_cb, enum qemu_plugin_cb_flags, enum qemu_plugin_mem_rw,
                                      void *);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *, size_t);
u64 qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *);
_Bool qemu_plugin_mem_is_store(qemu_plugin_meminfo_t);
/* Up to interface 2 it returns the bytes and ignores the rest; from 3 on it copies them and returns how many. */
uintptr_t qemu_plugin_insn_data(const struct qemu_plugin_insn *, void *, size_t);
/* Interface 1 alone has one counter for all processors; from 2 on each has its own. */
WEAK void qemu_plugin_register_vcpu_insn_exec_inline(struct qemu_plugin_insn *, enum qemu_plugin_op, void *, u64);
WEAK void qemu_plugin_register_vcpu_insn_exec_inline_per_vcpu(struct qemu_plugin_insn *, enum qemu_plugin_op,
                                                              qemu_plugin_u64, u64);
WEAK struct qemu_plugin_scoreboard *qemu_plugin_scoreboard_new(size_t);
WEAK void *qemu_plugin_scoreboard_find(struct qemu_plugin_scoreboard *, unsigned);
WEAK int qemu_plugin_num_vcpus(void);

#endif
