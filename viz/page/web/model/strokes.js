/** A stroke is a line of points drawn by a round pen: the twin of strokes.py. */

/**
 * Draws the line from (x0, y0) to (x1, y1) on the canvas, in place; ink only ever grows.
 * The ink of a pixel is clip(width / 2 − distance + 0.5, 0, 1), measured from its center.
 * @param {{ink: Float32Array, width: number, height: number}} canvas ink in [0, 1], row by row
 */
export function drawSegment(canvas, x0, y0, x1, y1, width) {
  const reach = width / 2 + 0.5;
  const left = Math.max(0, Math.floor(Math.min(x0, x1) - reach));
  const right = Math.min(canvas.width - 1, Math.ceil(Math.max(x0, x1) + reach));
  const top = Math.max(0, Math.floor(Math.min(y0, y1) - reach));
  const bottom = Math.min(canvas.height - 1, Math.ceil(Math.max(y0, y1) + reach));
  const { ink, width: columns } = canvas;
  const stepX = x1 - x0;
  const stepY = y1 - y0;
  const squaredLength = Math.max(stepX * stepX + stepY * stepY, Number.MIN_VALUE);
  const squaredReach = reach * reach;
  for (let row = top; row <= bottom; row++) {
    const y = row + 0.5 - y0;
    for (let column = left; column <= right; column++) {
      const pixel = row * columns + column;
      const before = ink[pixel];
      if (before >= 1) continue; // nothing is left to darken
      const x = column + 0.5 - x0;
      let along = (x * stepX + y * stepY) / squaredLength;
      if (along < 0) along = 0;
      else if (along > 1) along = 1;
      const awayX = x - along * stepX;
      const awayY = y - along * stepY;
      const squaredDistance = awayX * awayX + awayY * awayY;
      if (squaredDistance >= squaredReach) continue;
      const covered = Math.min(reach - Math.sqrt(squaredDistance), 1);
      if (covered > before) ink[pixel] = covered;
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
