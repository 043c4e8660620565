/*
 * The app's memory, as system calls touch it: plain accesses and a fault-fixup table, so a bad pointer is -EFAULT and a good
 * one costs nothing. Provided by arch/x86.
 */
#ifndef AZ_USER_H
#define AZ_USER_H

#include <az/base.h>

/* Copies between kernel and app. Context: thread. Errors: -EFAULT; part may have been copied. */
AZ_MUST_USE int az_user_copy_in(void *to, const void *user_from, size_t bytes);
AZ_MUST_USE int az_user_copy_out(void *user_to, const void *from, size_t bytes);
/* Copies a string of at most bytes - 1 characters. Returns its length. Errors: -EFAULT, -ENAMETOOLONG. */
AZ_MUST_USE long az_user_string_in(char *to, const char *user_from, size_t bytes);

#define az_user_get(to, user_from) az_user_copy_in((to), (user_from), sizeof(*(to)))
#define az_user_put(user_to, from) az_user_copy_out((user_to), (from), sizeof(*(from)))

#endif
