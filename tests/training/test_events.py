"""Event files hold every epoch as soon as it is over, in the form that TensorBoard reads."""

from __future__ import annotations

import struct
import sys
from pathlib import Path
from typing import Any

import pytest
from tensorboardX.proto.event_pb2 import Event

from neuroscribble.errors import OutputError
from neuroscribble.training.events import Events
from neuroscribble.training.loop import EpochReport

FIRST = EpochReport(1, 0.5, 0.75, 0.25, 0.875)  # exact in float32, as events keep them
SECOND = EpochReport(2, 0.25, 0.875, 0.125, 0.9375)


def crc32c(content: bytes) -> int:
    """Castagnoli's checksum, bit by bit; of b"123456789" it is 0xE3069283 (RFC 3720)."""
    crc = 0xFFFFFFFF
    for byte in content:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0x82F63B78 * (crc & 1)
    return crc ^ 0xFFFFFFFF


def events(folder: Path) -> list[Any]:
    """Records of length, its checksum, content, its checksum, as TFRecord files are defined."""
    (file,) = folder.iterdir()
    assert ".tfevents." in file.name
    content, found, at = file.read_bytes(), [], 0

    def checked(part: bytes) -> int:
        crc = crc32c(part)
        return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF

    def unpacked(content: bytes, at: int) -> tuple[int]:
        return struct.unpack_from("<I", content, at)

    while at < len(content):
        header = content[at : at + 8]
        (length,), (header_sum,) = struct.unpack("<Q", header), unpacked(content, at + 8)
        record = content[at + 12 : at + 12 + length]
        (record_sum,) = unpacked(content, at + 12 + length)
        assert (header_sum, record_sum) == (checked(header), checked(record))
        found.append(Event.FromString(record))
        at += 16 + length
    return found


def test_every_epoch_can_be_read_as_soon_as_it_is_over(tmp_path: Path) -> None:
    assert crc32c(b"123456789") == 0xE3069283
    writer = Events(tmp_path / "runs" / "first")
    writer.on_weights(7, None)
    writer.on_epoch(FIRST)
    version, *rest = events(tmp_path / "runs" / "first")
    assert version.file_version == "brain.Event:2"
    told = [(one.step, v.tag, v.simple_value) for one in rest for v in one.summary.value]
    assert told == [
        (7, "loss/training", 0.5),
        (7, "loss/validation", 0.25),
        (7, "accuracy/training", 0.75),
        (7, "accuracy/validation", 0.875),
    ]
    writer.on_weights(14, None)
    writer.on_epoch(SECOND)
    writer.close()
    assert [one.step for one in events(tmp_path / "runs" / "first")] == [0] + [7] * 4 + [14] * 4
    assert writer.problem is None


def test_what_cannot_be_begun_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError, match="Choose another place with --tensorboard"):
        Events(tmp_path / "file")
    monkeypatch.setitem(sys.modules, "tensorboardX.event_file_writer", None)  # none
    with pytest.raises(OutputError, match=r"pip install 'neuroscribble\[tensorboard\]'"):
        Events(tmp_path / "runs")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no disk that is always full")
def test_a_full_disk_ends_the_events_and_not_the_training(tmp_path: Path) -> None:
    writer = Events(tmp_path)
    records = writer._writer._py_recordio_writer
    records.close()
    with open("/dev/full", "wb", buffering=0) as records._writer:
        for report in (FIRST, SECOND):
            writer.on_epoch(report)
        assert writer.problem == (
            f"the events in {tmp_path} end behind epoch 0: No space left on device."
        )
        writer.close()
