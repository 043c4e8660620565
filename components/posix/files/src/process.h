/* The table of descriptors as the system calls of this component see it. */
#ifndef AZ_FILES_PROCESS_H
#define AZ_FILES_PROCESS_H

#include <az/process.h>

/* The entry of an open descriptor; NULL when `fd` is none. */
struct az_fd_entry *az_fd_entry(int fd);
/* Makes `fd` refer to `file`, whose reference passes to the table, closing what it was. Errors: -EBADF, -ENOMEM. */
AZ_MUST_USE int az_fd_replace(int fd, struct az_file *file, uint32_t fd_flags);
/* Errors: -EBADF. */
int az_fd_close(int fd);

#endif
