#!/usr/bin/env python3
"""Checks what a Lifecert log claims, without any of Lifecert's code.

Written to the C2SP texts (signed-note, tlog-checkpoint, tlog-proof, tlog-cosignature, tlog-witness)
and to RFC 6962 and RFC 8032, with nothing but Python's standard library.

  verify.py entry     LOG_VKEY PROOF LEAF_HEX [WITNESS_VKEY ...]
  verify.py extends   LOG_VKEY OLDER_CHECKPOINT REQUEST [WITNESS_VKEY ...]

PROOF is a tlog-proof, REQUEST the body of an add-checkpoint call. The exit code is 0 if all holds;
every witness that is named has to have cosigned.
"""

import base64
import hashlib
import sys

# Ed25519 (RFC 8032, section 5.1).
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P


def add(a, b):
    """Adds two points in extended coordinates."""
    e = (a[1] - a[0]) * (b[1] - b[0])
    f = (a[1] + a[0]) * (b[1] + b[0])
    g = 2 * a[3] * b[3] * D
    h = 2 * a[2] * b[2]
    x, y, z, t = f - e, h - g, h + g, f + e
    return x * y % P, z * t % P, y * z % P, x * t % P


def multiply(n, point):
    result = (0, 1, 1, 0)
    while n:
        if n & 1:
            result = add(result, point)
        point = add(point, point)
        n >>= 1
    return result


def decompress(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        raise ValueError("not a point")
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or (x == 0 and sign):
        raise ValueError("not a point")
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE = decompress((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def ed25519(public, message, signature):
    if len(signature) != 64:
        return False
    s = int.from_bytes(signature[32:], "little")
    if s >= L:
        return False
    try:
        a, r = decompress(public), decompress(signature[:32])
    except ValueError:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    one = multiply(s, BASE)
    two = add(r, multiply(int.from_bytes(digest, "little") % L, a))
    return (one[0] * two[2] - two[0] * one[2]) % P == 0 and (
        one[1] * two[2] - two[1] * one[2]
    ) % P == 0


def base64_bytes(text):
    """Decodes the one spelling that the bytes have: bits that only fill up have to be zero."""
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError("not base64 as it has to be written")
    return data


# Signed notes and checkpoints.
def vkey(text, kind):
    name, key_id, key = text.strip().split("+", 2)
    key = base64_bytes(key)
    digest = hashlib.sha256(name.encode() + b"\n" + key).digest()
    if key[0] != kind or len(key) != 33 or digest[:4].hex() != key_id:
        raise ValueError("not a verifier key of this type")
    return name, digest[:4], key[1:]


def checkpoint(note, log, witnesses):
    """Checks log signature and cosignatures; gives size and root."""
    text, _, block = note.rpartition("\n\n")
    text += "\n"
    origin, size, root = text.split("\n")[:3]
    if str(int(size)) != size:
        raise ValueError("a size that is not written as it has to be")
    signatures = {}
    for line in block.removesuffix("\n").split("\n"):
        dash, name, data = line.split(" ")
        data = base64_bytes(data)
        if dash != "\u2014":
            raise ValueError("not a signature line")
        signatures.setdefault((name, data[:4]), data[4:])
    name, key_id, public = vkey(log, 0x01)
    signature = signatures.get((name, key_id), b"")
    if origin != name or not ed25519(public, text.encode(), signature):
        raise ValueError("not signed by the log")
    for witness in witnesses:
        name, key_id, public = vkey(witness, 0x04)
        stamped = signatures.get((name, key_id), b"")
        time = int.from_bytes(stamped[:8], "big")
        message = f"cosignature/v1\ntime {time}\n{text}".encode()
        if not ed25519(public, message, stamped[8:]):
            raise ValueError(f"not cosigned by {name}")
    return int(size), digest(root)


# Merkle trees (RFC 6962, verification as in RFC 9162, section 2.1).
def digest(text):
    data = base64_bytes(text)
    if len(data) != 32:
        raise ValueError("not a hash")
    return data


def leaf(data):
    return hashlib.sha256(b"\0" + data).digest()


def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def included(index, size, path, entry, root):
    if index >= size:
        return False
    fn, sn, at = index, size - 1, leaf(entry)
    for sibling in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            at = node(sibling, at)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            at = node(at, sibling)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and at == root


def extends(first, first_root, second, second_root, path):
    if first == 0:
        return not path and first_root == hashlib.sha256(b"").digest()
    if first == second:
        return not path and first_root == second_root
    if first > second:
        return False
    if first & (first - 1) == 0:
        path = [first_root] + path
    if not path:
        return False
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            old, new = node(sibling, old), node(sibling, new)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            new = node(new, sibling)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and old == first_root and new == second_root


def head(text):
    """Takes the lines before the checkpoint off."""
    lines, _, note = text.partition("\n\n")
    return lines.split("\n"), note


def entry(log, proof, data, *witnesses):
    lines, note = head(proof)
    if lines.pop(0) != "c2sp.org/tlog-proof@v1":
        raise ValueError("not a proof")
    if lines[0].startswith("extra "):
        base64_bytes(lines.pop(0)[6:])
    word, index = lines.pop(0).split(" ")
    if word != "index" or str(int(index)) != index:
        raise ValueError("no index")
    size, root = checkpoint(note, log, witnesses)
    path = [digest(line) for line in lines]
    if not included(int(index), size, path, bytes.fromhex(data), root):
        raise ValueError("the entry is not in the tree")


def grown(log, older, request, *witnesses):
    lines, note = head(request)
    word, old_size = lines.pop(0).split(" ")
    first, first_root = checkpoint(older, log, ())
    if word != "old" or str(first) != old_size:
        raise ValueError("a request about another tree")
    second, second_root = checkpoint(note, log, witnesses)
    path = [digest(line) for line in lines]
    if not extends(first, first_root, second, second_root, path):
        raise ValueError("the tree does not begin with the older one")


def read(name):
    with open(name, encoding="utf-8", newline="") as file:
        return file.read()


def main(arguments):
    match arguments:
        case ["entry", log, proof, data, *witnesses]:
            entry(log, read(proof), data, *witnesses)
        case ["extends", log, older, request, *witnesses]:
            grown(log, read(older), read(request), *witnesses)
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (ValueError, IndexError) as error:
        sys.exit(f"does not hold: {error}")
    print("holds")
