import { stat } from "node:fs/promises";
import { enableProdMode } from "@tensorflow/tfjs-core";
import { KerasProofError } from "../errors.js";
import { readModelSpec } from "../import/load-spec.js";
import { openModelFiles } from "../model-files.js";
import { explainModel } from "../report/explain-model.js";
import { formatConstraints, formatLayerList } from "../report/explain-text.js";
import { formatCase, formatCounts } from "../report/verdict-text.js";
import { type BackendName, type CaseVerdict, joinVerdicts, type Verdict } from "../verify/verdict.js";
import { failedCase } from "../verify/verify-case.js";
import type { VerifyProgress } from "../verify/verify-spec.js";
import { verifyDirectory, verifyFile, type VerifyFileOptions } from "../verify/verify-files.js";
import type { CommandContext } from "./command-context.js";
import { type ExitCode, exitCodeOfVerdict } from "./exit-codes.js";
import { printFindings } from "./failure.js";
import { optionValue, type ParsedArguments, usage } from "./options.js";
import type { Output } from "./output.js";
import { kernelsOption, readOptions } from "./read-options.js";

/** `kerasproof verify`. Text is printed case by case, JSON at the end. */
export async function verify(context: CommandContext): Promise<ExitCode> {
  const { parsed, output } = context;
  // Without it, tfjs advertises its other packages on the console.
  enableProdMode();
  const isFolder = await isDirectory(parsed.target);
  const verdict = await (isFolder ? verifyFolder(context) : verifyModel(context));
  if (output.format === "json") await output.writeJson(verdict);
  else if (isFolder) output.writeLines(["", formatCounts(verdict.counts)]);
  return exitCodeOfVerdict(verdict, parsed.options.has("strict"));
}

async function verifyModel({ parsed, output, progress }: CommandContext): Promise<Verdict> {
  const reference = optionValue(parsed, "reference");
  const options = {
    ...sharedOptions(parsed),
    reference,
    weights: optionValue(parsed, "weights"),
    onProgress: ({ model, phase }: VerifyProgress) => {
      progress.show(`${phase}: ${model}`);
    },
  };
  let verdict: CaseVerdict;
  try {
    verdict = await verifyFile(parsed.target, options);
  } catch (error) {
    if (!(error instanceof KerasProofError) || error.code !== "file-not-found") throw error;
    const names = { modelName: parsed.target, referenceName: reference ?? "", backend: options.backend };
    verdict = failedCase(names, error);
  }
  progress.clear();
  await printCase(verdict, parsed, output);
  return joinVerdicts(verdict.backend, [verdict]);
}

async function verifyFolder({ parsed, output, progress }: CommandContext): Promise<Verdict> {
  for (const name of ["reference", "weights"]) {
    if (!parsed.options.has(name)) continue;
    throw usage(`--${name}`, "found it for a folder, wanted it for one model only");
  }
  let counted = "";
  let printing = Promise.resolve();
  const verdict = await verifyDirectory(parsed.target, {
    ...sharedOptions(parsed),
    onProgress: ({ model, phase }) => {
      progress.show(`${counted}${phase}: ${model}`);
    },
    onCase: (one, done, total) => {
      counted = `${done} of ${total} done, `;
      printing = printing.then(async () => {
        progress.clear();
        if (done > 1 && output.format === "text") output.writeLines([""]);
        await printCase(one, parsed, output);
      });
    },
  });
  await printing;
  return verdict;
}

function sharedOptions(parsed: ParsedArguments): VerifyFileOptions & { backend: BackendName } {
  const backend = optionValue(parsed, "backend");
  return { backend: isBackend(backend) ? backend : "cpu", kernels: kernelsOption(parsed) };
}

function isBackend(name: string | undefined): name is BackendName {
  return name === "cpu" || name === "wasm" || name === "node";
}

async function printCase(verdict: CaseVerdict, parsed: ParsedArguments, output: Output): Promise<void> {
  if (output.format === "text") {
    const explained = parsed.options.has("explain");
    const about = explained && verdict.error === null ? await explainCase(verdict, parsed, output) : [];
    const verbose = explained || parsed.options.has("verbose");
    output.writeLines(formatCase(verdict, { style: output.style, verbose, about }));
  }
  if (!output.beside) reportCase(verdict);
}

/** The layers of a verified model and what its constraints do. */
async function explainCase(verdict: CaseVerdict, parsed: ParsedArguments, output: Output): Promise<string[]> {
  const files = await openModelFiles(verdict.model, optionValue(parsed, "weights"));
  try {
    const kernels = verdict.kerasBackend === "theano" ? { kernels: "theano" as const } : {};
    const options = readOptions({ ...parsed, target: verdict.model }, files);
    const spec = await readModelSpec(files.model, { ...kernels, ...options });
    return [`layers: ${formatLayerList(spec.graph)}`, ...formatConstraints(explainModel(spec), output.style)];
  } finally {
    await files.close();
  }
}

/** Says on the standard error what could not be judged, and what proves nothing. */
function reportCase({ model, status, error, tensors }: CaseVerdict): void {
  // The message of an error that lists several findings has a line for each.
  if (error !== null) printFindings(`${error.path}: ${error.message}`.split(/\n */));
  if (status !== "inconclusive") return;
  const resolution = tensors.reduce((most, tensor) => Math.max(most, tensor.resolution ?? 0), 0);
  const message = `inconclusive: a relative change of ${resolution.toPrecision(2)} could have gone unseen`;
  printFindings([`${model}: ${message}`]);
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    // What is missing is told by whoever opens it.
    return false;
  }
}
