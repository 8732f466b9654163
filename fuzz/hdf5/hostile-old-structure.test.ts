import { type DamagedFile, type HostileFile, testHostileFiles } from "./damaged-file.js";

/** The offset of the data layout message of the dataset `values` in `small.h5`. */
function findLayout({ find }: DamagedFile): number {
  const address = find([...new Uint8Array(Float32Array.of(0, 1, 2, 3, 4, 5).buffer)]);
  return find([3, 1, ...new Uint8Array(BigUint64Array.of(BigInt(address)).buffer)]);
}

const rootHeader = 96;
/** The beginning of the dataspace message of a dataset of shape (2, 3). */
const dataspace = [0x01, 0x02, 0x01, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3];
/** The message header of a continuation. */
const continuation = [0x10, 0, 0x10, 0, 0, 0, 0, 0];
/** The size of an entry of a symbol table node. */
const entryBytes = 40;

const hostile: readonly HostileFile[] = [
  [
    "a B-tree node that is its own child",
    "fixtures/hdf5/small",
    ({ find, set }) => {
      const node = find("TREE");
      set(node + 5, 1, 1);
      set(node + 32, 8, BigInt(node));
    },
    ["/ corrupt"],
    "found a B-tree node of level 1",
  ],
  [
    "a B-tree that meets a symbol table node twice",
    "fixtures/hdf5/names",
    ({ view, find, set }) => {
      const node = find("TREE", 1);
      set(node + 48, 8, view.getBigUint64(node + 32, true));
    },
    ["/links corrupt"],
    "found a B-tree that meets a node twice",
  ],
  [
    "a B-tree node with more entries than the file holds",
    "fixtures/hdf5/small",
    ({ find, set }) => set(find("TREE") + 6, 2, 0xffff),
    ["/ truncated"],
    "wanted 1048568 bytes",
  ],
  [
    "a symbol table node with more entries than the file holds",
    "fixtures/hdf5/small",
    ({ find, set }) => set(find("SNOD") + 6, 2, 0xffff),
    ["/ truncated"],
    "wanted 2621400 bytes",
  ],
  [
    "two links of one name",
    "fixtures/hdf5/small",
    ({ view, find, set }) => {
      const first = find("SNOD") + 8;
      set(first + entryBytes, 8, view.getBigUint64(first, true));
    },
    ["/ corrupt"],
    'found the link name "group" twice',
  ],
  [
    "a link name with a slash",
    "fixtures/hdf5/small",
    ({ bytes, find }) => {
      bytes[find("group") + 2] = "/".charCodeAt(0);
    },
    ["/ corrupt"],
    'found the link name "gr/up"',
  ],
  [
    "a link name outside the heap",
    "fixtures/hdf5/small",
    ({ find, set }) => set(find("SNOD") + 8, 8, 0xffff_ffffn),
    ["/ truncated"],
    "wanted byte 4294967295 of them",
  ],
  [
    "a local heap that is larger than the file",
    "fixtures/hdf5/small",
    ({ find, set }) => set(find("HEAP") + 8, 8, 1n << 40n),
    ["/ truncated"],
    "wanted 1099511627776 bytes",
  ],
  [
    "an object header that is larger than the file",
    "fixtures/hdf5/small",
    ({ set }) => set(rootHeader + 8, 4, 0xffff_fff8),
    ["/ truncated"],
    "wanted 4294967304 bytes",
  ],
  [
    "a continuation block that leads to itself",
    "fixtures/hdf5/attributes",
    ({ bytes, view, find }) => {
      const message = find(continuation);
      const block = Number(view.getBigUint64(message + 8, true));
      bytes.set(bytes.subarray(message, message + 24), block);
    },
    ["/ corrupt"],
    "found a continuation to a block met before",
  ],
  [
    "an extent beyond every number of elements",
    "fixtures/hdf5/small",
    ({ find, set }) => set(find(dataspace) + 8, 8, 1n << 60n),
    ["/group/values corrupt"],
    "found the number 1152921504606846976",
  ],
  [
    "a shape larger than the limit",
    "fixtures/hdf5/small",
    ({ find, set }) => set(find(dataspace) + 8, 8, 1n << 50n),
    ["/group/values limit"],
    "found the shape [1125899906842624, 3]",
  ],
  [
    "a shape larger than what is stored for it",
    "fixtures/hdf5/small",
    ({ find, set }) => set(find(dataspace) + 8, 8, 3n),
    ["/group/values corrupt"],
    "found 24 stored bytes",
  ],
  [
    "an end of the file behind the end of the source",
    "fixtures/hdf5/small",
    ({ bytes, set }) => set(40, 8, BigInt(bytes.length + 1)),
    ["file truncated"],
    "found 10240 bytes",
  ],
  [
    "a global heap collection that is larger than the file",
    "fixtures/hdf5/small",
    ({ find, set }) => set(find("GCOL") + 8, 8, 1n << 40n),
    ["/group@names truncated", "/group/values@unit truncated", "/text truncated"],
    "wanted 1099511627776 bytes",
  ],
  [
    "a text of another length than its element says",
    "fixtures/hdf5/small",
    ({ find, set }) => set(find("GCOL") + 16 + 8, 8, 3n),
    ["/group@names corrupt"],
    "found 3 bytes in the global heap",
  ],
  [
    "link names that overlap",
    "fixtures/hdf5/small",
    ({ bytes, view, find, set }) => {
      const heap = find("HEAP");
      const segment = Number(view.getBigUint64(heap + 24, true));
      bytes.fill("x".charCodeAt(0), segment, segment + Number(view.getBigUint64(heap + 8, true)) - 1);
      const first = find("SNOD") + 8;
      set(first, 8, 0n);
      set(first + entryBytes, 8, 1n);
    },
    ["/ corrupt"],
    "found names that overlap",
  ],
  [
    "a symbol table entry of an unknown kind",
    "fixtures/hdf5/small",
    ({ find, set }) => set(find("SNOD") + 8 + 16, 4, 7),
    ["/ corrupt"],
    "found the cache type 7",
  ],
  [
    "global heap collections that overlap",
    "fixtures/hdf5/texts",
    ({ bytes, view, find, set }) => {
      for (const nth of [0, 1]) {
        const collection = find("GCOL", nth);
        // Object 0, which ends a collection.
        if (nth === 1) set(collection + Number(view.getBigUint64(collection + 8, true)), 2, 0);
        set(collection + 8, 8, BigInt(bytes.length - collection));
      }
    },
    [
      "/matrix ascii corrupt",
      "/matrix utf-8 corrupt",
      "/repeated corrupt",
      "/scalar ascii corrupt",
      "/scalar utf-8 corrupt",
      "/variable ascii corrupt",
      "/variable utf-8 corrupt",
    ],
    "found structures that overlap",
  ],
  [
    "two global heap objects of one index",
    "fixtures/hdf5/small",
    ({ find, set }) => set(find("GCOL") + 16 + 24, 2, 1),
    ["/group@names corrupt", "/group/values@unit corrupt", "/text corrupt"],
    "found the heap object 1 twice",
  ],
  [
    "values behind the end of the file",
    "fixtures/hdf5/small",
    (file) => file.set(findLayout(file) + 2, 8, file.bytes.length - 8),
    ["/group/values truncated"],
    "wanted 24 bytes",
  ],
  [
    "objects behind the end of the file",
    "fixtures/hdf5/small",
    ({ set }) => set(40, 8, 1000n),
    ["/ truncated"],
    "found a file that ends at byte 1000",
  ],
  [
    "a fill value of another size than an element",
    "fixtures/hdf5/fill",
    ({ find, set }) => set(find([4, 0, 0, 0, 0, 0, 0x20, 0x40]), 4, 3),
    ["/filled <f4 corrupt"],
    "found a fill value of 3 bytes",
  ],
  [
    "two attributes of one name",
    "fixtures/hdf5/attributes",
    ({ bytes, find }) => {
      bytes[find("attribute 12") + 11] = "1".charCodeAt(0);
    },
    ["/many corrupt"],
    'found the attribute "attribute 11" twice',
  ],
  [
    "a text type of no bytes",
    "fixtures/hdf5/texts",
    ({ find, set }) => set(find([0x13, 1, 0, 0, 4, 0, 0, 0]) + 4, 4, 0),
    ["/fixed full corrupt"],
    "found a datatype of 0 bytes",
  ],
  [
    "more dimensions than HDF5 has",
    "fixtures/hdf5/shapes",
    ({ find, set }) => set(find([1, 32, 1, 0, 0, 0, 0, 0]) + 1, 1, 33),
    ["/rank 32 corrupt"],
    "found 33 dimensions",
  ],
];

testHostileFiles(hostile);
