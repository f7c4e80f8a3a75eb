/** What the last step did to each weight, in the numbers of the optimizer itself. */

export class LastStep {
  /** @param {Learner} learner whose steps these are */
  constructor(learner) {
    this.learner = learner;
    this.params = new Float32Array(learner.params.length);
    this.memories = learner.optimizer.memories.map(() => new Float32Array(learner.params.length));
  }

  /** Keeps what a step begins with. */
  begin() {
    const { params, optimizer } = this.learner;
    this.params.set(params);
    this.memories.forEach((memory, i) => memory.set(optimizer.memories[i]));
  }

  /**
   * What it did to the weights into one unit, its bias being the last of them.
   * @param {{column: number, unit: number}} place @returns {object | null} null before the first step;
   *   else rate, t (steps of this optimizer), and of each weight gradient, memories {name, before, after},
   *   before, after and update, which is their difference
   */
  into({ column, unit }) {
    const { params, memories, learner } = this;
    const { optimizer } = learner;
    if (optimizer.steps === 0) return null;
    const take = columnOf(learner.layers, column - 1, unit);
    const [before, after] = [take(params), take(learner.params)];
    return {
      rate: learner.rate,
      t: optimizer.steps,
      gradient: take(learner.gradient),
      memories: optimizer.rule.memories.map((name, i) => ({ name, before: take(memories[i]), after: take(optimizer.memories[i]) })),
      before,
      after,
      update: Float64Array.from(after, (w, i) => w - before[i]),
    };
  }
}

/** Takes the numbers of one unit, its bias behind its weights, from a vector of all parameters. */
function columnOf(layers, n, unit) {
  const { fanIn, fanOut } = layers[n];
  const start = layers.slice(0, n).reduce((sum, layer) => sum + (layer.fanIn + 1) * layer.fanOut, unit);
  return (vector) => Float32Array.from({ length: fanIn + 1 }, (_, i) => vector[start + i * fanOut]);
}
