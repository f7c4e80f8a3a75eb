/** Files of networks that are dropped on a page, which shows one network alone. */

const NETWORKS = /\.(npz|npy|json|onnx|keras|h5|hdf5|pt|pth|safetensors)$/i;

/** What to do with such a file, in one sentence; null for every other file. @param {string} name */
export function networkSentence(name) {
  if (!NETWORKS.test(name)) return null;
  return `“${name}” is a network: neuroscribble network --weights "${name}" makes a page of it, neuroscribble summary tells what is in it.`;
}
