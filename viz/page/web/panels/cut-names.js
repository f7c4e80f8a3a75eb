/** What is taken out as text, for links and for people: "h1:5", "h2:9=average", "h1:5>h2:3". */

/** @param {Lab} lab @param {object} cut see cuts.js */
export function nameOfCut(lab, cut) {
  if (cut.layer === undefined) return `${lab.idOf(cut)}${cut.hold === "average" ? "=average" : ""}`;
  const [from, to] = lab.endsOf(cut);
  return `${lab.idOf({ column: cut.layer, unit: from })}>${lab.idOf({ column: cut.layer + 1, unit: to })}`;
}

/** @returns {object | null} null for a name of nothing that can be taken out */
export function cutOfName(lab, name) {
  if (name.includes(">")) return edgeBetween(lab, ...name.split(">", 2));
  const [id, hold = "zero"] = name.split("=", 2);
  const place = lab.places.get(id);
  const canHold = hold === "zero" || (hold === "average" && lab.edges.knowsUsual);
  return place && place.column < lab.layers.length && canHold ? { ...place, hold } : null;
}

/** @param {string} from @param {string} to ids @returns {{layer: number, index: number} | null} null if they are no neighbors */
export function edgeBetween(lab, from, to) {
  const [source, target] = [lab.places.get(from), lab.places.get(to)];
  if (!source || target?.column !== source.column + 1) return null;
  return { layer: source.column, index: source.unit * lab.layers[source.column].fanOut + target.unit };
}
