// pyfive in JavaScript; it takes a file that is in memory.
import { readFileSync } from "node:fs";
import { File, Group } from "jsfive";

function readHdf5(path) {
  const { buffer, byteOffset, byteLength } = readFileSync(path);
  const file = new File(buffer.slice(byteOffset, byteOffset + byteLength), path);
  const arrays = [];
  let attributes = 0;
  const visit = (group) => {
    for (const name of group.keys) {
      const object = group.get(name);
      attributes += Object.values(object.attrs).length;
      if (object instanceof Group) visit(object);
      else arrays.push(object.value);
    }
  };
  visit(file);
  return { arrays, attributes };
}

export const readers = { jsfive: { hdf5: readHdf5 } };
