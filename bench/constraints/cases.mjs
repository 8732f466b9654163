// What is measured: the weights of each line, with the axes of the norm, and how much faster than tfjs-wasm, NumPy and
// native C a constraint in WebAssembly's memory should be.

/**
 * The kernels of MobileNet 1.0, 224, all that there are: one convolution, 13 depthwise and 13 pointwise ones, and the
 * classifier `conv_preds` (Keras 3, applications/mobilenet.py; tf.keras 2.15 has the same 28).
 */
function mobileNet() {
  const channels = [32, 64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024];
  const weights = [{ shape: [3, 3, 3, 32], axis: [0, 1, 2] }];
  for (let i = 0; i < 13; i++) {
    weights.push({ shape: [3, 3, channels[i], 1], axis: [0, 1] });
    weights.push({ shape: [1, 1, channels[i], channels[i + 1]], axis: [0, 1, 2] });
  }
  weights.push({ shape: [1, 1, 1024, 1000], axis: [0, 1, 2] });
  return weights;
}

const one = (title, shape, axis) => ({ title, weights: [{ shape, axis }] });

export const cases = [
  one("Dense 784 x 128, axis 0", [784, 128], [0]),
  one("Dense 4096 x 4096, axis 0", [4096, 4096], [0]),
  one("Conv 3 x 3 x 256 x 512, axis 0", [3, 3, 256, 512], [0]),
  one("Conv 3 x 3 x 256 x 512, axes 0, 1", [3, 3, 256, 512], [0, 1]),
  one("Conv 3 x 3 x 256 x 512, axes 0, 1, 2", [3, 3, 256, 512], [0, 1, 2]),
  one("Conv transposed 3 x 3 x 256 x 512, axes 0, 1, 3", [3, 3, 256, 512], [0, 1, 3]),
  one("Depthwise 5 x 1 x 16 x 2, axes 0, 1", [5, 1, 16, 2], [0, 1]),
  one("LSTM 512 x 2048, axis 0", [512, 2048], [0]),
  one("Embedding 50000 x 256, axis 0", [50_000, 256], [0]),
  one("Embedding 50000 x 256, axis 1", [50_000, 256], [1]),
  { title: "MobileNet, all its 28 kernels, per filter", weights: mobileNet() },
];
