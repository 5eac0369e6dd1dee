/* P-256 keys by OpenSSL, where there is no CryptoKit: for the tests' key store alone. */
#ifndef LIFECERT_TEST_KEYS_H
#define LIFECERT_TEST_KEYS_H

#include <stddef.h>

/* A key pair. */
typedef struct test_key test_key;

/* A fresh one; NULL where there is none to be had. */
test_key *test_key_make(void);

/* Its uncompressed point, 65 bytes; 1 when it was written. */
int test_key_point(const test_key *key, unsigned char point[65]);

/* A signature in DER over the SHA-256 of bytes; gives its length, 0 when there is none. */
size_t test_key_sign(const test_key *key, const unsigned char *bytes, size_t length,
                     unsigned char *signature, size_t room);

void test_key_free(test_key *key);

/* The SHA-256 of bytes. */
void test_sha256(const unsigned char *bytes, size_t length, unsigned char digest[32]);

#endif
