/** Bitmaps on whole pixels of the canvas: they are copied, where every other place would mix each pixel of four. */

const NEAR = 0.01; // of a pixel: rounding

/** A rectangle, made so much larger that it begins where a pixel of the view does.
 *  @param {{left: number, top: number}} seen the visible rectangle, with its scale in pixels per graph unit */
export function onPixels({ left, top, width, height }, seen) {
  const down = (value, from) => from + Math.floor((value - from) * seen.scale + NEAR) / seen.scale;
  const [x, y] = [down(left, seen.left), down(top, seen.top)];
  return { left: x, top: y, width: width + left - x, height: height + top - y };
}

/** Puts a bitmap into a rectangle of graph units: pixel on pixel where it was painted for just this view. */
export function drawBitmap(ctx, bitmap, { left, top, width, height }) {
  const { a, d, e, f } = ctx.getTransform();
  const [x, y] = [a * left + e, d * top + f];
  const isExact = [[x, Math.round(x)], [y, Math.round(y)], [a * width, bitmap.width], [d * height, bitmap.height]].every(([is, whole]) => Math.abs(is - whole) < NEAR);
  if (!isExact) {
    ctx.drawImage(bitmap, left, top, width, height);
    return;
  }
  ctx.save();
  ctx.resetTransform();
  ctx.drawImage(bitmap, Math.round(x), Math.round(y));
  ctx.restore();
}
