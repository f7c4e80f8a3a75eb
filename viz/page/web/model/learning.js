/**
 * Training of dense networks, a batch at a time: the twin of one step of loop.py.
 *
 * All parameters live in one vector, W and b of each layer in turn, as in parameters.py; numbers are
 * stored in float32 and computed in double precision. What a step needs is made once, not at every step.
 */

import { ACTIVATIONS } from "./activations.js";
import { Inked, slopesBefore, weightedSums, weightSlopes } from "./batch.js";
import { LOSSES } from "./losses.js";
import { argmax } from "./network.js";
import { Optimizer } from "./optimizers.js";
import { classShares, OUTPUTS } from "./outputs.js";
import { reliability } from "./reliability.js";

export class Learner {
  /**
   * @param {{sizes: number[], activation: {kind: string, settings: object}, output: string,
   *   optimizer: string, rate: number, l2: number, batchSize: number}} settings sizes from the inputs
   *   to the output units; l2 adds l2/2 · Σ w² over the weights, biases left out, to the loss
   */
  constructor({ sizes, activation, output, optimizer, rate, l2, batchSize }) {
    this.function = ACTIVATIONS[activation.kind](activation.settings);
    this.output = output;
    this.loss = LOSSES[output];
    this.batchSize = batchSize;
    [this.rate, this.l2] = [rate, l2];
    const counts = sizes.slice(1).map((fanOut, n) => (sizes[n] + 1) * fanOut);
    this.params = new Float32Array(counts.reduce((sum, count) => sum + count));
    this.gradient = new Float32Array(this.params.length);
    this.optimizer = new Optimizer(optimizer, this.params.length);
    let start = 0;
    this.layers = counts.map((count, n) => {
      const layer = new BatchLayer(sizes[n], sizes[n + 1], batchSize, this.params, this.gradient, start);
      start += count;
      return layer;
    });
    this.targets = new Float64Array(batchSize * this.units);
  }

  /** Output units. */
  get units() {
    return this.layers[this.layers.length - 1].fanOut;
  }

  /** W ~ N(0, 2 / fanIn), b = 0: the start values of layers.py. @param {{normal(): number}} rng standard normal numbers */
  begin(rng) {
    for (const { W, b, fanIn } of this.layers) {
      const deviation = Math.sqrt(2 / fanIn);
      for (let i = 0; i < W.length; i++) W[i] = deviation * rng.normal();
      b.fill(0);
    }
  }

  /** Parameters as they were at some time. @param {Float32Array} params */
  restore(params) {
    this.params.set(params);
  }

  /**
   * Predict, measure the loss, go backward, take a step.
   * @param {Float32Array} inputs rows × sizes[0] @param {ArrayLike<number>} labels at most batchSize
   * @returns {{loss: number, right: number}} both as they were before the step
   */
  step(inputs, labels) {
    const rows = labels.length;
    const logits = this.forward(inputs, rows);
    this.aim(labels);
    const last = this.layers[this.layers.length - 1];
    const loss = this.loss(logits, this.targets, last.d, rows, this.units) + this.penalty();
    const right = this.countRight(logits, labels);
    this.backward(rows);
    this.optimizer.step(this.params, this.gradient, this.rate);
    return { loss, right };
  }

  /** Mean loss, without the penalty, share of right answers over any number of samples, and their reliability. */
  measure(inputs, labels) {
    const { batchSize, units } = this;
    const { fanIn } = this.layers[0];
    const { d } = this.layers[this.layers.length - 1];
    let [loss, right] = [0, 0];
    const confidences = new Float64Array(labels.length);
    const hits = [];
    for (let start = 0; start < labels.length; start += batchSize) {
      const some = labels.subarray(start, start + batchSize);
      const logits = this.forward(inputs.subarray(start * fanIn, (start + some.length) * fanIn), some.length);
      this.aim(some);
      loss += this.loss(logits, this.targets, d, some.length, units) * some.length;
      right += this.countRight(logits, some);
      for (let row = 0; row < some.length; row++) {
        const shares = this.sharesOf(logits.subarray(row * units, (row + 1) * units));
        const answer = argmax(shares);
        confidences[start + row] = shares[answer];
        hits.push(answer === some[row]);
      }
    }
    return { loss: loss / labels.length, accuracy: right / labels.length, reliability: reliability(confidences, hits) };
  }

