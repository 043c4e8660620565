/* Waking the processor is all there is to do: the stack polls the rings. */
#include "net.h"

void virtio_net_interrupted(void *arg)
{
    (void)arg;
}
