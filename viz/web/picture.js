/** A picture file becomes ink on the pad: any size, dark on light or light on dark. */

const NOISE = 0.12; // what differs less from the border is paper

/**
 * @param {Blob} file @param {number} size side of the pad in pixels
 * @returns {Promise<Float32Array>} ink, size × size
 * @throws {Error} with a sentence, when the file is no picture or holds nothing
 */
export async function readPicture(file, size) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    throw new Error(`“${file.name ?? "This file"}” is no picture that this browser can read.`);
  }
  const scale = size / Math.max(bitmap.width, bitmap.height);
  const [width, height] = [bitmap.width * scale, bitmap.height * scale];
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const ctx = canvas.getContext("2d", { willReadFrequently: true });
  ctx.imageSmoothingQuality = "high";
  ctx.drawImage(bitmap, (size - width) / 2, (size - height) / 2, width, height);
  bitmap.close();
  const ink = inkOf(ctx.getImageData(0, 0, size, size).data, size);
  if (!ink) throw new Error(`“${file.name ?? "This picture"}” shows nothing that could be a digit.`);
  return ink;
}

/** Ink of RGBA bytes: how much each pixel differs from the paper at the picture's border. */
export function inkOf(rgba, size) {
  const opaque = [];
  let transparent = 0;
  const gray = new Float32Array(size * size);
  for (let pixel = 0; pixel < gray.length; pixel++) {
    const [red, green, blue, alpha] = rgba.subarray(4 * pixel, 4 * pixel + 4);
    gray[pixel] = (0.299 * red + 0.587 * green + 0.114 * blue) / 255;
    if (alpha > 127) opaque.push(pixel);
    else transparent++;
  }
  if (opaque.length === 0) return null;
  const isOpaque = new Uint8Array(gray.length);
  for (const pixel of opaque) isOpaque[pixel] = 1;
  const edge = opaque.filter((pixel) => {
    const [row, column] = [Math.floor(pixel / size), pixel % size];
    const beside = [[row - 1, column], [row + 1, column], [row, column - 1], [row, column + 1]];
    return beside.some(([r, c]) => r < 0 || c < 0 || r >= size || c >= size || !isOpaque[r * size + c]);
  });
  const levels = edge.map((pixel) => gray[pixel]).sort((a, b) => a - b);
  const paper = levels[Math.floor(levels.length / 2)];
  const ink = new Float32Array(gray.length);
  for (const pixel of opaque) ink[pixel] = Math.abs(gray[pixel] - paper);
  const strongest = ink.reduce((most, value) => Math.max(most, value), 0);
  if (strongest < NOISE) return transparent > 0 ? alphaInk(rgba, gray.length) : null;
  return ink.map((value) => (value < NOISE * strongest ? 0 : Math.min(value / strongest, 1)));
}

/** A drawing on a transparent ground, all in one color: its opacity is the ink. */
function alphaInk(rgba, length) {
  return Float32Array.from({ length }, (_, pixel) => rgba[4 * pixel + 3] / 255);
}
