/* Device nodes, and what several files of this component share. */
#ifndef AZ_DEV_DEVICE_H
#define AZ_DEV_DEVICE_H

#include <az/vfs.h>

#define DEV_DEVICE 2

/* A character device: the same operations for every open file. */
struct device {
    struct az_node node; /* first */
    const struct az_file_ops *ops;
    uint16_t major, minor;
};

extern const struct az_node_ops az_device_node_ops;
#define DEVICE(number, permissions, file_ops, major_number, minor_number)                          \
    {                                                                                              \
        {&az_device_node_ops, 1, S_IFCHR | (permissions), number, DEV_DEVICE}, file_ops, major_number, minor_number     \
    }

/* For the operations of a device: the node it was opened by, and what stat tells of it. */
struct az_node *az_device_node(struct az_file *file);
int az_device_stat(struct az_file *file, struct az_stat *out);
void az_device_close(struct az_file *file);

extern struct device az_dev_null, az_dev_zero, az_dev_full, az_dev_random, az_dev_urandom, az_dev_tty;
extern struct az_node az_dev_fd_directory;
/* The node that stands for descriptor `fd`, whether or not it is open. Errors: -ENOMEM. */
AZ_MUST_USE int az_dev_fd_node(uint32_t fd, struct az_node **out);

#endif
