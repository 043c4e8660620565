/* The root directory, the directories that appear between the files of trees, and the walk along a path. */
#ifndef AZ_FS_ROOT_H
#define AZ_FS_ROOT_H

#include <az/vfs.h>

/* A reference to "/". */
struct az_node *az_root_get(void);

/* Walking: what to do about the last component. */
#define WALK_FOLLOW 1u /* a symbolic link there is followed */
#define WALK_PARENT 2u /* it may be missing: the directory it would be in is wanted */

struct walk {
    struct az_node *node;   /* referenced; NULL: missing, with WALK_PARENT */
    struct az_node *parent; /* referenced, with WALK_PARENT; NULL when the path ends in ".", ".." or "/" */
    char name[AZ_NAME_BYTES];
    size_t length;
    bool slash; /* the path ends in '/', so it names a directory */
};

/* Walks `path`, from `start` when it is relative. Errors: those of path_resolution(7); nothing is referenced then. */
AZ_MUST_USE int az_walk(struct walk *out, struct az_node *start, const char *path, unsigned flags);
/* Gives up what a walk found. */
void az_walk_end(struct walk *walk);

/* -- For system calls ------------------------------------------------------------------------------------- */

/* A copy of a path of the app, on the heap. Errors: -EFAULT, -ENAMETOOLONG, -ENOMEM. */
AZ_MUST_USE int az_user_path_get(char **out, const char *user);
void az_user_path_free(char *path);

/* The directory a relative path of a *at call starts from, referenced. Errors: -EBADF, -ENOTDIR. */
AZ_MUST_USE int az_start_of(int dir_fd, struct az_node **out);

/* Both and the walk: what most calls begin with. */
AZ_MUST_USE int az_user_walk(struct walk *out, int dir_fd, const char *user_path, unsigned flags);

/* The node behind a descriptor of the tree, referenced. Errors: -EBADF, `error` for files that have none. */
AZ_MUST_USE int az_node_of_fd(int fd, int error, struct az_node **out);

/* A file for a node that has no `open` of its own. Errors: -ENOMEM. */
AZ_MUST_USE int az_node_file_create(struct az_node *node, uint32_t flags, struct az_file **out);

#endif
