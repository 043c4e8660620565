/* Printing what a call answered so that two systems can be compared: names for errors, numbers for the rest. */
#ifndef SHOW_H
#define SHOW_H

#include <errno.h>
#include <stdio.h>

static const char *error_name(int error)
{
    static const struct {
        int error;
        const char *name;
    } names[] = {
#define NAME(error) {error, #error}
        NAME(EPERM),     NAME(ENOENT),    NAME(ESRCH),      NAME(EINTR),        NAME(EIO),          NAME(ENXIO),
        NAME(E2BIG),     NAME(EBADF),     NAME(ECHILD),     NAME(EAGAIN),       NAME(ENOMEM),       NAME(EACCES),
        NAME(EFAULT),    NAME(EBUSY),     NAME(EEXIST),     NAME(EXDEV),        NAME(ENODEV),       NAME(ENOTDIR),
        NAME(EISDIR),    NAME(EINVAL),    NAME(ENFILE),     NAME(EMFILE),       NAME(ENOTTY),       NAME(EFBIG),
        NAME(ENOSPC),    NAME(ESPIPE),    NAME(EROFS),      NAME(EMLINK),       NAME(EPIPE),        NAME(EDOM),
        NAME(ERANGE),    NAME(EDEADLK),   NAME(ENAMETOOLONG), NAME(ENOSYS),     NAME(ENOTEMPTY),    NAME(ELOOP),
        NAME(EOVERFLOW), NAME(ENOTSOCK),  NAME(EDESTADDRREQ), NAME(EMSGSIZE),   NAME(EPROTOTYPE),   NAME(ENOPROTOOPT),
        NAME(EPROTONOSUPPORT), NAME(EOPNOTSUPP), NAME(EAFNOSUPPORT), NAME(EADDRINUSE), NAME(EADDRNOTAVAIL),
        NAME(ENETUNREACH), NAME(ECONNABORTED), NAME(ECONNRESET), NAME(ENOBUFS), NAME(EISCONN),      NAME(ENOTCONN),
        NAME(ETIMEDOUT), NAME(ECONNREFUSED), NAME(EALREADY), NAME(EINPROGRESS), NAME(EILSEQ),
#undef NAME
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (names[i].error == error)
            return names[i].name;
    return "another error";
}

static void show(const char *what, long long value)
{
    if (value == -1)
        printf("%s: %s\n", what, error_name(errno));
    else
        printf("%s: %lld\n", what, value);
}

/* Prints the expression with its value, or with the name of errno when that is -1. */
#define SHOW(expression) (errno = 0, show(#expression, (long long)(expression)))

#endif
