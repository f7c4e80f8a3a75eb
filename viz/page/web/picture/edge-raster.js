/**
 * Paints edges into a bitmap. Self-contained, because its source text also runs in a worker.
 *
 * Edges are painted in buckets of sign and strength, weak ones first. A bucket is one path, so
 * that however many of its lines cross, they tint a pixel once: all 109,184 edges stay readable
 * instead of adding up to a solid block.
 */

/** How strongly an edge is drawn: opacity, and width in graph units. @param {number} strength 0 … 1 */
export function edgeStyle(strength) {
  return { alpha: 0.06 + 0.74 * strength ** 1.3, width: 0.3 + 1.9 * strength };
}

/**
 * A generator that paints `view` on `ctx` and pauses now and then, so that it can be sliced.
 * @param {CanvasRenderingContext2D} ctx
 * @param {object[]} columns of units with x and y, in graph units
 * @param {object} view left, top (graph units), scale (bitmap pixels per graph unit), layers:
 *   {indices: Int32Array, values: signed, limit: what counts as full, fanOut}, negative and
 *   positive: css colors from weak to strong
 */
export function* rasterEdges(ctx, columns, view) {
  const levels = view.positive.length;
  ctx.setTransform(view.scale, 0, 0, view.scale, -view.left * view.scale, -view.top * view.scale);
  const buckets = view.layers.map(({ values, limit }) => {
    const ofLayer = Array.from({ length: 2 * levels }, () => []);
    values.forEach((value, edge) => {
      const strength = Math.min(Math.abs(value) / limit, 1);
      const level = Math.min(Math.floor(strength * levels), levels - 1);
      if (value !== 0) ofLayer[2 * level + (value > 0 ? 1 : 0)].push(edge);
    });
    return ofLayer;
  });
  yield;
  for (let bucket = 0; bucket < 2 * levels; bucket++) {
    const level = bucket >> 1;
    const { alpha, width } = edgeStyle((level + 0.5) / levels);
    ctx.strokeStyle = (bucket & 1 ? view.positive : view.negative)[level];
    [ctx.globalAlpha, ctx.lineWidth] = [alpha, width];
    for (let n = 0; n < view.layers.length; n++) {
      const edges = buckets[n][bucket];
      const { indices, fanOut } = view.layers[n];
      const [from, to] = [columns[n], columns[n + 1]];
      for (let start = 0; start < edges.length; start += 2000) {
        ctx.beginPath();
        for (let e = start; e < Math.min(start + 2000, edges.length); e++) {
          const [i, j] = [Math.floor(indices[edges[e]] / fanOut), indices[edges[e]] % fanOut];
          ctx.moveTo(from.x[i], from.y[i]);
          ctx.lineTo(to.x[j], to.y[j]);
        }
        ctx.stroke();
        yield;
      }
    }
  }
}

/** The worker's whole program: paint what is asked for, answer with a bitmap. */
export function rasterWorker() {
  let columns = null;
  self.onmessage = ({ data }) => {
    if (data.columns) {
      columns = data.columns;
      return;
    }
    const canvas = new OffscreenCanvas(data.view.width, data.view.height);
    for (const _ of rasterEdges(canvas.getContext("2d"), columns, data.view));
    const bitmap = canvas.transferToImageBitmap();
    self.postMessage({ id: data.id, bitmap }, [bitmap]);
  };
}
