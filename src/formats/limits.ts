/**
 * How much a file may claim before it is refused. A claim is checked before anything is allocated for it. The
 * defaults are those of Keras where Keras has one (`keras/src/saving/saving_lib.py`, 3.15: 4 GiB and 1000 times the
 * stored bytes for a dataset, 4 GiB and 100 times for a member of an archive).
 */
export interface Limits {
  /** Bytes of one member of an archive, decompressed. */
  readonly memberBytes: number;
  /** Decompressed bytes for each compressed byte of a member. */
  readonly memberRatio: number;
  /** Members of one archive, tensors of one safetensors file. */
  readonly members: number;
  /** Characters of a JSON text. */
  readonly jsonLength: number;
  /** Nesting of a JSON text. */
  readonly jsonDepth: number;
  /** Bytes of the values of one array or HDF5 dataset. */
  readonly arrayBytes: number;
  /** Bytes of values for each byte stored for them; of an HDF5 file, for each byte of it, 8 MiB being always allowed. */
  readonly arrayRatio: number;
  /** Objects of one HDF5 file, and attributes of one of its objects. */
  readonly objects: number;
  /** Nesting of groups. */
  readonly depth: number;
  /** Tensors that the layers of a model take, over all calls, those in nested models for each call of the model. */
  readonly connections: number;
}

/** The limits in force where the caller gives none. */
export const defaultLimits: Limits = {
  memberBytes: 4 * 2 ** 30,
  memberRatio: 1100,
  members: 100_000,
  jsonLength: 256 * 2 ** 20,
  jsonDepth: 200,
  arrayBytes: 4 * 2 ** 30,
  arrayRatio: 1000,
  objects: 1_000_000,
  depth: 64,
  connections: 20_000,
};
