/**
 * Loads the part of the reader that is otherwise loaded when a file first needs it: for pages that go offline, or that
 * would rather wait at the start.
 */
export async function preloadHdf5(): Promise<void> {
  await import("./rare-parts.js");
}
