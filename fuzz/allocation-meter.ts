import { getHeapStatistics } from "node:v8";

/**
 * Counts the bytes of all typed arrays and buffers that are made from here on, which bounds from above what a reader
 * held at once. Import it before anything that may keep a constructor.
 */
let allocated = 0;

const constructors = [
  "ArrayBuffer",
  "Uint8Array",
  "Int8Array",
  "Uint16Array",
  "Int16Array",
  "Uint32Array",
  "Int32Array",
  "Float32Array",
  "Float64Array",
  "BigInt64Array",
  "BigUint64Array",
] as const;

for (const name of constructors) {
  const original = globalThis[name] as new (...rest: never[]) => ArrayBufferView | ArrayBuffer;
  const counted = new Proxy(original, {
    construct: (target, values: never[], newTarget) => {
      const made = Reflect.construct(target, values, newTarget) as ArrayBufferView | ArrayBuffer;
      // A view on memory that is there already costs nothing.
      if (!((values[0] as unknown) instanceof ArrayBuffer)) allocated += made.byteLength;
      return made;
    },
  });
  Object.defineProperty(globalThis, name, { value: counted, configurable: true, writable: true });
  const slice = (original.prototype as { slice: (...range: number[]) => ArrayBufferView }).slice;
  Object.defineProperty(original.prototype, "slice", {
    configurable: true,
    writable: true,
    value(this: unknown, ...range: number[]) {
      const made = slice.apply(this, range);
      allocated += made.byteLength;
      return made;
    },
  });
}

/** What was allocated since the last call, and what JavaScript's heap holds now, garbage included. */
export function measureMemory(): { readonly allocated: number; readonly heap: number } {
  const bytes = allocated;
  allocated = 0;
  return { allocated: bytes, heap: getHeapStatistics().used_heap_size };
}
