// Lets the cache of the HDF5 reader fetch pages of 64 bytes, one at a time and from small sources too, so that parsing is
// interrupted and started again at nearly every structure of a file that is not in memory.

const sizes = { smallSource: "-1", pageBytes: "64", leastPages: "1", mostPages: "1" };

export function shrinkPages() {
  return {
    name: "shrink-pages",
    transform(code, id) {
      if (!id.replaceAll("\\", "/").endsWith("/hdf5/page-cache.ts")) return null;
      let changed = code;
      for (const [name, size] of Object.entries(sizes)) {
        const before = changed;
        changed = changed.replace(new RegExp(`^ *const ${name} = .*;$`, "m"), `const ${name} = ${size};`);
        if (changed === before) throw new Error(`page-cache.ts has no constant ${name}`);
      }
      return changed;
    },
  };
}
