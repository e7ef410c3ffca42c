"""Sets of document numbers as roaring bitmaps, by which OpenSearch filters.

A hundred thousand ids in every search would cost more than the search; as a bitmap they are a
few thousand bytes. Format: https://github.com/RoaringBitmap/RoaringFormatSpec
"""

import struct
from base64 import b64encode
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

_WITHOUT_RUNS = 12346
_AS_A_LIST = 4096  # more numbers than that are a bit each
_CHUNK = 1 << 16


def bitmap(numbers: Iterable[int]) -> str:
    """Return a set of numbers, none negative, in base 64."""
    found = np.unique(np.fromiter(numbers, dtype=np.uint32))
    highs = np.unique(found >> 16)
    chunks = [_chunk(found[found >> 16 == high]) for high in highs]
    head = struct.pack("<II", _WITHOUT_RUNS, len(highs))
    counts = [int(np.count_nonzero(found >> 16 == high)) for high in highs]
    keys = b"".join(struct.pack("<HH", h, n - 1) for h, n in zip(highs, counts, strict=True))
    start = len(head) + len(keys) + 4 * len(chunks)
    offsets = b""
    for chunk in chunks:
        offsets += struct.pack("<I", start)
        start += len(chunk)
    return b64encode(head + keys + offsets + b"".join(chunks)).decode()


def _chunk(numbers: npt.NDArray[np.uint32]) -> bytes:
    low = (numbers & (_CHUNK - 1)).astype("<u2")
    if len(low) <= _AS_A_LIST:
        return low.tobytes()
    bits = np.zeros(_CHUNK, dtype=np.uint8)
    bits[low] = 1
    return np.packbits(bits, bitorder="little").tobytes()
