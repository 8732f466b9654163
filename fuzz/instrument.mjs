// Puts a counter into each branch of the readers, so that the fuzzer sees which inputs lead to new places.

/** How rolldown marks where the code of a module begins. */
const moduleMark = /^\/\/ (\S+\.[mc]?[jt]s)$/gm;

/** A plugin for rolldown: counts branches in the modules whose path matches `files`. */
export function instrument(files) {
  return {
    name: "instrument",
    renderChunk(code) {
      const modules = findModules(code).filter(({ file }) => files.test(file));
      const edits = [];
      const counted = modules.map(({ file, start, end }) => ({ file, start, end, first: 0, inserts: [] }));
      const visit = (node) => {
        const module = counted.find(({ start, end }) => node.start >= start && node.end <= end);
        if (module !== undefined) insertCounters(node, module.inserts);
      };
      for (const node of this.parse(code).body) visit(node);
      let count = 0;
      for (const module of counted) {
        module.first = count;
        for (const insert of module.inserts) {
          edits.push({ ...insert, text: insert.text.replace("#", () => `$fuzz[${count++}]++`) });
        }
      }
      const fileTable = JSON.stringify(counted.map(({ file, first }) => ({ file, first })));
      const head = `const $fuzz = globalThis.fuzzCounters = new Uint8Array(${count}); globalThis.fuzzFiles = ${fileTable};\n`;
      return head + applyEdits(code, edits);
    },
  };
}

/** The stretches of a chunk, each with the file that it comes from. */
function findModules(code) {
  const marks = [...code.matchAll(moduleMark)];
  return marks.map((mark, i) => ({ file: mark[1], start: mark.index, end: marks[i + 1]?.index ?? code.length }));
}

function insertCounters(node, inserts) {
  if (Array.isArray(node)) {
    for (const item of node) insertCounters(item, inserts);
    return;
  }
  if (node === null || typeof node !== "object" || typeof node.type !== "string") return;
  const after = [];
  // What opens stands before what lies within, what closes after it.
  const around = (part, before, behind) => {
    inserts.push({ at: part.start, closes: false, text: before });
    after.push({ at: part.end, closes: true, text: behind });
  };
  const statement = (part) => {
    if (part.type === "BlockStatement") inserts.push({ at: part.start + 1, closes: false, text: "#;" });
    else around(part, "{#;", "}");
  };
  const expression = (part) => around(part, "(#,(", "))");
  switch (node.type) {
    case "FunctionDeclaration":
    case "FunctionExpression":
      statement(node.body);
      break;
    case "ArrowFunctionExpression":
      (node.body.type === "BlockStatement" ? statement : expression)(node.body);
      break;
    case "IfStatement":
      statement(node.consequent);
      if (node.alternate) statement(node.alternate);
      else after.push({ at: node.end, closes: true, text: "else{#}" });
      break;
    case "ForStatement":
    case "ForInStatement":
    case "ForOfStatement":
    case "WhileStatement":
    case "DoWhileStatement":
      statement(node.body);
      break;
    case "ConditionalExpression":
      expression(node.consequent);
      expression(node.alternate);
      break;
    case "LogicalExpression":
      expression(node.right);
      break;
    case "SwitchCase":
      if (node.consequent.length > 0) inserts.push({ at: node.consequent[0].start, closes: false, text: "#;" });
      break;
    case "CatchClause":
      statement(node.body);
      break;
  }
  for (const key of Object.keys(node)) insertCounters(node[key], inserts);
  // What closes nearest to the inside was pushed by inner nodes already.
  inserts.push(...after);
}

function applyEdits(code, edits) {
  const ordered = edits
    .map((edit, order) => ({ ...edit, order }))
    .sort((a, b) => a.at - b.at || Number(b.closes) - Number(a.closes) || a.order - b.order);
  const parts = [];
  let done = 0;
  for (const { at, text } of ordered) {
    parts.push(code.slice(done, at), text);
    done = at;
  }
  return parts.join("") + code.slice(done);
}
