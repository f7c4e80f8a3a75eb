/**
 * Arrays by name, in the naming of whoever saved them: which ones make up a layer. The twin of
 * named.py: a word in the name tells what an array is, the rest which layer it belongs to; where
 * names tell nothing, shapes do.
 */

import { t } from "../language/texts.js";
import { count, shapeWords, Unreadable } from "./unreadable.js";

const ROLES = {
  weight: ["w", "weight", "weights", "kernel", "kernels", "coef", "coefs", "theta", "wt"],
  bias: ["b", "bias", "biases", "intercept", "intercepts", "bs"],
  gamma: ["gamma"],
  beta: ["beta"],
  mean: ["mean"],
  variance: ["var", "variance"],
};
const ROLE_OF = new Map(Object.entries(ROLES).flatMap(([role, words]) => words.map((word) => [word, role])));
const STATISTICS = ["mean", "variance"];
const KINDS_OF_MEAN = ["running", "moving"]; // "running_mean": of a normalization, not of a data set
const COUNTERS = ["tracked"]; // num_batches_tracked: nothing that a result depends on
// dW1, vdW1: gradients, and what optimizers remember
const SHADOWS = new Set("d m v s g vd sd grad grads gradient delta velocity momentum cache adam".split(" "));
const MAX_ARRAYS = 4096;
const MAX_STACK = 64; // layers in one array

/**
 * The layers among named arrays, in the order of the file, and the names that belong to none.
 * @param {Map<string, {shape: number[], data: ArrayLike<number>}>} given
 * @returns {{groups: {name: string, key: string[], weight: object | null, bias: object | null}[], stray: string[]}}
 *   weight is null of a normalization
 */
export function group(given) {
  if (given.size > MAX_ARRAYS) throw new Unreadable(t`it holds ${count(given.size)} arrays; at most ${count(MAX_ARRAYS)} are read`);
  const arrays = unstacked(given);
  const names = [...arrays.keys()];
  const roles = new Map(names.map((name) => [name, roleOf(name)]));
  const weights = weightsOf(arrays, roles);
  const biases = biasesOf(arrays, roles, weights);
  const norms = normsOf(arrays, roles, weights);
  const used = new Set([...weights.keys(), ...[...biases.values()].map(({ name }) => name)]);
  for (const { members } of norms.values()) for (const name of members.values()) used.add(name);
  const groups = [];
  const done = new Set();
  for (const name of names) {
    const { key } = roles.get(name);
    const norm = norms.get(key.join(" "));
    if (weights.has(name)) {
      groups.push({ name: titleOf(name), key, weight: weights.get(name), bias: biases.get(name)?.vector ?? null });
    } else if (norm && !done.has(norm)) {
      done.add(norm);
      groups.push({ name: titleOf(name), key, weight: null, bias: null });
    }
  }
  const stray = names.filter((name) => !used.has(name) && !wordsOf(name).some((word) => COUNTERS.includes(word)));
  return { groups: distinct(groups), stray };
}

/** By name, where a number in a name counts as a number: fc2 before fc10. */
export function natural(groups) {
  const number = (word) => (isNumber(word) ? Number(word) : -1);
  return groups.toSorted(({ key: a }, { key: b }) => {
    for (let i = 0; i < Math.min(a.length, b.length); i++) {
      const difference = number(a[i]) - number(b[i]) || (a[i] < b[i] ? -1 : a[i] > b[i] ? 1 : 0);
      if (difference !== 0) return difference;
    }
    return a.length - b.length;
  });
}

export const isNumber = (word) => /^\d+$/.test(word);

/** (n,), (n, 1) or (1, n) as (n,); every other shape stays. */
function flat(array) {
  return array.shape.length === 2 && array.shape.includes(1) ? { shape: [array.data.length], data: array.data } : array;
}

/** "layers.0.weight" → layers, 0, weight; "W1" → w, 1; "hiddenBias" → hidden, bias. */
function wordsOf(name) {
  const short = name.replace(/:\d+$/, ""); // TensorFlow's "kernel:0"
  return (short.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g) ?? []).map((word) => word.toLowerCase());
}

/** What an array is, null where the name does not tell, and what else the name says. */
function roleOf(name) {
  const words = wordsOf(name);
  for (let at = words.length - 1; at >= 0; at--) {
    const role = ROLE_OF.get(words[at]);
    if (role === undefined) continue;
    const isStatistic = STATISTICS.includes(role);
    if (isStatistic && !words.slice(0, at).some((word) => KINDS_OF_MEAN.includes(word))) continue;
    const rest = words.filter((_, i) => i !== at);
    return { role, key: isStatistic ? rest.filter((word) => !KINDS_OF_MEAN.includes(word)) : rest };
  }
  return { role: null, key: words };
}

/** The layer's name: what stands before the word that says what the array is. */
function titleOf(name) {
  const short = name.replace(/:\d+$/, "");
  const parts = short.split(/([./])/);
  const last = wordsOf(parts[parts.length - 1]);
  if (parts.length > 2 && ROLE_OF.has(last[last.length - 1])) return parts.slice(0, -2).join("");
  return short.replace(/[_ -](?:weights?|kernel)$/, "") || short;
}

