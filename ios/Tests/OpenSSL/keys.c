#include "keys.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

/* Never defined: a key pair is OpenSSL's own. */
static EVP_PKEY *of(const test_key *key) { return (EVP_PKEY *)key; }

test_key *test_key_make(void) { return (test_key *)EVP_EC_gen("P-256"); }

int test_key_point(const test_key *key, unsigned char point[65]) {
    size_t length = 0;
    const char *name = OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY;
    return EVP_PKEY_get_octet_string_param(of(key), name, point, 65, &length) == 1 && length == 65;
}

size_t test_key_sign(const test_key *key, const unsigned char *bytes, size_t length,
                     unsigned char *signature, size_t room) {
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    int done = context != NULL &&
               EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, of(key)) == 1 &&
               EVP_DigestSign(context, signature, &room, bytes, length) == 1;
    EVP_MD_CTX_free(context);
    return done ? room : 0;
}

void test_key_free(test_key *key) { EVP_PKEY_free(of(key)); }

void test_sha256(const unsigned char *bytes, size_t length, unsigned char digest[32]) {
    SHA256(bytes, length, digest);
}
