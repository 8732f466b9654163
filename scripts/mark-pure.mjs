// Says of each constant of a module that computing it does nothing else, as "sideEffects" of package.json says it of
// whole files: a page that uses only some of a file that several modules share is then rid of the rest.

/** A plugin for rolldown: puts a pure mark before what a module calls while it is loaded. */
export function markPure() {
  return {
    name: "mark-pure",
    transform(code) {
      const calls = this.parse(code).body.flatMap((node) =>
        declarations(node).flatMap(({ init }) => callsWithin(init).map(({ start }) => start)),
      );
      // Rolldown 1.2 and 1.3 minify `1 / /* @__PURE__ */ f()` to `1//* @__PURE__ */f()`, of which the rest is a comment.
      const marked = calls.filter((at) => !/\/\s*$/.test(code.slice(0, at)));
      return marked
        .sort((a, b) => b - a)
        .reduce((text, at) => `${text.slice(0, at)}/* @__PURE__ */ ${text.slice(at)}`, code);
    },
  };
}

function declarations(node) {
  const declaration = node.type === "ExportNamedDeclaration" ? node.declaration : node;
  return declaration?.type === "VariableDeclaration" && declaration.kind === "const" ? declaration.declarations : [];
}

/** What is called at once: not what a function calls that is only made here. */
function callsWithin(node) {
  if (Array.isArray(node)) return node.flatMap(callsWithin);
  if (node === null || typeof node !== "object" || /Function/.test(node.type)) return [];
  const within = Object.values(node).flatMap(callsWithin);
  return node.type === "CallExpression" || node.type === "NewExpression" ? [node, ...within] : within;
}
