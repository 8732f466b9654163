import type { CaseVerdict, TensorVerdict } from "../verify/verdict.js";
import { formatColumns } from "./columns.js";
import { formatNumber } from "./numbers.js";

/** How many tensors that differ are listed where not all are asked for. */
const most = 12;

/**
 * Tensors in the order of computation, each with its error, its budget, the part of it that is used, the resolution and
 * the basis: all of them, or only those that differ, of which there may be none.
 */
export function formatTensorTable({ tensors, backend }: CaseVerdict, all: boolean): string[] {
  const chosen = all ? tensors : tensors.filter(({ agrees }) => !agrees);
  const shown = all ? chosen : chosen.slice(0, most);
  if (shown.length === 0) return [];
  const rows = shown.map((tensor) => formatRow(tensor, backend));
  const lines = formatColumns([
    ["tensor", "layer", "question", "error", "budget", "used", "resolution", "basis"],
    ...rows,
  ]);
  return shown.length === chosen.length ? lines : [...lines, `and ${chosen.length - shown.length} more that differ`];
}

function formatRow(tensor: TensorVerdict, backend: string): string[] {
  const { name, className, question, agrees, maxAbs, budget, share, resolution, basis, failure } = tensor;
  const asked = question === "import" ? "same function" : `on ${backend}`;
  if (failure !== null) return [name, className ?? "", asked, failure];
  const used = formatOptional(share);
  return [
    name,
    className ?? "",
    asked,
    formatOptional(maxAbs),
    formatOptional(budget),
    agrees ? used : `${used} DIFFERS`,
    formatOptional(resolution),
    basis,
  ];
}

function formatOptional(value: number | null): string {
  return value === null ? "-" : formatNumber(value);
}
