/**
 * Loads the parts of the reader that are otherwise loaded when a file first needs them: for pages that go offline, or
 * that would rather wait at the start.
 */
export async function preloadHdf5(): Promise<void> {
  await Promise.all([
    import("./newer-structure.js"),
    import("./rare-storage.js"),
    import("./rare-types.js"),
    import("./filters/szip.js"),
    import("./filters/undo-filters.js"),
  ]);
}
