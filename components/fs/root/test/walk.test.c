/* The tree of names and the walk along paths. */
#define _GNU_SOURCE
#include <az/test.h>

#include <az/posix-fakes.h>

#include "../src/node.c"
#include "../src/tree.c"
#include "../src/walk.c"

struct az_file az_stdin, az_stdout, az_stderr;

int az_signal_pending(void)
{
    return 0;
}

static ssize_t link_target(struct az_node *node, char *out, size_t bytes)
{
    static const char *const targets[] = {"../etc/hosts", "/dev", "loop", "/no/such"};
    const char *target = targets[node->inode - 100];
    const size_t length = AZ_MIN(strlen(target), bytes);
    memcpy(out, target, length);
    return (ssize_t)length;
}

static const struct az_node_ops plain_ops = {0};
static const struct az_node_ops link_ops = {.readlink = link_target};

struct name {
    const char *path;
    struct az_node node;
};
#define PLAIN(number) {&plain_ops, 1, S_IFREG | 0644, number, 9}
#define LINK(number) {&link_ops, 1, S_IFLNK | 0777, number, 9}

static struct name first[] = {
    {"/dev-x", PLAIN(1)}, {"/dev/loop", LINK(102)}, {"/dev/null", PLAIN(2)}, {"/etc/hosts", PLAIN(3)}};
static struct name second[] = {{"/a/b/c/d", PLAIN(4)}, {"/d", LINK(101)},      {"/dev/hosts", LINK(100)},
                               {"/dev/lost", LINK(103)}, {"/etc/hosts", PLAIN(5)}, {"/etc/rc", PLAIN(6)}};

#define TREE(name)                                                                                 \
    static const char *name##_path(uint32_t index)                                                 \
    {                                                                                              \
        return name[index].path;                                                                   \
    }                                                                                              \
    static int name##_node(uint32_t index, struct az_node **out)                                   \
    {                                                                                              \
        az_node_ref(&name[index].node);                                                            \
        *out = &name[index].node;                                                                  \
        return 0;                                                                                  \
    }                                                                                              \
    static struct az_tree name##_tree = {AZ_ARRAY_LENGTH(name), name##_path, name##_node, NULL};

TREE(first)
TREE(second)

__attribute__((constructor)) static void plant(void)
{
    az_tree_add(&first_tree);
    az_tree_add(&second_tree);
}

/* The inode at a path, or the error. */
static long at(const char *path)
{
    struct az_node *node;
    const size_t live = fake_heap_live;
    int error = az_path_find(path, &node);
    if (error) {
        AZ_CHECK_EQ(fake_heap_live, live);
        return error;
    }
    const long inode = az_node_is_directory(node) ? 1000 : (long)node->inode;
    az_node_unref(node);
    AZ_CHECK_EQ(fake_heap_live, live);
    return inode;
}

AZ_TEST(files_and_the_directories_between_them)
{
    AZ_CHECK_EQ(at("/dev-x"), 1);
    AZ_CHECK_EQ(at("/dev/null"), 2);
    AZ_CHECK_EQ(at("/"), 1000);
    AZ_CHECK_EQ(at("/dev"), 1000);
    AZ_CHECK_EQ(at("/dev/"), 1000);
    AZ_CHECK_EQ(at("//a///b/./c/../c/d"), 4);
    AZ_CHECK_EQ(at("/../.."), 1000);
    AZ_CHECK_EQ(at("/a/b/../../dev/null"), 2);
    AZ_CHECK_EQ(at("/etc/hosts"), 3); /* the first tree counts */
    AZ_CHECK_EQ(at("/etc/rc"), 6);
}

AZ_TEST(what_is_not_there)
{
    AZ_CHECK_EQ(at(""), -ENOENT);
    AZ_CHECK_EQ(at("/de"), -ENOENT);
    AZ_CHECK_EQ(at("/dev/nul"), -ENOENT);
    AZ_CHECK_EQ(at("/dev/nullx"), -ENOENT);
    AZ_CHECK_EQ(at("/dev/null/"), -ENOTDIR);
    AZ_CHECK_EQ(at("/dev/null/x"), -ENOTDIR);
    AZ_CHECK_EQ(at("/dev/null/.."), -ENOTDIR);
    AZ_CHECK_EQ(at("/x/y"), -ENOENT);
    char name[300] = "/";
    memset(name + 1, 'n', 256);
    AZ_CHECK_EQ(at(name), -ENAMETOOLONG);
    name[256] = '\0';
    AZ_CHECK_EQ(at(name), -ENOENT);
}

AZ_TEST(symbolic_links)
{
    AZ_CHECK_EQ(at("/d/null"), 2);
    AZ_CHECK_EQ(at("/d"), 1000);
    AZ_CHECK_EQ(at("/dev/hosts"), 3);
    AZ_CHECK_EQ(at("/dev/hosts/"), -ENOTDIR);
    AZ_CHECK_EQ(at("/dev/loop"), -ELOOP);
    AZ_CHECK_EQ(at("/dev/lost"), -ENOENT);
    struct walk walk;
    struct az_node *root = az_root_get();
    AZ_CHECK_EQ(az_walk(&walk, root, "/dev/loop", 0), 0);
    AZ_CHECK(S_ISLNK(walk.node->mode));
    az_walk_end(&walk);
    AZ_CHECK_EQ(az_walk(&walk, root, "/d/new", WALK_PARENT), 0);
    AZ_CHECK(walk.node == NULL && walk.length == 3 && memcmp(walk.name, "new", 3) == 0);
    az_walk_end(&walk);
    AZ_CHECK_EQ(az_walk(&walk, root, "/a/..", WALK_PARENT), 0);
    AZ_CHECK(walk.node != NULL && walk.parent == NULL);
    az_walk_end(&walk);
    az_node_unref(root);
}

static void list(const char *path, char *out)
{
    struct az_node *dir;
    struct az_dir_entry found;
    uint64_t cursor = 0;
    *out = '\0';
    if (az_path_find(path, &dir))
        return;
    while (dir->ops->entry(dir, &cursor, &found) == 0)
        sprintf(out + strlen(out), "%s%s ", found.name, found.type == S_IFDIR ? "/" : "");
    az_node_unref(dir);
}

AZ_TEST(listing_joins_the_trees)
{
    char names[200];
    list("/", names);
    AZ_CHECK_STR(names, "dev-x dev/ etc/ a/ d ");
    list("/dev", names);
    AZ_CHECK_STR(names, "loop null hosts lost ");
    list("/etc", names);
    AZ_CHECK_STR(names, "hosts rc ");
    list("/a/b", names);
    AZ_CHECK_STR(names, "c/ ");
}

AZ_TEST(directories_know_their_paths)
{
    char path[32];
    struct az_node *dir;
    AZ_CHECK_EQ(az_path_find("/a/b/../b/c", &dir), 0);
    AZ_CHECK_EQ(dir->ops->path(dir, path, sizeof(path)), 0);
    AZ_CHECK_STR(path, "/a/b/c");
    AZ_CHECK_EQ(dir->ops->path(dir, path, 6), -ERANGE);
    az_node_unref(dir);
    struct az_node *root = az_root_get();
    AZ_CHECK_EQ(root->ops->path(root, path, sizeof(path)), 0);
    AZ_CHECK_STR(path, "/");
    az_node_unref(root);
}
