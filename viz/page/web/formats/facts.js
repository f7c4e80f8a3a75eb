/** What a file of ours tells of its training and of drawings: the twin of facts.py. What makes no sense is null. */

const CHOICES = ["usual", "weight"];
const SPREADS = ["network", "unit"];
const OTHERS = ["average", "cut"];
const MOST_TESTED = 2 ** 31; // digits of a test
const ENOUGH = 0.9; // of the digits: so many the first picture shall still read

/**
 * @param {object} meta of the file, {} where there is none @param {string} output of the network
 * @param {string} what was read, in a word @param {number[]} ladder edges into each unit that the page offers
 * @param {number} classes that it tells apart
 */
export function factsOf({ test, confusion, usual, temperature, novelty, drawings }, output, what, ladder, classes) {
  const isTested = typeof test?.accuracy === "number";
  const isMatrix = isTested && Array.isArray(confusion) && confusion.length === classes && confusion.every((row) => areCounts(row, classes, MOST_TESTED));
  const isPositive = Number.isFinite(temperature) && temperature > 0;
  return {
    drawings: drawingsOf(drawings, ladder),
    test: isTested ? { accuracy: test.accuracy, name: String(test.name) } : null,
    confusion: isMatrix ? confusion : null,
    usualOf: Number.isInteger(usual?.n) ? `${usual.n.toLocaleString("en-US")} ${what} of ${usual.measured_on}` : null,
    temperature: output === "softmax" && isPositive ? temperature : null,
    noveltyThreshold: Number.isFinite(novelty?.threshold) ? novelty.threshold : null,
  };
}

/** How many edges a picture shows at first: the fewest offered that still read nine of ten; undefined: unknown. */
export function firstTopK(drawings) {
  const counts = drawings?.correct.usual?.network?.average;
  return counts && drawings.topK[counts.findIndex((right) => right >= ENOUGH * drawings.n)];
}

/** What was measured about drawings of the network, if the file has it all. */
function drawingsOf(told, ladder) {
  if (!told || !isSame(told.top_k, ladder) || !areCounts([told.whole], 1, told.n)) return null;
  const correct = {};
  for (const choose of CHOICES) {
    for (const spread of SPREADS) {
      for (const others of OTHERS) {
        const counts = told.correct?.[choose]?.[spread]?.[others];
        if (!areCounts(counts, ladder.length, told.n)) continue;
        correct[choose] ??= {};
        correct[choose][spread] ??= {};
        correct[choose][spread][others] = counts;
      }
    }
  }
  return { correct, whole: told.whole, topK: ladder, n: told.n, of: told.of ?? told.n, measuredOn: String(told.measured_on) };
}

function isSame(one, other) {
  return Array.isArray(one) && one.length === other.length && one.every((value, i) => value === other[i]);
}

function areCounts(values, length, most) {
  const isCount = (value) => Number.isInteger(value) && value >= 0 && value <= most;
  return Number.isInteger(most) && Array.isArray(values) && values.length === length && values.every(isCount);
}
