/** A running fingerprint of what a reader handed out, to compare two readings. */
export interface Digest {
  addText(text: string): void;
  addBytes(bytes: Uint8Array): void;
  /** 32 bits. */
  value(): number;
}

/** Bytes of one array that are looked at; of a longer one every so many. */
const sampled = 4096;

/** A digest of nothing yet (FNV-1a). */
export function createDigest(): Digest {
  let hash = 0x811c9dc5;
  const add = (value: number): void => {
    hash = Math.imul(hash ^ value, 0x01000193);
  };
  return {
    addText: (text) => {
      for (let i = 0; i < text.length; i++) add(text.charCodeAt(i));
      add(text.length);
    },
    addBytes: (bytes) => {
      const step = Math.max(1, Math.ceil(bytes.length / sampled));
      for (let i = 0; i < bytes.length; i += step) add(bytes[i]!);
      add(bytes.length);
    },
    value: () => hash >>> 0,
  };
}
