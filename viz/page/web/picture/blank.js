/** The page as it was before it showed anything, so that it can begin anew with another network. */

import { decodeFloats } from "../model/payload.js";
import { areMany } from "./units.js";

const KEPT = "script, noscript, style"; // of the body's children, what stays as it is

/** Remembers the body's elements; the picture's is left empty. @returns {() => void} puts them back */
export function rememberBlank(body, picture) {
  const blank = body.cloneNode(true);
  blank.querySelector(`#${picture}`).replaceChildren();
  const parts = Array.from(blank.children).filter((part) => !part.matches(KEPT));
  return () => {
    for (const part of Array.from(body.children)) if (!part.matches(KEPT)) part.remove();
    body.prepend(...parts.map((part) => part.cloneNode(true)));
  };
}

/**
 * The units of a network as vis-network has them, like those that PyVis writes.
 * @param {object} payload @param {HTMLElement} container @param {object} options of vis-network
 * @returns {{nodes: object, network: object}}
 */
export function graphOf({ columns, classNames }, container, options) {
  const nodes = new vis.DataSet(
    columns.flatMap(({ ids, size, positions, map = [1, 1] }, n) => {
      const xy = decodeFloats(positions);
      const isOutput = n === columns.length - 1;
      const isSquare = n === 0 || map.some((side) => side > 1);
      return ids.map((id, unit) => ({
        id,
        label: isOutput ? classNames.slice(-ids.length)[unit] : " ",
        shape: isSquare ? "square" : "dot",
        size: size / 2,
        x: xy[2 * unit],
        y: xy[2 * unit + 1],
      }));
    }),
  );
  const graph = { nodes, edges: new vis.DataSet(), options };
  return { ...graph, network: new vis.Network(container, areMany(columns) ? {} : graph, options) };
}
