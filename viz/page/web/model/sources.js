/** What a course learns from, made in the worker of what the page sends along. */

import { Epochs } from "./epochs.js";
import { sourceAsRead } from "./as-read.js";
import { PenAhead } from "./pen-ahead.js";
import { Random } from "./random.js";
import { Samples } from "./samples.js";
import { Mixture } from "./mixture.js";

/** The kinds by their names. A new kind is a new entry here. */
const KINDS = {
  pen: (_, seed, startDrawer) => new PenAhead(seed, startDrawer), // digits drawn in the page, without end
  examples: (data, seed) => new Samples(data, new Random([seed, 1])), // a few, which the file brings along
  epochs: (data, seed) => new Epochs(data, seed), // a whole set, with others to be measured with
};

/**
 * @param {{settings: object, data: {kind: string}, own: object}} given settings of the course, what it learns from, own samples;
 *   data.input, where there is one, is the size of the pictures that digits become
 * @param {() => Worker} startDrawer see PenAhead
 */
export function sourceOf({ settings: { seed, ownShare }, data, own }, startDrawer) {
  const others = KINDS[data.kind](data, seed, startDrawer);
  const source = new Mixture(data.input ? sourceAsRead(others, data.input) : others, seed, ownShare);
  source.keep(own);
  return source;
}
