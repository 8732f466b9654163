/**
 * The names under which tfjs-layers holds the layers of one graph, by their Keras names. It is the Keras name where tfjs
 * takes it, which is where it begins with an ASCII letter or digit and goes on with those, `-`, `.`, `_` and `/`
 * (`isValidTensorName`, common.js of tfjs-layers 4.22), and is no property of every object, such as `constructor`,
 * which its executor takes for an entry of its own. Keras takes any text (on TensorFlow it runs fewer): `_` then stands
 * for each other character, `layer` comes before a name that may not begin so or is such a property, and a number
 * follows where another layer has the result already.
 */
export function tfjsNames(names: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Set(names.filter((name) => validName(name) === name));
  const chosen = new Map([...taken].map((name) => [name, name]));
  /** The next number to try after a name: thousands may become the same. */
  const numbers = new Map<string, number>();
  for (const name of names) {
    if (chosen.has(name)) continue;
    const valid = validName(name);
    let unique = valid;
    let number = numbers.get(valid) ?? 1;
    for (; taken.has(unique); number++) unique = `${valid}_${number}`;
    numbers.set(valid, number);
    taken.add(unique);
    chosen.set(name, unique);
  }
  return chosen;
}

function validName(name: string): string {
  const plain = name.replaceAll(/[^-A-Za-z0-9._/]/gu, "_");
  return /^[A-Za-z0-9]/.test(plain) && !(plain in Object.prototype) ? plain : `layer_${plain}`;
}
