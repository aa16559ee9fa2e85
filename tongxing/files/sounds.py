"""Sounds without what recorders write beside them: where and when it was recorded, with which device, by whom.

The sound itself is kept byte for byte; decoding it again would cost quality and a large library. What a format's own structure does not
account for is dropped or refused. Pure functions.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

MEDIA_TYPES = ("audio/mpeg", "audio/ogg", "audio/amr", "audio/wav", "audio/mp4")
_AMR = (b"#!AMR\n", b"#!AMR-WB\n")
_WAVE = (b"fmt ", b"data", b"fact")  # the chunks that a player needs
_DATED = {b"mvhd", b"tkhd", b"mdhd"}  # boxes that begin with the times of making and changing
_NESTED = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"dinf"}
_TOLD = {b"udta", b"meta", b"uuid", b"free", b"skip", b"Xtra", b"wide"}  # boxes that say something beside the sound
_KNOWN = (
    _NESTED
    | _DATED
    | {
        b"ftyp",
        b"mdat",
        b"hdlr",
        b"smhd",
        b"nmhd",
        b"stsd",
        b"stts",
        b"stsc",
        b"stsz",
        b"stz2",
        b"stco",
        b"co64",
        b"elst",
        b"dref",
        b"stss",
        b"sgpd",
        b"sbgp",
        b"ctts",
        b"sdtp",
        b"iods",
    }
)
_COMMENTS = {b"\x03vorbis": 7, b"OpusTags": 8}
_DEEPEST = 8


class NotASound(ValueError):
    """No sound of a known kind, or a damaged one."""


def stripped(content: bytes) -> tuple[bytes, str]:
    """The sound alone, and its media type. Raises ``NotASound``."""
    if content.startswith(_AMR):
        return content, "audio/amr"  # the format has no place for words
    if content.startswith(b"RIFF") and content[8:12] == b"WAVE":
        return _wave(content), "audio/wav"
    if content.startswith(b"OggS"):
        return _ogg(content), "audio/ogg"
    if content[4:8] == b"ftyp":
        return _mp4(content), "audio/mp4"
    if content.startswith(b"ID3") or _frame(content):
        return _mpeg(content), "audio/mpeg"
    raise NotASound


# MPEG: tags stand before and behind the frames.


def _frame(content: bytes) -> bool:
    return len(content) > 3 and content[0] == 0xFF and content[1] & 0xE0 == 0xE0 and content[1] & 0x06 != 0 and content[2] & 0xF0 != 0xF0


def _mpeg(content: bytes) -> bytes:
    while content.startswith(b"ID3"):
        if len(content) < 10 or any(byte & 0x80 for byte in content[6:10]):
            raise NotASound
        size = content[6] << 21 | content[7] << 14 | content[8] << 7 | content[9]
        content = content[10 + size + (10 if content[5] & 0x10 else 0) :]
        content = content.lstrip(b"\0")
    while True:
        if content[-128:].startswith(b"TAG"):
            content = content[:-128]
        elif content[-32:].startswith(b"APETAGEX"):
            size = struct.unpack("<I", content[-20:-16])[0]
            header = 32 if struct.unpack("<I", content[-12:-8])[0] & 0x80000000 else 0
            content = content[: max(0, len(content) - size - header)]
        elif content[-9:-6].isdigit() and content.endswith(b"LYRICS200") and b"LYRICSBEGIN" in content:
            content = content[: content.rindex(b"LYRICSBEGIN")]
        else:
            break
    if not _frame(content):
        raise NotASound
    return content


# WAVE: chunks, of which three are the sound.


def _wave(content: bytes) -> bytes:
    kept = b"".join(name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2) for name, body in _chunks(content) if name in _WAVE)
    if b"fmt " not in kept[:4] or b"data" not in kept:
        raise NotASound
    return b"RIFF" + struct.pack("<I", len(kept) + 4) + b"WAVE" + kept


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 12
    while at + 8 <= len(content):
        name, size = content[at : at + 4], struct.unpack("<I", content[at + 4 : at + 8])[0]
        yield name, content[at + 8 : at + 8 + size]  # a recorder that was cut off states more than there is
        at += 8 + size + size % 2


# Ogg: the second packet is comments; they are emptied in their place and the page's checksum made anew.


def _ogg(content: bytes) -> bytes:
    out, at, emptied = bytearray(), 0, 0
    while at < len(content):
        if content[at : at + 4] != b"OggS" or at + 27 > len(content):
            raise NotASound
        table = content[at + 27 : at + 27 + content[at + 26]]
        end = at + 27 + len(table) + sum(table)
        if end > len(content):
            break  # a page that was cut off
        page = bytearray(content[at:end])
        body = 27 + len(table)
        mark = next((mark for mark in _COMMENTS if page[body : body + len(mark)] == mark), None)
        if mark is not None:
            if len(table) and table[-1] == 255 and not any(size < 255 for size in table):
                raise NotASound  # comments over several pages: nobody records so
            emptied += 1
            _empty_comments(page, body, table, mark)
        out += page
        at = end
    if not emptied:
        raise NotASound
    return bytes(out)


def _empty_comments(page: bytearray, body: int, table: bytes, mark: bytes) -> None:
    """No vendor, no comment, what is left is nothing. Of several packets in the page only the first is comments."""
    first = 0
    for size in table:
        first += size
        if size < 255:
            break
    empty = mark + struct.pack("<II", 0, 0) + (b"\x01" if mark == b"\x03vorbis" else b"")
    if first < len(empty):
        raise NotASound
    page[body : body + first] = empty.ljust(first, b"\0")
    page[22:26] = b"\0\0\0\0"
    page[22:26] = struct.pack("<I", _checksum(page))


def _checksum(page: bytes | bytearray) -> int:
    found = 0
    for byte in page:
        found = ((found << 8) & 0xFFFFFFFF) ^ _TABLE[(found >> 24) ^ byte]
    return found


def _row(byte: int) -> int:
    found = byte << 24
    for _bit in range(8):
        found = ((found << 1) ^ 0x04C11DB7) & 0xFFFFFFFF if found & 0x80000000 else found << 1
    return found


_TABLE = tuple(map(_row, range(256)))


# MPEG-4: boxes. What tells something beside the sound becomes empty space of the same size, so that no offset moves.


def _mp4(content: bytes) -> bytes:
    out = bytearray(content)
    if not _boxes(out, 0, len(out), 0):
        raise NotASound
    return bytes(out)


def _boxes(out: bytearray, at: int, end: int, depth: int) -> bool:
    """Empty what tells something; whether there is a sound's index."""
    found = False
    while at + 8 <= end:
        size, name, head = struct.unpack(">I", out[at : at + 4])[0], bytes(out[at + 4 : at + 8]), 8
        if size == 1 and at + 16 <= end:
            size, head = struct.unpack(">Q", out[at + 8 : at + 16])[0], 16
        elif size == 0:
            size = end - at
        if size < head or at + size > end or depth > _DEEPEST:
            raise NotASound
        if name in _NESTED:
            found |= _boxes(out, at + head, at + size, depth + 1) or name == b"moov"
        elif name in _DATED and size >= head + 12:
            times = 16 if out[at + head] == 1 else 8
            out[at + head + 4 : at + head + 4 + times] = bytes(times)
        elif name in _TOLD or name not in _KNOWN:
            out[at + 4 : at + 8] = b"free"
            out[at + head : at + size] = bytes(size - head)
        at += size
    return found
