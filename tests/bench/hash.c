/* SPDX-License-Identifier: Apache-2.0 */
/* The least cost of a request with a password: a process that makes one SHA-512-crypt hash. */
#include <crypt.h>
#include <stddef.h>

int main(void)
{
    struct crypt_data data = {0};

    return crypt_r("123456", "$6$ispupbench", &data) == NULL;
}