const isMatrix = ({ shape }) => shape.length === 2 || shape.length === 4;

function weightsOf(arrays, roles) {
  let weights = [...arrays].filter(([name, array]) => roles.get(name).role === "weight" && isMatrix(array));
  if (weights.length === 0) {
    const nameless = [...arrays].filter(([name, array]) => roles.get(name).role === null && isMatrix(array) && array.data.length > 0);
    weights = withoutColumns(nameless);
  }
  const keys = new Set(weights.map(([name]) => roles.get(name).key.join(" ")));
  weights = weights.filter(([name]) => !isShadow(roles.get(name).key, keys));
  if (weights.length === 0) {
    const found = [...arrays].slice(0, 8).map(([name, { shape }]) => `${name} ${shapeWords(shape)}`);
    throw new Unreadable(t`expected weight matrices by name, such as W0, b0, W1, b1, …; got ${found.join(", ") || t`none`}`);
  }
  return new Map(weights);
}

/** Whether these are gradients or an optimizer's memory of other arrays: dW1 beside W1. */
function isShadow(key, keys) {
  const rest = key.filter((word) => !SHADOWS.has(word));
  return rest.length < key.length && keys.has(rest.join(" "));
}

/** Nameless matrices, but for those of one row or column that are a bias of the one before. */
function withoutColumns(arrays) {
  const kept = [];
  let before = null;
  for (const [name, array] of arrays) {
    const isOwn = before === null || flat(array).shape.length === 2 || !before.shape.includes(array.data.length);
    if (isOwn || array.shape.length === 4) kept.push([name, array]);
    if (isOwn) before = array;
  }
  return kept;
}

/** Weight's name → name and vector of its bias, where it has one. */
function biasesOf(arrays, roles, weights) {
  const isVector = ([name, array]) => !weights.has(name) && array.shape.length === 1 && array.data.length > 0;
  const vectors = new Map([...arrays].map(([name, array]) => [name, flat(array)]).filter(isVector));
  const named = [...vectors].filter(([name]) => roles.get(name).role === "bias");
  const fits = (weight, vector) => weights.get(weight).shape.includes(vector.data.length);
  const found = new Map();
  for (const weight of weights.keys()) {
    for (const [name, vector] of named) {
      const isSame = roles.get(name).key.join(" ") === roles.get(weight).key.join(" ");
      if (isSame && fits(weight, vector)) found.set(weight, { name, vector });
    }
  }
  if (found.size === 0 && named.length === weights.size) {
    // names that do not match: one after the other
    [...weights.keys()].forEach((weight, n) => found.set(weight, { name: named[n][0], vector: named[n][1] }));
  }
  if (found.size === 0 && named.length === 0) {
    // nameless: what follows its matrix
    let before = null;
    for (const name of arrays.keys()) {
      if (weights.has(name)) before = name;
      else if (vectors.has(name) && roles.get(name).role === null && before !== null && !found.has(before)) {
        const vector = vectors.get(name);
        if (fits(before, vector)) found.set(before, { name, vector });
        before = null;
      }
    }
  }
  return found;
}

/** Key → names of gamma, beta, mean and variance, of every normalization with a mean. */
function normsOf(arrays, roles, weights) {
  const norms = new Map();
  const aliases = { weight: "gamma", bias: "beta" };
  for (const [name, { shape }] of arrays) {
    const { role, key } = roles.get(name);
    if (role === null || weights.has(name) || shape.length !== 1) continue;
    const id = key.join(" ");
    if (!norms.has(id)) norms.set(id, { members: new Map(), sizes: new Set() });
    norms.get(id).members.set(aliases[role] ?? role, name);
    norms.get(id).sizes.add(shape[0]);
  }
  return new Map([...norms].filter(([, { members, sizes }]) => STATISTICS.every((role) => members.has(role)) && sizes.size === 1));
}

/** Lists of equal matrices that became one array of three axes, taken apart again. */
function unstacked(arrays) {
  const isWeight = (name) => ["weight", null].includes(roleOf(name).role);
  const layers = new Set([...arrays].filter(([name, { shape }]) => shape.length === 3 && isWeight(name)).map(([, { shape }]) => shape[0]));
  const apart = new Map();
  for (const [name, array] of arrays) {
    const { shape, data } = array;
    const isStack = shape.length === 3 || (shape.length === 2 && roleOf(name).role === "bias");
    if (isStack && layers.has(shape[0]) && shape[0] > 0 && shape[0] <= MAX_STACK && flat(array).shape.length > 1) {
      const size = data.length / shape[0];
      for (let n = 0; n < shape[0]; n++) apart.set(`${name}.${n}`, { shape: shape.slice(1), data: data.subarray(n * size, (n + 1) * size) });
    } else apart.set(name, array);
  }
  return apart;
}

/** Every layer under a name of its own. */
function distinct(groups) {
  const seen = new Map();
  return groups.map((one) => {
    const again = (seen.get(one.name) ?? 0) + 1;
    seen.set(one.name, again);
    return again === 1 ? one : { ...one, name: `${one.name}#${again}` };
  });
}
