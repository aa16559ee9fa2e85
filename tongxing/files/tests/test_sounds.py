"""Sounds keep every sample and lose every word."""

from __future__ import annotations

import io
import struct
import wave

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongxing.files.sounds import NotASound, _checksum, stripped

SECRET = "北纬30.7 东经111.3 张子轩家".encode()
FRAMES = b"\xff\xfb\x90\x00" + bytes(range(256)) * 4


def box(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body) + 8) + name + body


def page(packet: bytes) -> bytes:
    table = bytes([255] * (len(packet) // 255) + [len(packet) % 255])
    made = bytearray(b"OggS\0\0" + bytes(8) + struct.pack("<III", 7, 1, 0) + bytes([len(table)]) + table + packet)
    made[22:26] = struct.pack("<I", _checksum(made))
    return bytes(made)


def test_tags_before_and_behind_an_mp3_go():
    size = len(SECRET) + 1
    tag = b"ID3\x03\x00\x00" + bytes([size >> 21 & 127, size >> 14 & 127, size >> 7 & 127, size & 127]) + SECRET + b"\0"
    last = b"TAG" + SECRET.ljust(125, b"\0")
    assert stripped(tag + FRAMES + last) == (FRAMES, "audio/mpeg")


def test_of_a_wave_only_the_sound_remains():
    out = io.BytesIO()
    with wave.open(out, "wb") as made:
        made.setnchannels(1)
        made.setsampwidth(2)
        made.setframerate(8000)
        made.writeframes(b"\1\2" * 400)
    body = out.getvalue()[12:] + b"LIST" + struct.pack("<I", len(SECRET)) + SECRET
    content, media_type = stripped(b"RIFF" + struct.pack("<I", len(body) + 4) + b"WAVE" + body)
    assert SECRET not in content
    assert media_type == "audio/wav"
    with wave.open(io.BytesIO(content)) as read:
        assert read.readframes(400) == b"\1\2" * 400


@pytest.mark.parametrize(("mark", "head"), [(b"OpusTags", b"OpusHead" + bytes(11)), (b"\x03vorbis", b"\x01vorbis" + bytes(23))])
def test_the_comments_of_an_ogg_are_emptied_and_its_pages_hold(mark, head):
    told = mark + struct.pack("<I", 3) + b"rec" + struct.pack("<II", 1, len(SECRET)) + SECRET + b"\1"
    content, media_type = stripped(page(head) + page(told) + page(b"sound"))
    assert (SECRET in content, b"rec" in content, content.endswith(page(b"sound")), media_type) == (False, False, True, "audio/ogg")
    second = bytearray(content[len(page(head)) : len(page(head)) + len(page(told))])
    claimed, second[22:26] = struct.unpack("<I", second[22:26])[0], bytes(4)
    assert claimed == _checksum(second)


def test_an_m4a_keeps_its_offsets_and_loses_place_and_time():
    moved = box(b"mvhd", bytes(4) + b"\xe0\1\2\3\xe0\1\2\4" + bytes(88))
    told = box(b"udta", box(b"\xa9xyz", SECRET))
    file = box(b"ftyp", b"M4A \0\0\0\0") + box(b"moov", moved + told) + box(b"mdat", FRAMES) + box(b"uuid", SECRET)
    content, media_type = stripped(file)
    assert (len(content), SECRET in content, b"\xe0\1\2\3" in content, media_type) == (len(file), False, False, "audio/mp4")
    assert content.index(FRAMES) == file.index(FRAMES)


def test_an_amr_has_no_place_for_words():
    assert stripped(b"#!AMR\n\x3c" + bytes(31))[1] == "audio/amr"


@pytest.mark.parametrize("content", [b"", b"MZ\x90", b"ID3", b"ID3\x03\0\0\0\0\0\x05hello", b"OggS", b"RIFF\0\0\0\0WAVE", box(b"ftyp", b"M4A "), b"<html>"])
def test_what_is_no_sound_is_refused(content):
    with pytest.raises(NotASound):
        stripped(content)


@given(st.sampled_from([b"ID3\x03\0\0", b"OggS\0\2", b"RIFF\x40\0\0\0WAVEfmt ", b"\0\0\0\x10ftypM4A \0\0\0\0", b"\xff\xfb\x90"]), st.binary(max_size=300))
def test_whatever_comes_is_stripped_or_refused_and_never_fails(start, rest):
    try:
        content, _media_type = stripped(start + rest)
    except NotASound:
        return
    assert len(content) <= len(start + rest) + 1
