/* Input from the console. */
#ifndef AZ_STDIO_TERMINAL_H
#define AZ_STDIO_TERMINAL_H

#include <az/file.h>

ssize_t az_terminal_readv(struct az_file *file, const struct iovec *iov, int count, int64_t at);
uint32_t az_terminal_poll(struct az_file *file);
int az_terminal_ioctl(unsigned long request, unsigned long argument);

#endif
