export type Encoding = "utf-8" | "utf-16le" | "utf-16be" | "windows-1252";

/**
 * The encoding of a file. `isUndecided`: its beginning is plain ASCII, so each cell that is not valid UTF-8 is read as
 * Windows-1252.
 */
export type Coding = { encoding: Encoding; isUndecided?: true };

/** Kinds of files that are not text, even if their names say so. */
export type Unreadable = "workbook" | "compressed" | "not_text";

/** Text as numbers. Only separators, quotes and line ends have their own numbers. */
export type Text = {
  units: Uint8Array | Uint16Array;
  /** Bytes per unit. */
  width: 1 | 2;
  /** Decodes a part. Undecodable bytes become U+FFFD. */
  slice: (start: number, end: number) => string;
};

/** Fewer zeros are damage of single cells, as databases and broken exports leave it. */
const maxZeros = 4;
const unitsPerZero = 256;
/** The same for what no text has: of random bytes it is every twelfth. */
const maxControls = 16;
const unitsPerControl = 32;
const isControl = (unit: number) => unit < 0x09 || (unit > 0x0d && unit < 0x1a) || unit === 0x7f;
/** A tape archive, after the name of its first file. */
const tape = { at: 257, sign: "ustar" };
/** Only signatures that no text begins with; other formats are recognized by their zero bytes. */
const signatures: [start: number[], kind: Unreadable][] = [
  [[0x50, 0x4b, 0x03, 0x04], "workbook"],
  [[0xd0, 0xcf, 0x11, 0xe0], "workbook"],
  [[0x1f, 0x8b], "compressed"],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], "compressed"],
  [[0x28, 0xb5, 0x2f, 0xfd], "compressed"],
  [[0x37, 0x7a, 0xbc, 0xaf], "compressed"],
  [[0x25, 0x50, 0x44, 0x46], "not_text"],
  [[0x89, 0x50, 0x4e, 0x47], "not_text"],
  [[0xff, 0xd8, 0xff], "not_text"],
  [[0x7b, 0x5c, 0x72, 0x74, 0x66], "not_text"],
  [[0xff, 0xfe, 0x00, 0x00], "not_text"],
];
const marks: [start: number[], encoding: Encoding][] = [
  [[0xef, 0xbb, 0xbf], "utf-8"],
  [[0xff, 0xfe], "utf-16le"],
  [[0xfe, 0xff], "utf-16be"],
];
/** 0x80 to 0x9f; some decoders treat Windows-1252 as ISO-8859-1 and return control characters (Node 20). */
const windows = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";

/**
 * Returns how a file is read, decided by its beginning, and the length of its byte order mark; or what it is instead of
 * text.
 */
export function codingOf(prefix: Uint8Array, isWhole: boolean): (Coding & { markBytes: number }) | Unreadable {
  const begins = (start: number[]) => start.every((byte, at) => prefix[at] === byte);
  const signature = signatures.find(([start]) => begins(start));
  // threat: an archive is read as text
  if (signature) return signature[1];
  if ([...tape.sign].every((letter, i) => prefix[tape.at + i] === letter.charCodeAt(0))) return "compressed";
  const mark = marks.find(([start]) => begins(start));
  const wide = mark?.[1] ?? wideOf(prefix);
  const coding = wide ? { encoding: wide } : narrowOf(prefix, isWhole);
  const markBytes = mark?.[0].length ?? 0;
  const { units } = textOf(prefix.subarray(markBytes), coding);
  let [zeros, controls] = [0, 0];
  for (const unit of units) {
    if (unit === 0) zeros++;
    if (isControl(unit)) controls++;
  }
  const isText =
    // threat: a file of any content is read as text as long as it has an address
    (zeros <= maxZeros || zeros * unitsPerZero <= units.length) &&
    (controls <= maxControls || controls * unitsPerControl <= units.length);
  return isText ? { ...coding, markBytes } : "not_text";
}

/** UTF-16 without a byte order mark: addresses, separators and line ends have a zero in every other byte. */
function wideOf(prefix: Uint8Array): Encoding | undefined {
  const zeros: [even: number, odd: number] = [0, 0];
  prefix.forEach((byte, at) => {
    if (byte === 0) zeros[at % 2 === 0 ? 0 : 1]++;
  });
  const [even, odd] = zeros;
  if (Math.max(even, odd) * 8 < prefix.length || Math.min(even, odd) * 8 > Math.max(even, odd)) return undefined;
  return odd > even ? "utf-16le" : "utf-16be";
}

/** Windows-1252 text is rarely valid UTF-8 by chance, so the more frequent kind decides. */
function narrowOf(prefix: Uint8Array, isWhole: boolean): Coding {
  const text = new TextDecoder().decode(prefix, { stream: !isWhole });
  const damaged = text.match(/\ufffd/g)?.length ?? 0;
  const sound = text.match(/[^\0-\x7f\ufffd]/gu)?.length ?? 0;
  if (damaged > 0 && damaged >= sound) return { encoding: "windows-1252" };
  return { encoding: "utf-8", ...(damaged + sound === 0 && !isWhole && { isUndecided: true }) };
}

/** The bytes of a file from an offset on, in its encoding. Half a unit at the end is left out. */
export function textOf(bytes: Uint8Array, coding: Coding): Text {
  const { encoding } = coding;
  return encoding === "utf-8" || encoding === "windows-1252" ? narrow(bytes, coding) : wide(bytes, encoding);
}

/** Returns the whole text of a file, or what it is instead. */
export function decode(bytes: Uint8Array): { text: string } | { problem: Unreadable } {
  const coding = codingOf(bytes, true);
  if (typeof coding === "string") return { problem: coding };
  const { units, slice } = textOf(bytes.subarray(coding.markBytes), coding);
  return { text: slice(0, units.length) };
}

function wide(bytes: Uint8Array, encoding: Encoding): Text {
  const text = new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes.subarray(0, bytes.length & ~1));
  const units = new Uint16Array(text.length);
  for (let at = 0; at < units.length; at++) units[at] = text.charCodeAt(at);
  return { units, width: 2, slice: (start, end) => text.slice(start, end) };
}

const beyondAscii = /[^\0-\x7f]/;

/** One letter per byte is fast to slice, and right for all but the few parts that are not ASCII. */
function narrow(bytes: Uint8Array, { encoding, isUndecided }: Coding): Text {
  const letters = new TextDecoder("latin1").decode(bytes);
  const isPlain = !beyondAscii.test(letters);
  const utf8 = new TextDecoder();
  const slice = (start: number, end: number) => {
    const part = letters.slice(start, end);
    if (isPlain || !beyondAscii.test(part)) return part;
    const own = bytes.subarray(start, end);
    // threat: Windows-1252 after 256 KiB of plain text is damage
    if (encoding === "windows-1252" || (isUndecided && !isUtf8(own))) return fromWindows(own);
    return utf8.decode(own);
  };
  return { units: bytes, width: 1, slice };
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes) !== undefined;
  } catch {
    return false;
  }
}

function fromWindows(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => windows[byte - 0x80] ?? String.fromCharCode(byte)).join("");
}
