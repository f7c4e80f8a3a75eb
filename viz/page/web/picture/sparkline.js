/** A curve as a small picture: values side by side, from the left edge to the right. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {number[]} values @param {number} [limit] what is drawn at the top; 0 is at the bottom
 * @param {number} [last] the place at the right edge @param {number} [first] the place of the first value
 */
export function sparkline(values, limit = 1, last = values.length - 1, first = 0) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${Math.max(1, last)} 1`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  if (values.length === 0) return svg;
  const points = values.map((value, index) => `${first + index} ${1 - Math.min(value / limit, 1)}`);
  path(svg, "area", `M${first} 1L${points.join("L")}L${first + values.length - 1} 1Z`);
  path(svg, "line", `M${points.join("L")}`);
  path(svg, "moments", points.map((point) => `M${point}h0`).join(""));
  return svg;
}

function path(svg, name, d) {
  const drawn = document.createElementNS(SVG, "path");
  drawn.setAttribute("class", name);
  drawn.setAttribute("d", d);
  svg.append(drawn);
}
