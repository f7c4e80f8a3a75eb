/** Ours and TensorFlow.js take turns at the same steps; see tensorflow_js.py. */

const SIZES = [784, 128, 64, 10];
const RATE = 0.001;

/**
 * What is to be learned, for how long, and by how many threads; null: all cores.
 * @returns {Promise<{ours: number[], theirs: number[]}>} steps a second of every turn
 */
async function compare({ inks, labels, batch, rounds, turn, threads }) {
  const images = Float32Array.from(atob(inks), (ink) => ink.charCodeAt(0) / 255);
  const batches = Array.from({ length: labels.length / batch }, (_, n) => ({
    images: images.subarray(n * batch * SIZES[0], (n + 1) * batch * SIZES[0]),
    labels: Uint8Array.from(labels.slice(n * batch, (n + 1) * batch)),
  }));
  tf.wasm.setWasmPaths("./");
  tf.wasm.setThreadsCount(threads ?? navigator.hardwareConcurrency);
  if (!self.crossOriginIsolated || !(await tf.setBackend("wasm"))) throw new Error("No WebAssembly with threads here.");
  const [ours, theirs] = [oursOn(batches, batch), theirsOn(batches, batch)];
  await stepsASecond(ours, turn); // both get warm
  await stepsASecond(theirs, turn);
  const found = { ours: [], theirs: [] };
  for (let round = 0; round < rounds; round++) {
    found.ours.push(await stepsASecond(ours, turn));
    found.theirs.push(await stepsASecond(theirs, turn));
  }
  return found;
}

async function stepsASecond(step, milliseconds) {
  const begun = performance.now();
  let n = 0;
  while (performance.now() - begun < milliseconds) await step(n++);
  return (1000 * n) / (performance.now() - begun);
}

function oursOn(batches, batchSize) {
  const { Learner } = modules["model/learning"];
  const activation = { kind: "relu", settings: {} };
  const learner = new Learner({ sizes: SIZES, activation, output: "softmax", optimizer: "rmsprop", rate: RATE, l2: 0, batchSize });
  learner.begin({ normal: () => Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random()) });
  return async (n) => {
    const { images, labels } = batches[n % batches.length];
    return learner.step(images, labels).loss;
  };
}

function theirsOn(batches, batchSize) {
  const model = tf.sequential();
  SIZES.slice(1).forEach((units, n) => {
    const activation = n === SIZES.length - 2 ? "softmax" : "relu";
    model.add(tf.layers.dense({ units, activation, inputShape: [SIZES[n]], kernelInitializer: "heNormal" }));
  });
  model.compile({ optimizer: tf.train.rmsprop(RATE), loss: "categoricalCrossentropy" });
  const tensors = batches.map(({ images, labels }) => [
    tf.tensor2d(images, [batchSize, SIZES[0]]),
    tf.oneHot(tf.tensor1d(Array.from(labels), "int32"), SIZES[SIZES.length - 1]).toFloat(),
  ]);
  return (n) => model.trainOnBatch(...tensors[n % tensors.length]);
}
