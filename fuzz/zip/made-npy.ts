/**
 * An NPY file of `count` elements, filled with the same bytes again and again; in Fortran order where that has a shape, else
 * of one axis. `descr` is a number, `S` or `U`.
 */
export function npyOf(descr: string, count: number, filling: Uint8Array, fortranShape?: readonly number[]): Uint8Array {
  const digits = Number(descr.slice(2));
  const itemBytes = descr[1] === "U" ? 4 * digits : digits;
  const shape = (fortranShape ?? [count]).join(", ");
  const entries = `{'descr': '${descr}', 'fortran_order': ${fortranShape ? "True" : "False"}, 'shape': (${shape},), }`;
  const head = Buffer.from(`?NUMPY\u0001\0\u0076\0${entries.padEnd(117)}\n`, "latin1");
  head[0] = 0x93;
  return new Uint8Array(Buffer.concat([head, Buffer.alloc(count * itemBytes, filling)]));
}