  /** @returns {Float64Array} the last sums, rows × units; they last until the next pass */
  forward(inputs, rows) {
    const { value } = this.function;
    let x = inputs;
    this.layers.forEach((layer, n) => {
      layer.read(x, rows);
      if (n === this.layers.length - 1) return;
      const { z, a } = layer;
      for (let at = 0; at < rows * layer.fanOut; at++) a[at] = value(z[at]);
      x = a;
    });
    return this.layers[this.layers.length - 1].z;
  }

  /** d_loss/d_parameters, from d of the last layer. */
  backward(rows) {
    this.goBack(rows);
    for (const layer of this.layers) layer.measureSlopes(rows, this.l2);
  }

  /** d of every layer's sums, from d of the last layer. */
  goBack(rows) {
    const { derivative } = this.function;
    for (let n = this.layers.length - 1; n > 0; n--) {
      const layer = this.layers[n];
      const { z, d, fanOut } = this.layers[n - 1];
      for (let at = 0; at < rows * fanOut; at++) d[at] = derivative(z[at]);
      slopesBefore(layer.wide, layer.d, d, rows, fanOut, layer.fanOut);
    }
  }

  /** The targets of these labels: a single unit speaks for the second class of two. */
  aim(labels) {
    const { targets, units } = this;
    targets.fill(0);
    for (let row = 0; row < labels.length; row++) {
      if (units === 1) targets[row] = labels[row];
      else targets[row * units + labels[row]] = 1;
    }
  }

  /** One probability for each class. @param {Float64Array} logits of one sample */
  sharesOf(logits) {
    return classShares(this.output, OUTPUTS[this.output].activation(logits));
  }

  countRight(logits, labels) {
    const { units } = this;
    let right = 0;
    for (let row = 0; row < labels.length; row++) {
      let best = 0;
      for (let k = 1; k < units; k++) if (logits[row * units + k] > logits[row * units + best]) best = k;
      const answer = units === 1 ? Number(logits[row] > 0) : best;
      if (answer === labels[row]) right += 1;
    }
    return right;
  }

  penalty() {
    if (this.l2 === 0) return 0;
    let sum = 0;
    for (const { W } of this.layers) for (let i = 0; i < W.length; i++) sum += W[i] * W[i];
    return (this.l2 / 2) * sum;
  }
}

/** Parameters of one layer, views into the vectors of all, and what it computes of a batch. */
class BatchLayer {
  constructor(fanIn, fanOut, rows, params, gradient, start) {
    [this.fanIn, this.fanOut] = [fanIn, fanOut];
    const [middle, end] = [start + fanIn * fanOut, start + (fanIn + 1) * fanOut];
    this.W = params.subarray(start, middle); // fanIn × fanOut
    this.b = params.subarray(middle, end);
    this.slopesW = gradient.subarray(start, middle);
    this.slopesB = gradient.subarray(middle, end);
    this.wide = new Float64Array(this.W.length); // W again, in the precision of the sums
    this.inked = new Inked(rows, fanIn);
    this.z = new Float64Array(rows * fanOut);
    this.a = new Float64Array(rows * fanOut);
    this.d = new Float64Array(rows * fanOut); // d_loss/d_z
  }

  read(x, rows) {
    this.wide.set(this.W);
    this.inked.read(x, rows);
    weightedSums(this.inked, this.wide, this.b, this.z, rows);
  }

  measureSlopes(rows, l2) {
    const { inked, d, fanOut, W, slopesW, slopesB } = this;
    weightSlopes(inked, d, slopesW, fanOut);
    if (l2 !== 0) for (let i = 0; i < W.length; i++) slopesW[i] += l2 * W[i];
    for (let j = 0; j < fanOut; j++) {
      let sum = 0;
      for (let at = j; at < rows * fanOut; at += fanOut) sum += d[at];
      slopesB[j] = sum;
    }
  }
}
