/* What the files of drivers/virtio-net share: virtio 1.2, section 5.1. */
#ifndef NET_H
#define NET_H

#include <az/netdev.h>
#include <az/virtio.h>

#define ETHERNET_HEADER_BYTES 14u
#define VLAN_TAG_BYTES 4u
#define MTU_MAX 1500u
#define FRAME_BYTES_MAX (ETHERNET_HEADER_BYTES + VLAN_TAG_BYTES + MTU_MAX)

/* Before each frame in either direction; little-endian. Section 5.1.6. */
struct virtio_net_header {
    uint8_t flags;
    uint8_t segmentation; /* VIRTIO_NET_HDR_GSO_* */
    uint16_t header_bytes;
    uint16_t segment_bytes;
    uint16_t checksum_start, checksum_offset;
    uint16_t buffers;
};
_Static_assert(sizeof(struct virtio_net_header) == 12, "virtio 1.2, section 5.1.6");
#define HEADER_NEEDS_CHECKSUM 1u
#define HEADER_CHECKSUM_OK 2u
#define SEGMENTATION_TCP4 1u

/* One frame on its way out. */
struct virtio_net_send {
    struct virtio_net_header header;
    struct virtio_net_send *next; /* free list */
    struct az_netbuf *frame;
};

struct virtio_net {
    struct az_netdev netdev; /* first */
    struct az_virtio_device *device;
    struct az_virtqueue *receive, *send;
    bool has_status;
    bool is_filled;    /* the receive ring has been given a buffer */
    bool is_blocked;   /* a sender was turned away and waits for `writable` */
    struct virtio_net_send *sends, *sends_free; /* one for each pair of descriptors */
    unsigned sends_fresh;                       /* those from here on were never used */
    az_phys sends_phys;
};

/* az_netdev_ops. */
unsigned virtio_net_receive(struct az_netdev *netdev, unsigned queue, struct az_netbuf **out_frames,
                            unsigned count);
unsigned virtio_net_send(struct az_netdev *netdev, unsigned queue, struct az_netbuf **frames,
                         unsigned count);

/* Releases what the device has sent, and tells the stack when a sender may try again. */
void virtio_net_reap(struct virtio_net *net);
/* Makes the records of frames in flight. Errors: -ENOMEM. */
AZ_MUST_USE int virtio_net_send_create(struct virtio_net *net);
void virtio_net_send_destroy(struct virtio_net *net);

/* Reads whether the link is up; tells the stack when that changed. */
void virtio_net_read_link(struct virtio_net *net);

void virtio_net_interrupted(void *arg);

#endif
