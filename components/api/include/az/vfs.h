/* The path tree: nodes, the trees that hold them, and how they are found. Provided by fs/root. */
#ifndef AZ_VFS_H
#define AZ_VFS_H

#include <sys/stat.h>
#include <sys/uio.h>

#include <az/file.h>
#include <az/stat.h>

struct az_node;

#define AZ_NAME_BYTES 256u /* of a component, with its NUL */

struct az_dir_entry {
    uint64_t inode;
    uint32_t type; /* of st_mode: S_IFREG, ... */
    char name[AZ_NAME_BYTES];
};

/* What a change of attributes sets; times in nanoseconds since 1970. */
struct az_node_change {
    bool sets_mode, sets_owner, sets_group, sets_accessed, sets_modified;
    uint32_t mode, owner, group;
    az_time accessed, modified;
};

/*
 * Names are `length` bytes without '/', never "." or "..", at most 255 long. Nodes handed out carry a reference. NULL operations:
 * lookup and entry -ENOTDIR (a node with `lookup` is a directory), open: a plain file over readv and writev, readv -EINVAL,
 * readlink -EINVAL, and whatever changes something -EROFS.
 */
struct az_node_ops {
    int (*lookup)(struct az_node *dir, const char *name, size_t length, struct az_node **out);
    int (*parent)(struct az_node *dir, struct az_node **out);
    /* The absolute path of a directory, NUL-terminated. Errors: -ERANGE, -ENOENT when it was removed. */
    int (*path)(struct az_node *dir, char *out, size_t bytes);
    /* The entry at `*cursor` (0: the first), and moves it. "." and ".." are not among them. Errors: -ENOENT at the end. */
    int (*entry)(struct az_node *dir, uint64_t *cursor, struct az_dir_entry *out);

    /* Fills in size, links, owner and times; type, mode, inode and device are there already. */
    int (*stat)(struct az_node *node, struct az_stat *out);
    /* A file of its own kind, as devices have. `flags` as open() got them. */
    int (*open)(struct az_node *node, uint32_t flags, struct az_file **out);
    ssize_t (*readv)(struct az_node *node, const struct iovec *iov, int count, int64_t at);
    ssize_t (*writev)(struct az_node *node, const struct iovec *iov, int count, int64_t at);
    /* The target of a symbolic link into kernel memory, no NUL; its length, cut to `bytes`. */
    ssize_t (*readlink)(struct az_node *node, char *out, size_t bytes);

    /* `mode` with its type: S_IFREG, S_IFDIR, S_IFLNK (`target` is where it leads). Errors: -EEXIST, -ENOSPC, -ENOMEM. */
    int (*create)(struct az_node *dir, const char *name, size_t length, uint32_t mode, const char *target,
                  struct az_node **out);
    /* Errors: -ENOENT, -EISDIR, -ENOTDIR (when `directory`), -ENOTEMPTY. */
    int (*remove)(struct az_node *dir, const char *name, size_t length, bool directory);
    /* Both directories are of this tree. `replace` false: -EEXIST when the new name is taken. */
    int (*rename)(struct az_node *dir, const char *name, size_t length, struct az_node *new_dir, const char *new_name,
                  size_t new_length, bool replace);
    int (*link)(struct az_node *node, struct az_node *dir, const char *name, size_t length);
    int (*truncate)(struct az_node *node, int64_t size);
    int (*change)(struct az_node *node, const struct az_node_change *change);
    /* The last reference is gone. NULL: a node that is always there. */
    void (*release)(struct az_node *node);
};

struct az_node {
    const struct az_node_ops *ops;
    uint32_t references;
    uint32_t mode; /* with its type */
    uint64_t inode;
    uint32_t device; /* which tree: equal for nodes of one */
};

void az_node_ref(struct az_node *node);
void az_node_unref(struct az_node *node);
AZ_ALWAYS_INLINE bool az_node_is_directory(const struct az_node *node)
{
    return node->ops->lookup != NULL;
}
AZ_MUST_USE int az_node_stat(struct az_node *node, struct az_stat *out);

/*
 * Names in the root's tree: files with absolute paths, sorted by their bytes, without duplicates. Directories between them appear
 * by themselves; a node that is a directory with operations of its own (a RAM tree at /tmp) covers what lies below it.
 */
struct az_tree {
    uint32_t count;
    const char *(*path)(uint32_t index);
    int (*node)(uint32_t index, struct az_node **out);
    struct az_tree *next;
};
/* Adds a tree; of a path in several the first added counts. The struct stays the caller's. Context: early, thread. */
void az_tree_add(struct az_tree *tree);

/* The node at an absolute path, symbolic links followed. Context: thread. Errors: -ENOENT, -ENOTDIR, -ELOOP, ... */
AZ_MUST_USE int az_path_find(const char *path, struct az_node **out);

#endif
