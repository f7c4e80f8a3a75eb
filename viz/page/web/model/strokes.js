/** A stroke is a line of points drawn by a round pen: the twin of strokes.py. */

const TINY = 2 ** -1022; // a dot has a length, too, to divide by

/**
 * Draws the line from (x0, y0) to (x1, y1) on the canvas, in place; ink only ever grows.
 * The ink of a pixel is clip(width / 2 − distance + 0.5, 0, 1), measured from its center.
 * @param {{ink: Float32Array, width: number, height: number}} canvas ink in [0, 1], row by row
 */
export function drawSegment(canvas, x0, y0, x1, y1, width) {
  const reach = width / 2 + 0.5;
  const left = Math.max(0, Math.floor(Math.min(x0, x1) - reach + 0.5));
  const right = Math.min(canvas.width, Math.ceil(Math.max(x0, x1) + reach - 0.5));
  const top = Math.max(0, Math.floor(Math.min(y0, y1) - reach + 0.5));
  const bottom = Math.min(canvas.height, Math.ceil(Math.max(y0, y1) + reach - 0.5));
  const { ink, width: columns } = canvas;
  const stepX = x1 - x0;
  const stepY = y1 - y0;
  const squaredLength = Math.max(stepX * stepX + stepY * stepY, TINY);
  const [alongX, alongY] = [stepX / squaredLength, stepY / squaredLength];
  const darkest = Math.min(reach, 1); // what the pen leaves at most
  for (let row = top; row < bottom; row++) {
    const y = row + 0.5 - y0;
    for (let column = left; column < right; column++) {
      const pixel = row * columns + column;
      const before = ink[pixel];
      if (before >= darkest) continue;
      const x = column + 0.5 - x0;
      let along = x * alongX + y * alongY;
      if (along < 0) along = 0;
      else if (along > 1) along = 1;
      const awayX = x - along * stepX;
      const awayY = y - along * stepY;
      const squaredDistance = awayX * awayX + awayY * awayY;
      const near = reach - before; // only what is nearer darkens
      if (squaredDistance < near * near) {
        ink[pixel] = Math.min(reach - Math.sqrt(squaredDistance), 1);
      }
    }
  }
}

/** Draws a whole stroke: points [x, y]; a single point makes a dot. */
export function drawStroke(canvas, points, width) {
  points.forEach(([x, y], i) => {
    const [fromX, fromY] = points[Math.max(i - 1, 0)];
    if (i > 0 || points.length === 1) drawSegment(canvas, fromX, fromY, x, y, width);
  });
}
