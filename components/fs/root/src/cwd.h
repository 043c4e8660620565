/* The working directory. */
#ifndef AZ_FS_CWD_H
#define AZ_FS_CWD_H

#include <az/vfs.h>

/* A reference to it. */
struct az_node *az_cwd_get(void);

#endif
