/* What the files of net/tcp share: the records of connections, and which file does what. */
#ifndef TCP_PARTS_H
#define TCP_PARTS_H

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <az/ipv4.h>
#include <az/socket.h>

/* -- Segments ------------------------------------------------------------------------------------------ */

#define TCP_FLAG_FIN 1u
#define TCP_FLAG_SYN 2u
#define TCP_FLAG_RST 4u
#define TCP_FLAG_PSH 8u
#define TCP_FLAG_ACK 16u

struct tcp_header {
    az_be16 source, destination;
    az_be32 sequence, ack;
    uint8_t words; /* header length in 32-bit words << 4 */
    uint8_t flags;
    az_be16 window;
    uint8_t checksum[2];
    az_be16 urgent;
};
_Static_assert(sizeof(struct tcp_header) == 20, "RFC 9293, 3.1");

#define TCP_OPTIONS_MAX 40u
#define TCP_MSS_FALLBACK 536u /* RFC 9293, 3.7.1 */
#define TCP_MSS_MIN 88u      /* peers that say less get this: a bound on the cost of their segments */
#define TCP_WINDOW_SCALE_MAX 14u
#define TCP_TIMESTAMP_BYTES 12u

#define TCP_RTO_INITIAL AZ_SECONDS(1)
#define TCP_RTO_MIN AZ_MS(200)
#define TCP_RTO_MAX AZ_SECONDS(120)
#define TCP_ACK_DELAY AZ_MS(40)
#define TCP_CORK_TIME AZ_MS(200)
#define TCP_FIN_WAIT_TIME AZ_SECONDS(60)
#define TCP_ORPHAN_TIME AZ_SECONDS(120) /* without progress */
#define TCP_TIME_WAIT_TIME AZ_SECONDS(60)

/* Sequence numbers compare modulo 2^32. */
AZ_ALWAYS_INLINE bool tcp_before(uint32_t a, uint32_t b)
{
    return (int32_t)(a - b) < 0;
}
AZ_ALWAYS_INLINE bool tcp_after(uint32_t a, uint32_t b)
{
    return (int32_t)(a - b) > 0;
}

/* A connection's name. Ports in host order. */
struct tcp_tuple {
    az_ip4 local, remote;
    uint16_t local_port, remote_port;
};

/* A received segment, options and all, checked. */
struct tcp_arrival {
    struct tcp_tuple tuple;
    struct az_netbuf *buffer; /* the payload; NULL once someone took it */
    az_time now;
    uint32_t sequence, ack, window; /* window not scaled yet */
    uint32_t length;                /* of the payload */
    uint8_t flags;
    uint8_t sack_count; /* SACK blocks at `sack`, 8 bytes each */
    bool sack_permitted, has_timestamp, has_scale;
    uint8_t scale;
    uint16_t mss; /* 0: not told */
    uint32_t timestamp, timestamp_echo;
    const uint8_t *sack;
};

/* -- Nodes of the table -------------------------------------------------------------------------------- */

enum tcp_node_kind { TCP_NODE_CONNECTION, TCP_NODE_REQUEST, TCP_NODE_TIMEWAIT };

/* Whatever a tuple may stand for; first in each of its kinds. */
struct tcp_node {
    struct tcp_node *next;
    struct tcp_tuple tuple;
    uint8_t kind;
};

/* Nodes of one lifetime, oldest first, with one timer. */
struct tcp_fifo_link {
    struct tcp_fifo_link *next, *previous;
    az_time deadline;
};

/* What both sides said in their SYNs. */
struct tcp_agreement {
    uint16_t peer_mss;
    uint8_t send_scale, receive_scale; /* of windows we are told, of windows we tell */
    bool scaling, timestamps, sack;
    uint32_t timestamp_recent; /* RFC 7323: to be echoed */
};

/* A handshake that the other side began: 100 bytes instead of a connection. */
struct tcp_request {
    struct tcp_node node;
    struct tcp_fifo_link link;
    struct tcp_connection *listener;
    struct tcp_agreement agreed;
    uint32_t send_initial, receive_initial;
    uint8_t tries;
};

/* The memory of a closed connection: TIME-WAIT, and FIN-WAIT-2 when nobody is left to read. */
struct tcp_timewait {
    struct tcp_node node;
    struct tcp_fifo_link link;
    uint32_t send_next, receive_next;
    uint32_t timestamp_recent;
    uint16_t window;
    bool timestamps, fin_wait_2;
};

/* -- Connections --------------------------------------------------------------------------------------- */

