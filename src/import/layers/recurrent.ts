import type { LayerRule } from "../rule.js";
import { gruCell, type GruOptions } from "./gru-cell.js";
import { lstmCell } from "./lstm-cell.js";
import { type GatedOptions, readGated, readRecurrent, type RecurrentOptions } from "./recurrent-options.js";
import { recurrentRule } from "./recurrent-rule.js";
import { simpleRnnCell } from "./simple-rnn-cell.js";

/** Keras's `SimpleRNN`, of all generations. */
export const simpleRnn: LayerRule<RecurrentOptions> = recurrentRule("SimpleRNN", readRecurrent, simpleRnnCell);

/** Keras's `LSTM`, of all generations. */
export const lstm: LayerRule<GatedOptions> = recurrentRule("LSTM", readGated, lstmCell);

/** Keras's `GRU`, of all generations; `reset_after` is true by default in Keras 3, false before it was an option. */
export const gru: LayerRule<GruOptions> = recurrentRule(
  "GRU",
  (config) => ({ ...readGated(config), resetAfter: config.boolean("reset_after", config.generation === "keras3") }),
  gruCell,
);
