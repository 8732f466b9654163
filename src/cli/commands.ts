import type { RunCommand } from "./command-context.js";

/** An option of a command; `value` is the word for its value in the help, absent for a switch. */
export interface OptionSpec {
  readonly name: string;
  readonly value?: string;
  /** A value as a person writes it, for messages. */
  readonly example?: string;
  /** The only values that are taken. */
  readonly choices?: readonly string[];
  readonly about: string;
}

/** A command of the command line. The help and the parser are drawn from this and know nothing else. */
export interface CommandSpec {
  readonly name: string;
  /** The word for its one argument. */
  readonly argument: string;
  /** The option that can stand in the place of the argument. */
  readonly instead?: string;
  readonly about: string;
  readonly options: readonly OptionSpec[];
  readonly examples: readonly string[];
  /** Loads the command's code, and only that. */
  readonly load: () => Promise<RunCommand>;
}

const weights: OptionSpec = {
  name: "weights",
  value: "FILE",
  about: "the weights of an architecture JSON; <stem>.weights.h5 beside it is taken without asking",
};
const kernels: OptionSpec = {
  name: "kernels",
  value: "BACKEND",
  choices: ["tensorflow", "theano"],
  about: "which backend wrote a Keras 1 file, which does not say it: Theano flips its kernels",
};
const format: OptionSpec = {
  name: "format",
  value: "FORMAT",
  choices: ["text", "json"],
  about: "text for people (the default) or json",
};
const reportFormat: OptionSpec = {
  name: "format",
  value: "FORMAT",
  choices: ["text", "json", "markdown", "html"],
  about: "text for people (the default), json, Markdown, or HTML with plots",
};
const output: OptionSpec = { name: "output", value: "FILE", about: "write there instead of to the standard output" };

/** Every command that works. */
export const commands: readonly CommandSpec[] = [
  {
    name: "inspect",
    argument: "<model>",
    about: "tell format, Keras version, layers, parameters, constraints, and what is unsupported or unsafe",
    options: [weights, kernels, format, output],
    examples: ["kerasproof inspect model.h5", "kerasproof inspect model.json --weights model.h5 --format json"],
    load: async () => (await import("./inspect.js")).inspect,
  },
  {
    name: "explain",
    argument: "<model>",
    instead: "constraint",
    about: "tell what every constraint does: axes in words, groups, norms now, and what was probably meant",
    options: [
      weights,
      kernels,
      {
        name: "constraint",
        value: "CONSTRAINT",
        example: "'max_norm(3)'",
        about: "explain this one and no model, as Python or a file has it: 'max_norm(3, axis=0)'",
      },
      {
        name: "shape",
        value: "SHAPE",
        example: "3,3,3,32",
        about: "with --constraint: the shape of the weight, 3,3,3,32",
      },
      {
        name: "layer",
        value: "CLASS",
        example: "Conv2D",
        about: "with --constraint: the class of the layer, which tells the axes",
      },
      {
        name: "argument",
        value: "ARGUMENT",
        example: "bias_constraint",
        about: "with --constraint: which of the layer's constraints, such as bias_constraint; the kernel's by default",
      },
      reportFormat,
      output,
    ],
    examples: [
      "kerasproof explain model.keras",
      "kerasproof explain model.h5 --format html --output constraints.html",
      "kerasproof explain --constraint 'max_norm(3)' --shape 3,3,3,32 --layer Conv2D",
    ],
    load: async () => (await import("./explain.js")).explain,
  },
  {
    name: "verify",
    argument: "<model | folder>",
    about: "prove that a model, or every model below a folder, computes what Keras recorded in its .ref.npz",
    options: [
      {
        name: "reference",
        value: "FILE",
        about: "what Keras computed; <file>.ref.npz or <stem>.ref.npz beside the model is taken without asking",
      },
      weights,
      {
        name: "backend",
        value: "BACKEND",
        choices: ["cpu", "wasm", "node"],
        about: "the tfjs backend whose float32 is judged, cpu by default",
      },
      kernels,
      { name: "strict", about: "an inconclusive case counts as differing" },
      { name: "explain", about: "print what each constraint does, and every tensor" },
      { name: "verbose", about: "print every tensor, not only those that differ" },
      format,
      output,
    ],
    examples: ["kerasproof verify model.keras", "kerasproof verify models --backend wasm --format json"],
    load: async () => (await import("./verify.js")).verify,
  },
];
