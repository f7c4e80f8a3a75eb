/** The program of the page's workers. Most of its modules are the page's own, so the file has them only once. */

import { unpackedText } from "../formats/packed.js";
import { byId } from "../picture/dom.js";

/** @returns {Promise<string>} the modules that the worker shares with the page, and those that it has for itself */
export async function workerProgram() {
  const own = byId("learning-worker");
  const isShared = new Set(own.dataset.shares.split(" "));
  const modules = byId("program").textContent.split(/^(?=modules\[")/m);
  const shared = modules.filter((text) => isShared.has(/^modules\["([^"]*)/.exec(text)?.[1]));
  return ["const modules = {};\n", ...shared, await unpackedText(own.textContent)].join("");
}