/* A buffer of the send queue, in its `control`. Its payload is the same bytes whenever it is sent. */
struct tcp_segment {
    struct az_netbuf *next;
    uint32_t sequence;
    uint32_t sent;          /* low bits of az_clock_now() >> 10 */
    uint16_t start, length; /* payload in the buffer's memory, from `head` */
    uint8_t flags;          /* TCP_FLAG_SYN, TCP_FLAG_FIN, TCP_FLAG_PSH */
    uint8_t marks;
};
_Static_assert(sizeof(struct tcp_segment) <= sizeof(((struct az_netbuf *)0)->control), "fits");

#define TCP_MARK_SACKED 1u
#define TCP_MARK_LOST 2u
#define TCP_MARK_AGAIN 4u /* sent again since it was lost, or ever (for round-trip times) */

AZ_ALWAYS_INLINE struct tcp_segment *tcp_segment(struct az_netbuf *buffer)
{
    return (struct tcp_segment *)(void *)buffer->control;
}
/* Sequence numbers it takes. */
AZ_ALWAYS_INLINE uint32_t tcp_segment_space(const struct tcp_segment *s)
{
    return s->length + !!(s->flags & (TCP_FLAG_SYN | TCP_FLAG_FIN));
}

/* A buffer of a receive queue: its payload is data and length. */
struct tcp_piece {
    uint32_t sequence;
    bool fin;
};
AZ_ALWAYS_INLINE struct tcp_piece *tcp_piece(struct az_netbuf *buffer)
{
    return (struct tcp_piece *)(void *)buffer->control;
}

enum tcp_timer_kind {
    TCP_TIMER_SEND, /* retransmission, zero-window probe, cork */
    TCP_TIMER_ACK,
    TCP_TIMER_LIFE, /* keepalive; orphans */
    TCP_TIMERS,
};

enum tcp_congestion { TCP_OPEN, TCP_RECOVERY, TCP_LOSS };

/* The fields that most code touches come first: within 128 bytes their offsets take one byte of an instruction. */
struct tcp_connection {
    uint8_t state; /* TCP_ESTABLISHED, ... of <netinet/tcp.h> */
    uint8_t congestion, dup_acks;
    uint8_t tries; /* timeouts or probes in a row */
    bool orphan;   /* the app has closed it */
    bool send_shut, receive_shut, fin_received;
    bool no_delay, cork, more;
    bool ack_now;
    bool sacked;     /* some segment is marked so */
    bool again_now;  /* the next lost segment goes whatever is in flight */
    bool hashed, bound;
    bool connecting; /* connect() was called and nobody asked for its result yet */

    /* Sending: RFC 9293, 3.3.1 */
    uint32_t send_unacked, send_next, send_end; /* send_end: behind the last byte queued */
    uint32_t send_window;
    struct az_netbuf *send_first, *send_last, *send_unsent; /* unsent: first not sent yet */
    uint16_t mss;                                           /* payload per segment, timestamps taken off */
    uint8_t holds; /* callers up the stack that still use the record: it is freed when the last lets go */
    uint32_t send_segments;

    /* Receiving */
    uint32_t receive_next, receive_edge, acked; /* edge: end of the window told; acked: last ACK sent */
    uint32_t receive_bytes;
    uint32_t window; /* congestion window */

    struct tcp_agreement agreed;
    struct tcp_node node;
    struct az_netbuf *early; /* out of order, by sequence */
    struct az_netbuf *receive_first, *receive_last;
    uint32_t early_bytes, early_count, early_recent;
    uint32_t full_segment; /* largest payload seen: what delayed ACKs count in */
    uint32_t send_initial, send_window_max, window_sequence, window_ack;

    /* Congestion: RFC 5681, 6582, 6675 */
    uint32_t threshold, recover, growth;

    /* Round-trip time: RFC 6298 */
    az_time rtt, rtt_variance, rto; /* rtt 0: none measured */

    /* Timers */
    az_time timer_at, deadlines[TCP_TIMERS];
    az_time heard, timestamp_at; /* last segment; last change of timestamp_recent */
    az_time unanswered_since;
    uint32_t orphan_mark; /* send_unacked when an orphan was last looked at */
    uint8_t keep_probes, keep_count;
    uint32_t keep_idle_s, keep_interval_s, user_timeout_ms;
    uint32_t retransmitted;
    struct az_timer timer;

    /* Listening, and waiting to be accepted */
    struct tcp_connection *bound_next;
    struct tcp_connection *accept_first, **accept_end, *accept_next;
    uint32_t accept_count, request_count, backlog;

    struct az_ipv4_route route;
    struct az_socket socket;
};

