import { type ChecksummedSpan, findChecksums } from "./checksums.js";

/** Where in an HDF5 file a change is most likely to mean something. */
export interface Landmarks {
  readonly checksums: readonly ChecksummedSpan[];
  /** Where structures begin: signatures, and what addresses lead to. */
  readonly structures: readonly number[];
  /** Where numbers of 8 bytes stand that lead into the file. */
  readonly addresses: readonly number[];
}

const signatures =
  /\x89HDF|TREE|SNOD|HEAP|GCOL|OHDR|OCHK|FRHP|FHDB|FHIB|BTHD|BTIN|BTLF|FAHD|FADB|EAHD|EAIB|EASB|EADB|SMTB|SMLI|MDCI/g;

/** The landmarks of a sound file. */
export function findLandmarks(bytes: Uint8Array): Landmarks {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  const structures = new Set<number>([...text.matchAll(signatures)].map((match) => match.index));
  const addresses: number[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 8 <= bytes.length; at++) {
    const value = view.getUint32(at, true);
    if (value < 48 || value >= bytes.length || view.getUint32(at + 4, true) !== 0) continue;
    const header = view.getUint16(value, true) === 1 && value + 16 < bytes.length && value % 8 === 0;
    if (header) structures.add(value);
    if (header || structures.has(value)) addresses.push(at);
  }
  return { checksums: findChecksums(bytes), structures: [...structures].sort((a, b) => a - b), addresses };
}
