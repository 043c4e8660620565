/* Files of /etc, made from what the kernel knows whenever they are read. */
#include <az/self.h>

#include <errno.h>

#include <az/clock.h>
#include <az/ipv4.h>
#include <az/log.h>
#include <az/process.h>
#include <az/vfs.h>

#define ETC_DEVICE 3
#define TEXT_BYTES 512u
#define WAIT_LIMIT AZ_SECONDS(10)

/* Writes the text of a file and returns its length, which is below TEXT_BYTES. */
typedef size_t writer(char *out);

AZ_WEAK int az_ipv4_wait_address(AZ_UNUSED az_time deadline)
{
    return -ENETUNREACH;
}

AZ_WEAK const struct az_ipv4_config *az_ipv4_config(AZ_UNUSED const struct az_netdev *device)
{
    return NULL;
}

static size_t write_group(char *out)
{
    return az_format(out, TEXT_BYTES, "root:x:0:\nnogroup:x:65534:\n");
}

static size_t write_passwd(char *out)
{
    return az_format(out, TEXT_BYTES, "root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n");
}

static size_t write_hostname(char *out)
{
    return az_format(out, TEXT_BYTES, "%s\n", az_process_current()->hostname);
}

static size_t write_hosts(char *out)
{
    return az_format(out, TEXT_BYTES, "127.0.0.1 localhost\n::1 localhost\n127.0.1.1 %s\n", az_process_current()->hostname);
}

static size_t write_resolv(char *out)
{
    size_t length = 0;
    /* Without an address there is nothing to tell; why does not matter. */
    (void)!az_ipv4_wait_address(az_deadline_after(WAIT_LIMIT));
    const struct az_ipv4_config *config = az_ipv4_config(NULL);
    out[0] = '\0';
    for (size_t i = 0; config && i < AZ_IPV4_DNS_MAX; i++) {
        uint8_t part[4];
        if (!config->dns[i])
            continue;
        az_ip4_store(part, config->dns[i]);
        length += az_format(out + length, TEXT_BYTES - length, "nameserver %u.%u.%u.%u\n", part[0], part[1], part[2], part[3]);
    }
    if (config && config->domain[0])
        length += az_format(out + length, TEXT_BYTES - length, "search %s\n", config->domain);
    return length;
}

struct generated {
    struct az_node node; /* first */
    const char *path;
    writer *write;
};

static struct generated *generated_of(struct az_node *node)
{
    return AZ_CONTAINER_OF(node, struct generated, node);
}

static ssize_t read_generated(struct az_node *node, const struct iovec *iov, int count, int64_t at)
{
    char text[TEXT_BYTES];
    const size_t length = generated_of(node)->write(text);
    if (at >= (int64_t)length)
        return 0;
    return az_iov_copy_out(iov, count, 0, text + at, length - (size_t)at);
}

static int describe(struct az_node *node, struct az_stat *out)
{
    char text[TEXT_BYTES];
    out->bytes = (int64_t)generated_of(node)->write(text);
    return 0;
}

static const struct az_node_ops ops = {
    .readv = AZ_FILE_READS ? read_generated : NULL,
    .stat = describe,
};

#define FILE_NODE(number) {&ops, 1, S_IFREG | 0644, number, ETC_DEVICE}

static struct generated files[] = {
    {FILE_NODE(1), "/etc/group", write_group},   {FILE_NODE(2), "/etc/hostname", write_hostname},
    {FILE_NODE(3), "/etc/hosts", write_hosts},   {FILE_NODE(4), "/etc/passwd", write_passwd},
    {FILE_NODE(5), "/etc/resolv.conf", write_resolv},
};

static const char *path_of(uint32_t index)
{
    return files[index].path;
}

static int node_of(uint32_t index, struct az_node **out)
{
    az_node_ref(&files[index].node);
    *out = &files[index].node;
    return 0;
}

static struct az_tree tree = {.count = AZ_ARRAY_LENGTH(files), .path = path_of, .node = node_of};

int az_etc_init(void)
{
    az_tree_add(&tree);
    return 0;
}
