import { printable } from "./printable.js";

/** True where the bytes from `offset` are the characters of `magic`, one byte each. */
export function startsWith(bytes: Uint8Array, magic: string, offset = 0): boolean {
  if (bytes.length < offset + magic.length) return false;
  for (let i = 0; i < magic.length; i++) if (bytes[offset + i] !== magic.charCodeAt(i)) return false;
  return true;
}

/** What the beginning of a file that this package does not read looks like, in words for an error message. */
export function describeUnknown(head: Uint8Array): string {
  if (head.length === 0) return "an empty file";
  if (head.every((byte) => byte === 0)) return "nothing but zero bytes";
  for (const [magic, offset, description] of magics) if (startsWith(head, magic, offset)) return description;
  const binary = String.fromCharCode(...head.subarray(0, 1024));
  for (const [pattern, description] of patterns) if (pattern.test(binary)) return description;
  return describeBeginning(head);
}

type Magic = readonly [magic: string, offset: number, description: string];

/** Versions of ONNX's intermediate representation, the first field of its files; the name of the producer follows. */
const onnxVersions: readonly number[] = [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13];

const magics: readonly Magic[] = [
  ["\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19", 0, "a PyTorch file (a pickle)"],
  ...[2, 3, 4, 5].map((version) =>
    magicOf(`\x80${String.fromCharCode(version)}`, "a Python pickle, which could run code"),
  ),
  ["\x08\x01\x12", 0, "a TensorFlow SavedModel (a protobuf)"],
  ...onnxVersions.map((version) => magicOf(`\x08${String.fromCharCode(version)}\x12`, "an ONNX model (a protobuf)")),
  ['\0\0\0\0{"', 4, "a safetensors file"],
  ["\x89PNG", 0, "a PNG image"],
  ["\xff\xd8\xff", 0, "a JPEG image"],
  ["GIF8", 0, "a GIF image"],
  ["%PDF", 0, "a PDF document"],
  ["\x1f\x8b", 0, "gzip-compressed data"],
  ["BZh", 0, "bzip2-compressed data"],
  ["\xfd7zXZ\0", 0, "xz-compressed data"],
  ["\x28\xb5\x2f\xfd", 0, "Zstandard-compressed data"],
  ["7z\xbc\xaf\x27\x1c", 0, "a 7-Zip archive"],
  ["Rar!", 0, "a RAR archive"],
  ["ustar", 257, "a tar archive"],
  ["TFL3", 4, "a TensorFlow Lite model"],
  ["GGUF", 0, "a GGUF model"],
  ["PK\x07\x08", 0, "a ZIP archive in several parts"],
  ["\x7fELF", 0, "a program"],
  ["MZ", 0, "a program"],
  ["\xff\xfe", 0, "UTF-16 text"],
  ["\xfe\xff", 0, "UTF-16 text"],
];

function magicOf(magic: string, description: string): Magic {
  return [magic, 0, description];
}

/** Patterns over the first 1024 bytes, one character each. */
const patterns: readonly (readonly [RegExp, string])[] = [
  [/^version https:\/\/git-lfs/, "a Git LFS pointer instead of the file (git lfs pull fetches it)"],
  [/^\s*(?:<!doctype html|<html)/i, "an HTML page instead of the file"],
  [/^\s*<\?xml/, "an XML document"],
  [
    /^(?:---\s|(?:backend|class_name|config|keras_version):)/,
    "a YAML text, which Keras 1 and 2 wrote (save it as JSON)",
  ],
];

function describeBeginning(head: Uint8Array): string {
  const text = new TextDecoder("utf-8").decode(head.subarray(0, 40)).replace(/\ufffd+$/, "");
  if (!/\ufffd|(?![\t\r\n])\p{Cc}/u.test(text)) return `text that begins with "${printable(text.trimStart(), 20)}"`;
  const bytes = [...head.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, "0"));
  return `a file that begins with the bytes ${bytes.join(" ")}`;
}
