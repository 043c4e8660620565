/* Ends at once; what happens then is the test. */
#include <stdio.h>

int main(void)
{
    puts("done");
    return 0;
}