AZ_ALWAYS_INLINE struct tcp_connection *tcp_of_socket(struct az_socket *socket)
{
    return AZ_CONTAINER_OF(socket, struct tcp_connection, socket);
}
AZ_ALWAYS_INLINE struct tcp_connection *tcp_of_node(struct tcp_node *node)
{
    return AZ_CONTAINER_OF(node, struct tcp_connection, node);
}

/* Whether the app can open connections, or accept them: the other half is left out of the image. */
#define TCP_CONNECTS AZ_ON(SYS_connect)
#define TCP_LISTENS AZ_ON(SYS_listen)

/* -- The stack ----------------------------------------------------------------------------------------- */

#define TCP_BUCKETS_FIRST 64u
#define TCP_BOUND_BUCKETS 16u

struct tcp_counters {
    uint32_t connections, requests, timewaits; /* alive now */
    uint64_t received, bad, sent, retransmitted, timeouts, resets_sent, resets_received;
    uint64_t accept_overflows, cookies_sent, cookies_taken, cookies_bad, challenges, early_dropped;
};

/* All state of TCP on one core. */
struct tcp_stack {
    struct tcp_node **buckets;
    uint32_t bucket_count, node_count;
    struct tcp_node *buckets_first[TCP_BUCKETS_FIRST];
    struct tcp_connection *bound[TCP_BOUND_BUCKETS];
    struct tcp_fifo_link requests, timewaits; /* heads */
    struct az_timer request_timer, timewait_timer;
    uint64_t secret[2];
    bool seeded;
    uint16_t port_offset;
    uint32_t challenge_second, challenges_left;
    struct tcp_counters counters;
};
extern struct tcp_stack tcp_stack_0;

AZ_ALWAYS_INLINE struct tcp_stack *tcp_stack(void)
{
    return &tcp_stack_0;
}

/* table.c */
struct tcp_node *tcp_find(const struct tcp_tuple *tuple);
void tcp_insert(struct tcp_node *node);
void tcp_remove(struct tcp_node *node);
struct tcp_connection *tcp_find_listener(const struct tcp_tuple *tuple);
bool tcp_port_taken(const struct tcp_connection *for_whom, az_ip4 local, uint16_t port);
void tcp_bind(struct tcp_connection *connection, az_ip4 local, uint16_t port);
void tcp_unbind(struct tcp_connection *connection);
int tcp_pick_port(const struct tcp_connection *for_whom, struct tcp_tuple *tuple);

/* secret.c */
uint64_t tcp_siphash(const struct tcp_tuple *tuple, uint32_t extra);
uint32_t tcp_initial_sequence(const struct tcp_tuple *tuple, az_time now);
/* A clock of 2^20 ns, from a secret start. */
uint32_t tcp_timestamp(az_time now);

/* connection.c */
struct tcp_connection *tcp_connection_new(void);
/* Opens from an agreement: initial windows, sizes of segments, timers' ground. The route is there. */
void tcp_established(struct tcp_connection *c, az_time now);
void tcp_set_mss(struct tcp_connection *c);
/* Out of the table, queues freed, everyone woken; freed too when it is an orphan. `error`: 0 or what callers are told. */
void tcp_done(struct tcp_connection *c, int error);
/* The same, with a RST to the peer. */
void tcp_abort(struct tcp_connection *c, int error);
void tcp_free(struct tcp_connection *c);
/* Keeps the record while a caller still looks at it, whatever becomes of the connection. */
void tcp_hold(struct tcp_connection *c);
void tcp_release(struct tcp_connection *c);

/* input.c */
bool tcp_input(const struct az_ipv4_packet *packet, struct az_netbuf *payload);
void tcp_connection_input(struct tcp_connection *c, struct tcp_arrival *a);
/* connect.c */
int tcp_connect_start(struct tcp_connection *c, az_ip4 remote, uint16_t remote_port);
/* For a connection in SYN-SENT that is not in the table: looks again for an address of ours. */
void tcp_connect_continue(struct tcp_connection *c, az_time now);
/* synsent.c */
void tcp_synsent_input(struct tcp_connection *c, struct tcp_arrival *a);
/* options.c */
bool tcp_parse_options(struct az_view options, struct tcp_arrival *a);
uint32_t tcp_syn_options(uint8_t *out, uint16_t mss, const struct tcp_agreement *offer, az_time now);
uint32_t tcp_data_options(const struct tcp_connection *c, uint8_t *out, az_time now, uint32_t room);
/* Writes TCP_TIMESTAMP_BYTES at `at`; returns what is behind them. */
uint8_t *tcp_put_timestamp(uint8_t *at, az_time now, uint32_t echo);
void tcp_agree(struct tcp_agreement *agreed, const struct tcp_arrival *syn, uint8_t our_scale);

