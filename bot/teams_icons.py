"""The two icons that Teams asks for, drawn here: the archway of the porters' lodge, as PNG without any library."""

import math
import struct
import zlib
from collections.abc import Callable, Iterator

Colour = tuple[int, int, int]

GROUND, ARCH, DOOR, WHITE = (0x1D, 0x3A, 0x4F), (0xF4, 0xEA, 0xD7), (0xD9, 0xA4, 0x41), (0xFF, 0xFF, 0xFF)
GRID = 40.0
"""The mark is drawn on a square of this many units, like the playground's."""

_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def colour_icon() -> bytes:
    """192 × 192: the mark on its ground, which fills the square; Teams rounds the corners itself."""
    return _png(
        192, lambda x, y, fine: (*_over(_over(GROUND, ARCH, _cover(_arch, x, y, 1.1, fine)), DOOR, _door(x, y, fine)), 255)
    )


def outline_icon() -> bytes:
    """32 × 32: the mark in white on nothing, with thicker lines, as Teams' bar asks for."""
    return _png(32, lambda x, y, fine: (*WHITE, round(255 * max(_cover(_arch, x, y, 1.4, fine), _door(x, y, fine)))))


def _door(x: float, y: float, fine: float) -> float:
    return _cover(_doorway, x, y, 0.8, fine)


def _arch(x: float, y: float) -> float:
    """How far a point is from the lines of the arch and its step."""
    return min(_vault(x, y, 11.0, 18.5), _line(x, y, 6.5, 31.2, 33.5, 31.2))


def _doorway(x: float, y: float) -> float:
    return min(_vault(x, y, 5.5, 19.0), _line(x, y, 20.0, 13.5, 20.0, 31.0))


def _vault(x: float, y: float, radius: float, spring: float) -> float:
    """Half a circle on two posts that stand on the step."""
    if y < spring:
        return abs(math.hypot(x - 20.0, y - spring) - radius)
    return min(_line(x, y, 20.0 + side, spring, 20.0 + side, 31.0) for side in (-radius, radius))


def _line(x: float, y: float, x1: float, y1: float, x2: float, y2: float) -> float:
    along = ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / ((x2 - x1) ** 2 + (y2 - y1) ** 2)
    at = min(1.0, max(0.0, along))
    return math.hypot(x - x1 - at * (x2 - x1), y - y1 - at * (y2 - y1))


def _cover(shape: Callable[[float, float], float], x: float, y: float, half: float, fine: float) -> float:
    """How much of a pixel a line covers; ``fine`` is pixels a unit, so that edges are smooth at every size."""
    return min(1.0, max(0.0, 0.5 + (half - shape(x, y)) * fine))


def _over(under: Colour, colour: Colour, cover: float) -> Colour:
    red, green, blue = (round(low + (high - low) * cover) for low, high in zip(under, colour, strict=True))
    return red, green, blue


def _png(side: int, pixel: Callable[[float, float, float], tuple[int, int, int, int]]) -> bytes:
    fine = side / GRID
    rows = b"".join(b"\x00" + bytes(_row(side, y / fine, fine, pixel)) for y in _middles(side))
    header = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    return _SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows, 9)) + _chunk(b"IEND", b"")


def _row(side: int, y: float, fine: float, pixel: Callable[[float, float, float], tuple[int, int, int, int]]) -> Iterator[int]:
    for x in _middles(side):
        yield from pixel(x / fine, y, fine)


def _middles(side: int) -> Iterator[float]:
    return (at + 0.5 for at in range(side))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
