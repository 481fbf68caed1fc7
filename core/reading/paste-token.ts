import { Email } from "../account/shape.ts";
import { invisible, maxText, valid } from "./text.ts";

const maxUrl = 2048;
/** Cells of a table, items of a list. A comma may also be inside a name. */
const hardSeparator = /[;|\t•·▪▫◦‣⃁●○■□→►✓。、؛]/;
const comma = /[,\u060c]/;
/** Scripts without spaces between words: an address ends where one of them begins. */
const spaceless = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}ー]+/gu;

/**
 * Matches the credentials for a server: `https://user:secret@`. A secret may have separators; after a host with a dot,
 * a number is a port. Some programs write `mailto://` for `mailto:`.
 */
const userinfo =
  // threat: an address after a web address with a port is lost
  /^(?![^\s@/]{0,80}mailto:\/\/)(?:[^\s@/]{0,80}:)?\/\/(?![^\s:/?#@]{0,255}\.[^\s:/?#@]{0,255}:\d{1,5}(?!\w))[^\s/?#@:,;|<>"()[\]{}]{0,255}:[^\s/?#@]{0,1024}@/i;

const startsSpaceless = new RegExp(`^${spaceless.source}`, "u");

/** A part of a line. A `phrase` is a quoted name; a `weak` one has an @ but may belong to a name. */
export type Token = {
  kind: "word" | "phrase" | "open" | "close" | "comma" | "separator" | "address" | "weak";
  start: number;
  end: number;
  /** Set if it is a valid address. */
  email?: string | undefined;
};

export const isSeparator = ({ kind }: Token): boolean => kind === "comma" || kind === "separator";
export const isText = ({ kind }: Token): boolean => kind === "word" || kind === "phrase" || kind === "weak";

/** Divides tokens at those that separate, which are in no cell. */
export function splitAt(tokens: readonly Token[], isSeparator: (token: Token) => boolean): Token[][] {
  const cells: Token[][] = [[]];
  for (const token of tokens) {
    if (isSeparator(token)) cells.push([]);
    else cells.at(-1)?.push(token);
  }
  return cells;
}

/** Returns the parts of a line, in order. */
export function tokensOf(plain: string, from: number, end: number): Token[] {
  const tokens: Token[] = [];
  for (let at = from; at < end; ) {
    const found = plain[at]?.trim() === "" && plain[at] !== "\t" ? [] : tokensAt(plain, at, end, tokens);
    for (const token of found) tokens.push(token);
    at = found.at(-1)?.end ?? at + 1;
  }
  return tokens;
}

function tokensAt(plain: string, start: number, end: number, before: Token[]): Token[] {
  const sign = plain[start] ?? "";
  if (sign === '"') return quotedAt(plain, start, end) ?? [{ kind: "close", start, end: start + 1 }];
  const spelled = /[([{]/.test(sign) && before.at(-1)?.kind === "word" ? spelledEnd(plain, start) : 0;
  if (spelled) return [{ kind: "address", start: before.pop()?.start ?? start, end: wordEnd(plain, spelled, end) }];
  const kind = kindOf(sign);
  return kind ? [{ kind, start, end: start + 1 }] : wordAt(plain, start, end);
}

/** Returns what a sign is that is not part of a word. */
function kindOf(sign: string): Token["kind"] | undefined {
  if (comma.test(sign)) return "comma";
  if (hardSeparator.test(sign)) return "separator";
  if (/[<([{]/.test(sign)) return "open";
  return /[>)\]}]/.test(sign) ? "close" : undefined;
}

function wordAt(plain: string, start: number, end: number): Token[] {
  const secret = userinfo.exec(plain.slice(start, Math.min(end, start + maxUrl)))?.[0] ?? "";
  // threat: the secret of a web address is invited because it is cut at a separator
  const to = wordEnd(plain, start + secret.length, end);
  const word = plain.slice(start, to);
  if (secret === "" && word.includes("@")) return addressesIn(word, start);
  return [{ kind: /^(?:[-–—*+#>]|\d{1,3}[.)])$/.test(word) ? "separator" : "word", start, end: to }];
}

function wordEnd(plain: string, from: number, end: number): number {
  let at = from;
  while (at < end && !/[\s<>()[\]{}",\u060c]/.test(plain[at] ?? "") && !hardSeparator.test(plain[at] ?? "")) at++;
  return at;
}

/** The end of the sign in `ada (at) example.com`: it cannot be sent to, but was meant as an address. */
function spelledEnd(plain: string, at: number): number {
  const sign = /^[([{] ?at ?[)\]}] ?/i.exec(plain.slice(at, at + 8));
  return sign ? at + sign[0].length : 0;
}

/**
 * Quoted text is a name if it has no @, or stands before an address in angle brackets. Otherwise its content counts.
 */
function quotedAt(plain: string, start: number, end: number): Token[] | undefined {
  const close = plain.indexOf('"', start + 1);
  if (close === -1 || close >= end) return undefined;
  const after = plain.slice(close + 1, close + maxText);
  const isName = !plain.slice(start, close).includes("@") || /^ {0,4}<[^<>"\s]{0,320}@/.test(after);
  if (isName) return [{ kind: "phrase", start, end: close + 1 }];
  const inside = tokensOf(plain, start + 1, close);
  return [{ kind: "open", start, end: start + 1 }, ...inside, { kind: "close", start: close, end: close + 1 }];
}

/** A word with an @ holds one address; several, if each is valid; or something that was meant as one. */
function addressesIn(word: string, start: number): Token[] {
  const [scheme] = /^[^@]*?:\/\//.exec(word) ?? [""];
  // what comes before an @ in the address of a server is who signs in, or a path
  // threat: the secret of a web address is invited
  if (scheme !== "" && !/mailto:\/\/$/i.test(scheme)) return [{ kind: "word", start, end: start + word.length }];
  const from = scheme.length;
  return partsOf(word, from).flatMap(([part, at]): Token[] => {
    const isGlued: Glued = { before: at > from, after: at + part.length < word.length };
    if (/^[^\p{L}\p{N}_]*@/u.test(part) && !isGlued.before) return [{ kind: "weak", start, end: start + word.length }];
    const several = severalIn(part, start + at, isGlued);
    if (several) return several;
    const email = addressIn(part, isGlued);
    const place = email ? { start: start + at, end: start + at + part.length } : { start, end: start + word.length };
    return [{ kind: "address", ...place, email }];
  });
}

/** The parts of a word that have an @, without adjacent scripts that use no spaces; those of its domain stay. */
function partsOf(word: string, from: number): [part: string, at: number][] {
  const parts: [string, number][] = [];
  const labels = labelsIn(word);
  let at = from;
  for (const match of word.slice(from).matchAll(spaceless)) {
    const start = from + match.index;
    if (labels.some((label) => start >= label.start && start < label.end)) continue;
    parts.push([word.slice(at, from + match.index), at]);
    at = from + match.index + match[0].length;
  }
  parts.push([word.slice(at), at]);
  return parts.filter(([part]) => part.includes("@"));
}

/**
 * Labels of domains that begin with a letter of a script without spaces. The last one counts only after another such:
 * a sentence may go on after the dot of `ada@example.com.`
 */
function labelsIn(word: string): { start: number; end: number }[] {
  return [...word.matchAll(/@([\p{L}\p{M}\p{N}.-]{1,255})/gu)].flatMap((match) => {
    const labels = (match[1] ?? "").split(".");
    let start = match.index;
    return labels.flatMap((label, i) => {
      start += 1;
      const place = { start, end: start + label.length };
      start = place.end;
      const isOne = startsSpaceless.test(label);
      const isLast = labels[i + 1] === undefined || labels[i + 1] === "";
      // threat: another address is invited than was written, which ends with the next sentence
      return isOne && (!isLast || startsSpaceless.test(labels[i - 1] ?? "")) ? [place] : [];
    });
  });
}

/** `a@b/c@d`, or the addresses of a mailto link, if all are valid. */
function severalIn(part: string, start: number, isGlued: Glued): Token[] | undefined {
  if (part.indexOf("@") === part.lastIndexOf("@")) return undefined;
  const found = [...part.matchAll(/[/&?:\\]?[^/&?:\\]+/g)].filter(([one]) => one.includes("@"));
  const tokens = found.map((match) => {
    const first = start + match.index;
    const email = addressIn(match[0], isGlued);
    return { kind: "address", start: first, end: first + match[0].length, email } as const;
  });
  return tokens.length > 1 && tokens.every(({ email }) => email) ? tokens : undefined;
}

/** Returns whether a letter of a script without spaces is right before or after. */
type Glued = { before: boolean; after: boolean };

/**
 * Returns the address in a text with one @, without surrounding characters; nothing if a letter of another script is
 * next to it.
 */
function addressIn(text: string, isGlued: Glued): string | undefined {
  const part = text.replace(invisible, "");
  const at = part.indexOf("@");
  if (part.indexOf("@", at + 1) !== -1) return undefined;
  const before = part.slice(part.lastIndexOf(":", at) + 1, at).replace(/^[?&](?:to|cc|bcc)=/i, "");
  let from = before.length;
  while (from > 0 && /[\w!#$%&'*+/=?^`{|}~.-]/.test(before[from - 1] ?? "")) from--;
  const domain = /^[\p{L}\p{M}\p{N}.-]{0,255}/u.exec(part.slice(at + 1))?.[0] ?? "";
  const after = part.slice(at + 1 + domain.length);
  const isWhole =
    !/[\p{L}\p{N}\p{M}]$/u.test(before.slice(0, from)) && /^(?:[?:/&–—…]|'s\b|[^\p{L}\p{N}]*$)/u.test(after);
  const isCut =
    (isGlued.before && /^[._+-]/.test(before.slice(from))) || (isGlued.after && /[.-]$/.test(domain + after));
  // threat: another address is invited than was written, without the letters beside it
  // threat: another address is invited than was written, without its domain of another script
  if (!isWhole || isCut) return undefined;
  const local = before.slice(from).replace(/^[^A-Za-z0-9_]+/, "");
  const name = after.startsWith("_") ? local.replace(/^_+/, "") : local;
  return valid(Email, `${name}@${domain.replace(/[.-]+$/, "")}`);
}
