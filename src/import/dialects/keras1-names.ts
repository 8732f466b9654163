/** Keras 1's classes that Keras 2 renamed (K2.2.4:keras/legacy/layers.py, keras/layers/convolutional.py). */
export const keras1Classes: ReadonlyMap<string, string> = new Map([
  ["Convolution1D", "Conv1D"],
  ["Convolution2D", "Conv2D"],
  ["Convolution3D", "Conv3D"],
  ["AtrousConvolution1D", "Conv1D"],
  ["AtrousConvolution2D", "Conv2D"],
  ["AtrousConv1D", "Conv1D"],
  ["AtrousConv2D", "Conv2D"],
  ["Deconvolution2D", "Conv2DTranspose"],
  ["Deconv2D", "Conv2DTranspose"],
  ["SeparableConvolution2D", "SeparableConv2D"],
  ["TimeDistributedDense", "Dense"],
]);

/** An option's new name; `null` for one that has no part in what is computed. */
export type Renames = Readonly<Record<string, string | null>>;

const weights: Renames = {
  W_regularizer: "kernel_regularizer",
  b_regularizer: "bias_regularizer",
  W_constraint: "kernel_constraint",
  b_constraint: "bias_constraint",
};

const kernel: Renames = { ...weights, init: "kernel_initializer", bias: "use_bias" };

const pooling: Renames = { border_mode: "padding", dim_ordering: "data_format" };

const convolution: Renames = {
  ...kernel,
  ...pooling,
  nb_filter: "filters",
  filter_length: "kernel_size",
  subsample: "strides",
  subsample_length: "strides",
  atrous_rate: "dilation_rate",
};

const recurrent: Renames = {
  output_dim: "units",
  init: "kernel_initializer",
  inner_init: "recurrent_initializer",
  inner_activation: "recurrent_activation",
  W_regularizer: "kernel_regularizer",
  U_regularizer: "recurrent_regularizer",
  b_regularizer: "bias_regularizer",
  dropout_W: "dropout",
  dropout_U: "recurrent_dropout",
  consume_less: "implementation",
  forget_bias_init: "unit_forget_bias",
  input_dim: null,
  input_length: null,
};

const dropout: Renames = { p: "rate", dim_ordering: "data_format" };
const pooling1d: Renames = { pool_length: "pool_size", stride: "strides", border_mode: "padding" };

/** By Keras 3's class name, after the renames of K2.2.4:keras/legacy/interfaces.py. */
export const keras1Options: ReadonlyMap<string, Renames> = new Map<string, Renames>([
  ["Dense", { ...kernel, output_dim: "units", input_dim: null, input_length: null }],
  ["Conv1D", { ...convolution, input_dim: null, input_length: null }],
  ["Conv2D", convolution],
  ["Conv3D", convolution],
  ["Conv2DTranspose", { ...convolution, output_shape: null }],
  ["SeparableConv2D", { ...convolution, init: "depthwise_initializer" }],
  ["LocallyConnected1D", { ...convolution, input_dim: null, input_length: null }],
  ["LocallyConnected2D", convolution],
  ["MaxoutDense", { ...kernel, output_dim: "units", input_dim: null }],
  ["Highway", { ...kernel, input_dim: null }],
  ["DepthwiseConv2D", { ...convolution, init: "depthwise_initializer" }],
  ["LSTM", recurrent],
  ["GRU", recurrent],
  ["SimpleRNN", recurrent],
  [
    "Embedding",
    {
      init: "embeddings_initializer",
      W_regularizer: "embeddings_regularizer",
      W_constraint: "embeddings_constraint",
    },
  ],
  ["Dropout", dropout],
  ["GaussianDropout", dropout],
  ["SpatialDropout1D", dropout],
  ["SpatialDropout2D", dropout],
  ["SpatialDropout3D", dropout],
  ["GaussianNoise", { sigma: "stddev" }],
  ["BatchNormalization", { beta_init: "beta_initializer", gamma_init: "gamma_initializer" }],
  ["PReLU", { init: "alpha_initializer" }],
  ["MaxPooling1D", pooling1d],
  ["AveragePooling1D", pooling1d],
  ["MaxPooling2D", pooling],
  ["AveragePooling2D", pooling],
  ["MaxPooling3D", pooling],
  ["AveragePooling3D", pooling],
  ["GlobalMaxPooling2D", pooling],
  ["GlobalAveragePooling2D", pooling],
  ["GlobalMaxPooling3D", pooling],
  ["GlobalAveragePooling3D", pooling],
  ["UpSampling1D", { length: "size" }],
  ["UpSampling2D", pooling],
  ["UpSampling3D", pooling],
  ["ZeroPadding2D", pooling],
  ["ZeroPadding3D", pooling],
  ["Cropping2D", pooling],
  ["Cropping3D", pooling],
]);
