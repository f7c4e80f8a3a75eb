/** Which edge is at a point: the nearest of those that are seen. */

/**
 * @param {Lab} lab @param {Scene} scene @param {{x: number, y: number}} at in graph units @param {number} reach how far it may be off
 * @returns {{layer: number, index: number} | null}
 */
export function edgeAt(lab, scene, at, reach) {
  let [best, nearest] = [null, reach];
  for (const { layer, index } of seenEdges(lab, scene)) {
    const { fanOut } = lab.layers[layer];
    const [from, to] = [lab.columns[layer], lab.columns[layer + 1]];
    const [i, j] = [Math.floor(index / fanOut), index % fanOut];
    const distance = fromLine(at, from.x[i], from.y[i], to.x[j], to.y[j]);
    if (distance < nearest) [best, nearest] = [{ layer, index }, distance];
  }
  return best;
}

/** While others have stepped back, the edges around what is looked at; else all that are drawn. */
function* seenEdges({ layers, edges }, { focus, neighbors }) {
  if (focus.goal === 1) yield* neighbors;
  else for (const layer of layers.keys()) for (const index of edges.drawnOf(layer)) yield { layer, index };
}

function fromLine({ x, y }, x0, y0, x1, y1) {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const share = Math.min(Math.max(((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy || 1), 0), 1);
  return Math.hypot(x0 + share * dx - x, y0 + share * dy - y);
}
