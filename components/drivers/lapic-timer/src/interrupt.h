/* The timer's vector. */
#ifndef INTERRUPT_H
#define INTERRUPT_H

void lapic_timer_interrupted(unsigned vector, void *arg);

#endif
