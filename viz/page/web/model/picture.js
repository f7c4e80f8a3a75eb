/** A picture file becomes ink on the pad: any size, dark on light or light on dark. */

import { t } from "../language/texts.js";

const NOISE = 0.12; // what differs less from the border is paper

/**
 * @param {Blob} file @param {number} size side of the pad in pixels
 * @returns {Promise<Float32Array>} ink, size × size, the picture in the middle
 * @throws {Error} with a sentence, when the file is no picture or holds nothing
 */
export async function readPicture(file, size) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    throw new Error(t`“${file.name ?? t`This file`}” is no picture that this browser can read.`);
  }
  const scale = size / Math.max(bitmap.width, bitmap.height);
  const width = Math.max(1, Math.round(bitmap.width * scale));
  const height = Math.max(1, Math.round(bitmap.height * scale));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  const ctx = canvas.getContext("2d", { willReadFrequently: true });
  ctx.imageSmoothingQuality = "high";
  ctx.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  const ink = inkOf(ctx.getImageData(0, 0, width, height).data, width);
  if (!ink) throw new Error(t`“${file.name ?? t`This picture`}” shows nothing that could be a digit.`);
  const [left, top] = [Math.floor((size - width) / 2), Math.floor((size - height) / 2)];
  const pad = new Float32Array(size * size);
  for (let row = 0; row < height; row++) {
    pad.set(ink.subarray(row * width, (row + 1) * width), (row + top) * size + left);
  }
  return pad;
}

/**
 * Ink of RGBA bytes: how much each pixel differs from the paper, which is what the border shows.
 * @returns {Float32Array | null} null when there is no difference
 */
function inkOf(rgba, width) {
  const height = rgba.length / 4 / width;
  const pixels = Array.from({ length: width * height }, (_, pixel) => pixel);
  const gray = (pixel) => {
    const [red, green, blue] = rgba.subarray(4 * pixel, 4 * pixel + 3);
    return (0.299 * red + 0.587 * green + 0.114 * blue) / 255;
  };
  const opaque = pixels.filter((pixel) => rgba[4 * pixel + 3] > 127);
  const isBorder = (pixel) => {
    const [row, column] = [Math.floor(pixel / width), pixel % width];
    return row === 0 || column === 0 || row === height - 1 || column === width - 1;
  };
  const border = opaque.filter(isBorder).map(gray).sort((a, b) => a - b);
  const paper = border.length > 0 ? border[Math.floor(border.length / 2)] : null;
  const levels = opaque.map(gray);
  const [darkest, lightest] = levels.reduce(([low, high], v) => [Math.min(low, v), Math.max(high, v)], [1, 0]);
  if (paper === null || lightest - darkest < NOISE) {
    // One color on a transparent ground: its opacity is the ink. One color alone is a blank sheet.
    const isSheet = opaque.length === 0 || opaque.length === pixels.length;
    return isSheet ? null : Float32Array.from(pixels, (pixel) => rgba[4 * pixel + 3] / 255);
  }
  const strongest = Math.max(paper - darkest, lightest - paper);
  const ink = new Float32Array(pixels.length);
  for (const pixel of opaque) {
    const difference = Math.abs(gray(pixel) - paper) / strongest;
    ink[pixel] = difference < NOISE ? 0 : Math.min(difference, 1);
  }
  return ink;
}
