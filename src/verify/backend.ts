import * as tf from "@tensorflow/tfjs-core";
import { KerasProofError } from "../errors.js";
import type { BackendName } from "./verdict.js";

/** What a backend is called in tfjs, its package, and how to get it where it is missing. */
const backends: Readonly<Record<BackendName, { readonly tfjsName: string; readonly get: string }>> = {
  cpu: { tfjsName: "cpu", get: "npm install @tensorflow/tfjs-backend-cpu@4.22.0" },
  wasm: { tfjsName: "wasm", get: "npm install @tensorflow/tfjs-backend-wasm@4.22.0" },
  node: {
    tfjsName: "tensorflow",
    get:
      "npm install @tensorflow/tfjs-node@4.22.0, which downloads libtensorflow; where its download fails, install it " +
      "with --ignore-scripts and build its addon against the libraries of the Python wheel of TensorFlow 2.15",
  },
};

/**
 * Loads a backend and makes it tfjs's present one. Throws `backend-missing` with how to get it. Returns a function that
 * sets back the one before.
 */
export async function useBackend(name: BackendName): Promise<() => Promise<void>> {
  const before = tf.engine().backendName as string | undefined;
  const { tfjsName } = backends[name];
  if (tf.findBackendFactory(tfjsName) === null) await loadBackend(name);
  let usable: boolean;
  try {
    usable = await tf.setBackend(tfjsName);
  } catch (error) {
    throw missing(name, error);
  }
  if (!usable) throw missing(name, undefined);
  await tf.ready();
  useQuietly();
  return async () => {
    if (before !== undefined && before !== tfjsName) await tf.setBackend(before);
  };
}

/** A backend's first use prints an advertisement, unless tfjs is in production mode. */
function useQuietly(): void {
  const production = tf.env().getBool("PROD");
  tf.env().set("PROD", true);
  tf.scalar(0).dispose();
  tf.env().set("PROD", production);
}

async function loadBackend(name: BackendName): Promise<void> {
  try {
    if (name === "cpu") await import("@tensorflow/tfjs-backend-cpu");
    else if (name === "wasm") await import("@tensorflow/tfjs-backend-wasm");
    else {
      // A name that the compiler does not resolve: the package is not among those that are built with.
      const addon: string = "@tensorflow/tfjs-node";
      await import(addon);
    }
  } catch (error) {
    throw missing(name, error);
  }
}

function missing(name: BackendName, cause: unknown): KerasProofError {
  const found =
    cause instanceof Error ? `found none that loads (${cause.message.split("\n")[0]})` : "found none that loads";
  return new KerasProofError("backend-missing", `backend ${name}`, `${found}, wanted it: ${backends[name].get}`, {
    cause,
  });
}
