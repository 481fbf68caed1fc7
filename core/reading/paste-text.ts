/** The text, and a normalized copy of the same length: one kind of quote, space, comma, angle bracket and at sign. */
export type Source = { raw: string; plain: string };

/**
 * Normalizes the lines and characters of a pasted text, and decodes entities and what mail software makes of letters.
 */
export function sourceOf(text: string): Source {
  const raw = decoded(text);
  return { raw, plain: raw.replace(/[^\0-\x7f]/g, plainSign) };
}

/** Returns where each nonempty line begins and ends. */
export function linesOf({ plain }: Source): [start: number, end: number][] {
  return [...plain.matchAll(/[^\n\r\v\f\u0085\u2028\u2029]+/g)]
    .filter(([line]) => /\S/.test(line))
    .map((match) => [match.index, match.index + match[0].length]);
}

function plainSign(sign: string): string {
  if (/[“”„‟«»]/.test(sign)) return '"';
  if (/[‘’‚‛]/.test(sign)) return "'";
  const plain = sign.normalize("NFKC");
  return plain.length === 1 ? plain : sign;
}

function decoded(text: string): string {
  return unescaped(words(unquoted(text)));
}

const byte = /(?:=[0-9A-F]{2})+/g;
const bytesOf = (escaped: string) => Uint8Array.from(escaped.split("=").slice(1), (hex) => Number.parseInt(hex, 16));

/**
 * Decodes quoted-printable text, recognized by lines that end in = (but not rulers) with =XX elsewhere, or by =40
 * alone.
 */
function unquoted(text: string): string {
  // threat: a ruler joins lines as if it were quoted-printable
  const isQuoted = /[^=\s]=\r?\n/.test(text) && /=(?:[2-7][0-9A-F]|[C-E][0-9A-F]=[89AB])/.test(text);
  if (isQuoted) return text.replace(/=\r?\n/g, "").replace(byte, (escaped) => read(bytesOf(escaped)) ?? escaped);
  return text
    .replace(/(mailto:[^\s@%]{1,64})%40/gi, "$1@")
    .replace(/=3C([^\s=<>]{1,320})=3E/g, "<$1>")
    .replace(/(?<![\w.+@-])([\w.+-]{1,64})=40([A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8})(?![\w@-])/g, "$1@$2");
}

/** Decodes the encoded words of mail headers (RFC 2047). */
function words(text: string): string {
  const joined = text.replace(/\?=\s{1,8}(?==\?)/g, "?=");
  return joined.replace(/=\?([\w-]{1,40})\?([QB])\?([^?\s]{0,400})\?=/gi, (word, charset, way, content: string) => {
    const bytes = way.toUpperCase() === "B" ? fromBase64(content) : fromQ(content);
    return (bytes && read(bytes, charset)) ?? word;
  });
}

function fromQ(content: string): Uint8Array {
  const escaped = content.replace(/=[0-9A-F]{2}|[^]/gi, (sign) => (sign.length === 3 ? sign : hexOf(sign)));
  return bytesOf(escaped);
}

const hexOf = (sign: string) => `=${(sign === "_" ? " " : sign).charCodeAt(0).toString(16).padStart(2, "0")}`;

function fromBase64(content: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function read(bytes: Uint8Array, charset = "utf-8"): string | undefined {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

const entities: Record<string, string> = { lt: "<", gt: ">", quot: '"', amp: "&", nbsp: " ", "#64": "@", "#39": "'" };

function unescaped(text: string): string {
  return text.replace(/&(lt|gt|quot|amp|nbsp|#64|#39);/g, (_, name: string) => entities[name] ?? "");
}
