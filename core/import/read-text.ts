export type Encoding = "utf-8" | "utf-16le" | "utf-16be" | "windows-1252";

/** What is no text, whatever its name says. */
export type Unreadable = "workbook" | "compressed" | "not_text";

/** Text as numbers, among which no sign but a separator, a quote or a line end has the number of one. */
export type Text = {
  units: Uint8Array | Uint16Array;
  /** Bytes that a unit takes. */
  width: 1 | 2;
  /** The letters of a part; what the bytes do not say is U+FFFD. */
  slice: (start: number, end: number) => string;
};

/** Only such as no text begins with; the zeros in others tell them. */
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
/** 0x80 to 0x9f; some decoders take Windows-1252 for ISO-8859-1 and answer control characters (Node 20). */
const windows = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";

/** The encoding of a file that begins so, and the bytes of its mark; or what it is instead of text. */
export function encodingOf(
  prefix: Uint8Array,
  isWhole: boolean,
): { encoding: Encoding; markBytes: number } | Unreadable {
  const begins = (start: number[]) => start.every((byte, at) => prefix[at] === byte);
  const signature = signatures.find(([start]) => begins(start));
  if (signature) return signature[1];
  const mark = marks.find(([start]) => begins(start));
  const encoding = mark?.[1] ?? wideOf(prefix) ?? narrowOf(prefix, isWhole);
  const markBytes = mark?.[0].length ?? 0;
  const { units } = textOf(prefix.subarray(markBytes), encoding);
  return units.includes(0) ? "not_text" : { encoding, markBytes };
}

/** UTF-16 without a mark: addresses, separators and line ends have a zero for every other byte. */
function wideOf(prefix: Uint8Array): Encoding | undefined {
  const zeros: [even: number, odd: number] = [0, 0];
  prefix.forEach((byte, at) => {
    if (byte === 0) zeros[at % 2 === 0 ? 0 : 1]++;
  });
  const [even, odd] = zeros;
  if (Math.max(even, odd) * 8 < prefix.length || Math.min(even, odd) * 8 > Math.max(even, odd)) return undefined;
  return odd > even ? "utf-16le" : "utf-16be";
}

/** Bytes that are UTF-8 by chance are rare in Windows-1252, so the more frequent kind tells. */
function narrowOf(prefix: Uint8Array, isWhole: boolean): Encoding {
  const text = new TextDecoder().decode(prefix, { stream: !isWhole });
  const damaged = text.match(/\ufffd/g)?.length ?? 0;
  const sound = text.match(/[^\0-\x7f\ufffd]/gu)?.length ?? 0;
  return damaged > 0 && damaged >= sound ? "windows-1252" : "utf-8";
}

/** The bytes of a file from some place on, in its encoding. Half a unit at the end is left out. */
export function textOf(bytes: Uint8Array, encoding: Encoding): Text {
  return encoding === "utf-8" || encoding === "windows-1252" ? narrow(bytes, encoding) : wide(bytes, encoding);
}

function wide(bytes: Uint8Array, encoding: Encoding): Text {
  const text = new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes.subarray(0, bytes.length & ~1));
  const units = new Uint16Array(text.length);
  for (let at = 0; at < units.length; at++) units[at] = text.charCodeAt(at);
  return { units, width: 2, slice: (start, end) => text.slice(start, end) };
}

const beyondAscii = /[^\0-\x7f]/;

/** A letter for each byte is quick to cut, and right for all but the few parts that are not ASCII. */
function narrow(bytes: Uint8Array, encoding: Encoding): Text {
  const letters = new TextDecoder("latin1").decode(bytes);
  const isPlain = !beyondAscii.test(letters);
  const utf8 = new TextDecoder();
  const slice = (start: number, end: number) => {
    const part = letters.slice(start, end);
    if (isPlain || !beyondAscii.test(part)) return part;
    const own = bytes.subarray(start, end);
    return encoding === "utf-8" ? utf8.decode(own) : fromWindows(own);
  };
  return { units: bytes, width: 1, slice };
}

function fromWindows(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => windows[byte - 0x80] ?? String.fromCharCode(byte)).join("");
}
