/** What a module knows of each open file: made when it is first asked for, and gone with the file. */
export function perFile<File extends object, State>(make: (file: File) => State): (file: File) => State {
  const states = new WeakMap<File, State>();
  return (file) => {
    const state = states.get(file) ?? make(file);
    states.set(file, state);
    return state;
  };
}
