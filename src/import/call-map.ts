import type { CallRef } from "./spec.js";

/** Values by call of a layer. No key is made of a name and a number: a name of a file may be long, and called often. */
export interface CallMap<Value> {
  readonly get: (ref: CallRef) => Value | undefined;
  readonly set: (ref: CallRef, value: Value) => void;
  /** The values of a layer's calls by their numbers, with holes where there is none. */
  readonly ofLayer: (layer: string) => readonly Value[];
}

const none: readonly never[] = [];

/** An empty map. */
export function callMap<Value>(): CallMap<Value> {
  const layers = new Map<string, Value[]>();
  return {
    get: ({ layer, call }) => layers.get(layer)?.[call],
    set: ({ layer, call }, value) => {
      const values = layers.get(layer);
      if (values !== undefined) values[call] = value;
      // Most layers have one call, for which an array that grows has room for 17.
      else if (call === 0) layers.set(layer, [value]);
      else layers.set(layer, Object.assign<Value[], Record<number, Value>>([], { [call]: value }));
    },
    ofLayer: (layer) => layers.get(layer) ?? none,
  };
}
