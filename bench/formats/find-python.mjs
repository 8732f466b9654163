import { spawnSync } from "node:child_process";

/**
 * A Python that has h5py: the one that `KERASPROOF_PYTHON` names, or one of the PATH; undefined where there is none.
 * `version` is that of h5py and of its libhdf5.
 */
export function findPython() {
  const code = "import h5py; print(f'h5py {h5py.__version__}, libhdf5 {h5py.version.hdf5_version}')";
  for (const command of [process.env.KERASPROOF_PYTHON, "python3", "python"]) {
    if (command === undefined) continue;
    const { status, stdout } = spawnSync(command, ["-c", code], { encoding: "utf8" });
    if (status === 0) return { command, version: stdout.trim() };
  }
  return undefined;
}
