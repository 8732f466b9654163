/**
 * What files need that were written for newer readers than the earliest (`libver` of h5py), loaded on demand in one piece:
 * groups and attributes outside of object headers, messages that objects share, images of the metadata cache;
 * and long object headers, of whatever age.
 */
export { walkDenseAttributes } from "./attribute-info.js";
export { followShared } from "./follow-shared.js";
export { readLargeHeader } from "./large-header.js";
export { openLinkInfo } from "./link-info.js";
export { extendFile } from "./superblock-extension.js";
