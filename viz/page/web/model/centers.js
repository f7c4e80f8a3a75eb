/** Where the names of classes stand, clear of each other: the twin of `spread` in centers.py. */

const STEPS = 200; // at most, until names are apart

/** @param {number[][]} places x, y @param {number} least @returns {number[][]} pushed apart */
export function spread(places, least) {
  const result = places.map((place) => [...place]);
  for (let step = 0; step < STEPS; step++) {
    const pair = nearestPair(result);
    if (!pair || pair.distance >= least * 0.999) break;
    const { one, other, distance } = pair;
    const across = [one[0] - other[0], one[1] - other[1]];
    const direction = distance > 0 ? across.map((d) => d / distance) : [0, 1];
    for (const axis of [0, 1]) {
      const push = ((least - distance) / 2) * direction[axis];
      one[axis] += push;
      other[axis] -= push;
    }
  }
  return result;
}

function nearestPair(places) {
  let nearest = null;
  places.forEach((one, i) => {
    for (const other of places.slice(i + 1)) {
      const distance = Math.hypot(one[0] - other[0], one[1] - other[1]);
      if (!nearest || distance < nearest.distance) nearest = { one, other, distance };
    }
  });
  return nearest;
}