/* emit.c: segments onto the wire */
void tcp_emit(const struct az_ipv4_route *route, const struct tcp_tuple *tuple, struct az_netbuf *buffer,
              uint32_t sequence, uint32_t ack, unsigned flags, uint16_t window, const uint8_t *options,
              uint32_t option_bytes);
/* A segment without a connection. */
void tcp_emit_bare(const struct tcp_tuple *tuple, uint32_t sequence, uint32_t ack, unsigned flags, uint16_t window,
                   const uint8_t *options, uint32_t option_bytes);
/* RFC 9293, 3.10.7.1: the answer to a segment nobody expects. */
void tcp_answer_reset(const struct tcp_arrival *a);
void tcp_send_reset(struct tcp_connection *c);
void tcp_send_ack(struct tcp_connection *c, az_time now);
/* The same with a sequence number from before: the peer has to answer (keepalive, zero-window probe). */
void tcp_send_probe(struct tcp_connection *c, az_time now);
/* RFC 5961, within its rate. */
void tcp_challenge(struct tcp_connection *c, az_time now);
bool tcp_challenge_allowed(az_time now);

/* output.c */
/* Sends what may be sent now, data before bare ACKs. `push`: what Nagle or a cork would hold too. */
void tcp_output(struct tcp_connection *c, az_time now, bool push);
/* Bytes that may be queued. */
uint32_t tcp_send_room(const struct tcp_connection *c);
/* Puts a SYN or FIN behind what is queued. -ENOBUFS: no memory. */
int tcp_queue_control(struct tcp_connection *c, uint8_t flag);
int tcp_queue_data(struct tcp_connection *c, const void *user_from, uint32_t bytes, uint32_t *out_taken);
void tcp_send_queue_free(struct tcp_connection *c);

/* recovery.c */
void tcp_acked(struct tcp_connection *c, const struct tcp_arrival *a);
void tcp_timed_out(struct tcp_connection *c, az_time now);
uint32_t tcp_in_flight(const struct tcp_connection *c);

/* receive.c */
void tcp_receive(struct tcp_connection *c, struct tcp_arrival *a, bool fin);
uint16_t tcp_receive_window(struct tcp_connection *c);
/* The app has read: tells the peer when it is worth it. */
void tcp_window_opened(struct tcp_connection *c);
void tcp_receive_queue_free(struct tcp_connection *c);

/* listen.c */
void tcp_listener_input(struct tcp_connection *listener, struct tcp_arrival *a);
void tcp_request_input(struct tcp_request *request, struct tcp_arrival *a);
void tcp_listener_close(struct tcp_connection *listener);
/* The window scale that tells `limit` bytes. */
uint8_t tcp_scale_for(uint32_t limit);
void tcp_request_tick(struct az_timer *timer);
/* cookie.c */
uint32_t tcp_cookie_make(const struct tcp_arrival *syn);
bool tcp_cookie_check(const struct tcp_arrival *a, uint16_t *out_mss);

/* timewait.c */
void tcp_timewait_enter(struct tcp_connection *c, az_time now);
void tcp_timewait_input(struct tcp_timewait *wait, struct tcp_arrival *a);
void tcp_timewait_tick(struct az_timer *timer);
void tcp_timewait_drop(struct tcp_timewait *wait);

/* fifo.c */
void tcp_fifo_add(struct tcp_fifo_link *head, struct az_timer *timer, struct tcp_fifo_link *link, az_time deadline);
void tcp_fifo_remove(struct tcp_fifo_link *link);

/* timer.c */
void tcp_timer_set(struct tcp_connection *c, enum tcp_timer_kind kind, az_time deadline);
void tcp_timer_expired(struct az_timer *timer);
void tcp_keepalive_start(struct tcp_connection *c);

/* socket.c, option.c */
extern const struct az_socket_ops tcp_socket_ops;
int tcp_set_option(struct az_socket *socket, int level, int option, const void *value, socklen_t bytes);
int tcp_get_option(struct az_socket *socket, int level, int option, void *out, socklen_t *inout_bytes);
void tcp_option_changed(struct az_socket *socket, int option);
/* close.c */
int tcp_shutdown(struct az_socket *socket, int how);
void tcp_close(struct az_socket *socket);
/* transfer.c */
ssize_t tcp_send(struct az_socket *socket, const struct iovec *iov, int count, int flags,
                 const struct sockaddr *address, socklen_t length);
ssize_t tcp_recv(struct az_socket *socket, const struct iovec *iov, int count, int flags,
                 struct sockaddr_storage *address, socklen_t *length, int *out_flags);

#endif
