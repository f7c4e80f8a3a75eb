"""Pictures become a file that plays: GIF through Pillow, MP4 and WebM through ffmpeg."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from PIL import Image

from neuroscribble.errors import OutputError, SettingsError
from neuroscribble.files import write_atomically

CODECS = {
    ".mp4": ("libx264", ["-preset", "veryfast", "-crf", "20", "-movflags", "+faststart"]),
    ".webm": ("libvpx-vp9", ["-deadline", "realtime", "-cpu-used", "8", "-crf", "34", "-b:v", "0"]),
}
KINDS = (".gif", *CODECS)
COLORS = 128  # of a GIF


def require_kind(path: Path) -> str:
    """The ending of a film's file; raises SettingsError for one that cannot be written here."""
    kind = path.suffix.lower()
    if kind not in KINDS:
        raise SettingsError(f"a film's file ends in {', '.join(KINDS)}; got {path.name!r:.80}.")
    if kind in CODECS:
        try:
            import imageio_ffmpeg  # noqa: F401
        except ImportError:
            raise SettingsError(
                f"writing {kind} needs imageio-ffmpeg, which is not installed; get it with "
                "pip install 'neuroscribble[film]', or name a file that ends in .gif."
            ) from None
    return kind


def write_frames(path: Path, frames: Iterable[Image.Image], *, per_second: int) -> None:
    """Write the pictures, all of one even size, to `path` in one step."""
    if require_kind(path) == ".gif":
        write_atomically(path, _gif(frames, per_second))
    else:
        write_atomically(path, _encoded(path.suffix.lower(), frames, per_second))


def _gif(frames: Iterable[Image.Image], per_second: int) -> bytes:
    """All frames in the colors of one palette, so that what does not change costs nothing."""
    pictures = list(frames)
    sample = Image.new("RGB", (pictures[0].width, 3 * pictures[0].height))
    for n, picture in enumerate((pictures[0], pictures[len(pictures) // 2], pictures[-1])):
        sample.paste(picture, (0, n * picture.height))
    palette = sample.quantize(COLORS, method=Image.Quantize.MAXCOVERAGE)
    few = [picture.quantize(palette=palette, dither=Image.Dither.NONE) for picture in pictures]
    content = BytesIO()
    few[0].save(
        content, "GIF", save_all=True, append_images=few[1:], duration=1000 // per_second, loop=0
    )
    return content.getvalue()


def _encoded(kind: str, frames: Iterable[Image.Image], per_second: int) -> bytes:
    import imageio_ffmpeg

    codec, settings = CODECS[kind]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"film{kind}"
        writer = None
        try:
            for picture in frames:
                if writer is None:
                    writer = imageio_ffmpeg.write_frames(
                        str(path), picture.size, fps=per_second, codec=codec, quality=None,
                        output_params=settings, macro_block_size=2, ffmpeg_log_level="error",
                    )  # fmt: skip
                    writer.send(None)
                writer.send(picture.tobytes())
        except (OSError, RuntimeError) as error:
            raise OutputError(f"ffmpeg could not write a {kind} ({error!s:.200}).") from error
        finally:
            if writer is not None:
                writer.close()
        return path.read_bytes()
