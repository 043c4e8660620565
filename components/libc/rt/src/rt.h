/* How the compiler's helper functions are named; tests, which must not replace their own compiler's, rename them. */
#ifndef AZ_RT_H
#define AZ_RT_H

#ifndef RT_NAME
#define RT_NAME(name) __##name
#endif

#endif
