"""Makes pictures of pages small: 256 colours are enough for text and lines."""

import base64
import struct
import zlib

from playwright.sync_api import Page

# The browser knows how to read a picture, and counts quickly.
_COUNT = """async (picture) => {
  const image = new Image();
  image.src = "data:image/png;base64," + picture;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
  canvas.drawImage(image, 0, 0);
  const bytes = canvas.getImageData(0, 0, image.width, image.height).data;
  const seen = new Map();
  const at = (n) => bytes[4 * n] << 16 | bytes[4 * n + 1] << 8 | bytes[4 * n + 2];
  for (let n = 0; n < bytes.length / 4; n += 1) seen.set(at(n), (seen.get(at(n)) || 0) + 1);
  const palette = [...seen.keys()].sort((a, b) => seen.get(b) - seen.get(a)).slice(0, 256);
  const far = (a, b) => [16, 8, 0].reduce((sum, by) => sum + ((a >> by & 255) - (b >> by & 255)) ** 2, 0);
  const nearest = (colour) => palette.reduce(
    (best, other, n) => far(colour, other) < far(colour, palette[best]) ? n : best, 0);
  for (const colour of seen.keys()) seen.set(colour, nearest(colour));
  let pixels = "";
  for (let n = 0; n < bytes.length / 4; n += 1) pixels += String.fromCharCode(seen.get(at(n)));
  return { width: image.width, palette, pixels: btoa(pixels) };
}"""  # noqa: E501


def with_palette(page: Page, picture: bytes) -> bytes:
    """Return the PNG with the colours that it has most of; others become their nearest."""
    found = page.evaluate(_COUNT, base64.b64encode(picture).decode())
    width, pixels = found["width"], base64.b64decode(found["pixels"])
    lines = [pixels[at : at + width] for at in range(0, len(pixels), width)]
    palette = b"".join(colour.to_bytes(3, "big") for colour in found["palette"])
    head = struct.pack(">IIBBBBB", width, len(lines), 8, 3, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + line for line in lines), 9)
    parts = ((b"IHDR", head), (b"PLTE", palette), (b"IDAT", body), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
