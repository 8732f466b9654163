/**
 * An activation as plain data: the name of its arithmetic and its parameters. Where generations of Keras compute
 * different things under one name, the arithmetic has a name for each, so that nothing below asks for a generation.
 */
export interface ActivationSpec {
  /** A key of the table in `arithmetic.ts`. */
  readonly name: string;
  readonly parameters?: Readonly<Record<string, number>>;
  /** The axes of a softmax, negative ones from the end; absent is the last. */
  readonly axes?: readonly number[];
}
