import { everything } from "./kind.ts";

/**
 * Patterns of websites. A pattern is `host`, `host:port`, or either with a path, and covers the address itself and all below
 * it. `*.host` covers only what is below the host; `/*` at the end of a path only what is below the path. The scheme does
 * not matter, nor does a port that is not named. There is no other wildcard.
 */

/** The reason that a text is not a pattern. */
export type Problem =
  | "empty"
  | "too_long"
  | "unreadable"
  | "several"
  | "scheme"
  | "credentials"
  | "bare_label"
  | "public_suffix"
  | "range"
  | "wildcard";

/** A change that was made to a text that is a pattern, or a reason to look at it. */
export type Note = "query_dropped" | "mixed_scripts";

export type Normalized = { pattern: string; notes: Note[] } | { problem: Problem };

/** Characters of a text, and of a pattern. */
export const maxText = 2_048;

/**
 * Characters that a sentence, a list or a program puts around an address. Brackets may be a part of it, alone they are
 * not.
 */
const [opening, closing] = ["\"'`“”„‘’‚«»‹›", "\"'`“”‘’«»‹›,;、"];
const brackets = ["()", "<>", "【】", "「」", "『』", "《》", "〈〉", "〔〕"];

/** A path may end with any of them, and is kept as it is unless one was opened before the address. */
const withPath = /^(?:[a-z][a-z0-9+.-]*:\/\/)?\/*(?![a-z][a-z0-9+.-]*:\/\/)[^/]+\//i;

/** Returns an address without what is pasted around it. */
function unwrapped(text: string): string {
  const trimmed = text.trim();
  let [start, end] = [0, trimmed.length];
  const isSign = (signs: string, index: number) =>
    start < end && (signs.includes(trimmed[index] ?? "") || /\s/.test(trimmed[index] ?? ""));
  for (let before = -1; before !== end - start; ) {
    before = end - start;
    while (isSign(opening, start)) start++;
    const after = start > 0 || !withPath.test(trimmed) ? closing : "";
    while (isSign(after, end - 1)) end--;
    const isBracketed = end - start > 1 && brackets.includes(`${trimmed[start]}${trimmed[end - 1]}`);
    if (isBracketed) [start, end] = [start + 1, end - 1];
  }
  return trimmed.slice(start, end);
}

/** Characters that the parser drops from a host. */
const ignored = /\p{Default_Ignorable_Code_Point}/gu;

/** An address as it is written. The authority is its host and port, and may be anything yet. */
type Written = { scheme: string | undefined; onlyBelowHost: boolean; address: string; authority: string };

function writtenIn(typed: string): Written {
  // a name with a dot is a host, unless slashes follow: what is wrong then is the port
  const scheme = /^([a-z][a-z0-9+-]*|[a-z][a-z0-9+.-]*(?=:\/\/)):(?=\/\/|(?!\d+(?:[/?#]|$)))/i.exec(typed)?.[1];
  const rest = typed.replace(/^[a-z][a-z0-9+.-]*:\/\//i, "").replace(/^\/+/, "");
  const onlyBelowHost = rest.startsWith("*.");
  const address = onlyBelowHost ? rest.slice(2) : rest;
  const [authority = ""] = address.split(/[/?#]/, 1);
  return { scheme: scheme?.toLowerCase(), onlyBelowHost, address, authority };
}

/** Returns the problem of a text with gaps: it has several addresses, or just a gap. */
function gapIn({ address, authority }: Written): Problem | undefined {
  const hasLines = /[\t\r\n]/.test(address);
  if (areHosts(authority.split(/[\u200b\u2060\ufeff]+/)) || (!hasLines && hasPathsApart(address))) return "several";
  const pieces = (hasLines ? address.split(/[\t\r\n]+/) : authority.split(/[\s,;、،؛|]+/)).filter(Boolean);
  if (pieces.length < 2) return undefined;
  // of a second address with a scheme, the authority ends with that
  return pieces.every((piece) => piece.includes(".") || /^https?:$/i.test(piece)) ? "several" : "unreadable";
}

/** Returns whether the parts of a name are whole names themselves. */
function areHosts(parts: readonly string[]): boolean {
  const hosts = parts.filter(Boolean);
  return hosts.length > 1 && hosts.every((host) => /^[^.]+(?:\.[^.]+)+\.?$/.test(host));
}

/** A path may have a gap, and a name with a dot behind it: only a host with a path of its own is another address. */
function hasPathsApart(address: string): boolean {
  const [beforeQuery = ""] = address.split(/[?#]/, 1);
  const [, ...others] = beforeQuery.split(/\s+|[,;](?=https?:\/\/)/i).filter(Boolean);
  return others.length > 0 && others.every((one) => /^(?:https?:\/\/|[^/]+\.[^/.]+\/)/i.test(one));
}

/** The names that the web has for hosts, as the parser writes them. */
const hostForm = /^[a-z0-9._-]+$/;
/** Letters, digits, emoji, and the signs that some languages have within a word. */
const labelForm = /^[\p{L}\p{M}\p{N}\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}_・·׳״-]+$/u;
/** A hyphen at an end of a name, which no registry gives. Below a domain its owner may: `foo-.example.com`. */
const outerHyphen = /^-|-$/;
const dots = /[.。．｡]/;

/** Returns whether the labels of a host are what names have, as they are written and as the parser writes them. */
function isName(written: string, host: string): boolean {
  const labels = written
    .normalize("NFKC")
    .replace(ignored, "")
    .replace(/:.*$/s, "")
    .replace(/[.。]$/, "")
    .split(dots);
  const registered = host.split(".").slice(-2);
  return labels.every((label) => labelForm.test(label)) && !registered.some((label) => outerHyphen.test(label));
}

/** Chinese and Japanese keyboards type ASCII this wide, such as ： and ／. */
const fullWidth = /[！-～]/g;
const halfWidth = (sign: string) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0);

/** Sentences for a person who types or pastes patterns. */
export const problems: Record<Problem, string> = {
  empty: "Enter a website.",
  too_long: `Use at most ${maxText} characters.`,
  unreadable: "This is not a website address.",
  several: "These are several websites. Enter one at a time.",
  scheme: "Only http and https addresses can be denied.",
  credentials: "Remove the user name and password.",
  bare_label: "Enter a whole domain, such as example.com.",
  public_suffix: "This would deny every website under a public suffix. Enter a domain below it.",
  range: "Ranges of addresses are not supported. Enter single addresses.",
  wildcard: "Use * only as *.example.com or as /* at the end.",
};

export const notes: Record<Note, string> = {
  query_dropped: "The query or fragment was removed. The path and everything below it are denied.",
  mixed_scripts: "This name mixes alphabets and may look like another one. It is kept as written.",
};

/**
 * Returns the pattern that a text stands for. A pattern stands for itself.
 * @param isPublicSuffix tells whether anybody can register names below this one, such as "co.uk"
 */
export function normalize(text: string, isPublicSuffix: (host: string) => boolean = () => false): Normalized {
  // addresses of the web take both slashes for one, and any number of them before the host
  // threat: a pattern with a wildcard or a password gets past its check behind a backslash
  const typed = unwrapped(text)
    .replaceAll("\\", "/")
    .replace(/^[^/?#]*(?:\/\/[^/?#]*)?/, (head) => head.replace(fullWidth, halfWidth));
  if (typed === "") return { problem: "empty" };
  if (typed.length > maxText) return { problem: "too_long" };
  const written = writtenIn(typed);
  const problem = problemOfText(written);
  if (problem) return { problem };
  const { scheme, onlyBelowHost, address, authority } = written;
  const url = parse(`${scheme ?? "http"}://${address}`);
  if (url === undefined) return { problem: "unreadable" };

  const host = url.hostname.replace(/\.$/, "");
  const path = normalizePath(url.pathname);
  const refused = problemOfHost(host, written, isPublicSuffix) ?? problemOfPath(path, host, written);
  if (refused) return { problem: refused };
  const shownPath = path === "/*" ? "" : path;
  return {
    pattern: `${onlyBelowHost ? "*." : ""}${host}${portOf(url)}${shownPath}`,
    notes: [
      ...(url.search !== "" || url.hash !== "" ? (["query_dropped"] as const) : []),
      ...(isMixed(authority) ? (["mixed_scripts"] as const) : []),
    ],
  };
}

/** Returns the first problem that shows before the text is read as an address. */
function problemOfText(written: Written): Problem | undefined {
  const { scheme, authority } = written;
  if (scheme !== undefined && scheme !== "http" && scheme !== "https") return "scheme";
  if (authority.includes("@")) return "credentials";
  return gapIn(written) ?? (authority.includes("*") ? "wildcard" : undefined);
}

function problemOfHost(
  host: string,
  { authority, onlyBelowHost }: Written,
  isPublicSuffix: (host: string) => boolean,
): Problem | undefined {
  const isTooLong = host.length > 253 || host.split(".").some(isNoLabel);
  if (isAddress(host)) return isTooLong ? "unreadable" : onlyBelowHost ? "wildcard" : undefined;
  if (isTooLong || !hostForm.test(host) || !isName(authority, host)) return "unreadable";
  if (!host.includes(".")) return "bare_label";
  return isPublicSuffix(host) ? "public_suffix" : undefined;
}

function problemOfPath(path: string, host: string, { onlyBelowHost }: Written): Problem | undefined {
  if (isAddress(host) && /^\/\d{1,3}$/.test(path)) return "range";
  if (path.replace(/\/\*$/, "").includes("*")) return "wildcard";
  return onlyBelowHost && path !== "" && path !== "/*" ? "wildcard" : undefined;
}

/** The ports of the web are those of a pattern without one, whose scheme does not matter. */
const portOf = ({ port }: URL) => (["", "80", "443"].includes(port) ? "" : `:${port}`);

/** Tells which pattern of a list covers an address, in a time that does not depend on the length of the list. */
export type Matcher = (address: string) => string | undefined;

/** Prepares a list. Patterns that cannot be read are left out, except `*`, which covers every address. */
export function matcher(patterns: readonly string[]): Matcher {
  if (patterns.includes(everything)) return () => everything;
  const byHost = new Map<string, string[]>();
  for (const pattern of patterns) {
    const host = hostOf(pattern);
    const list = byHost.get(host);
    if (list) list.push(pattern);
    else byHost.set(host, [pattern]);
  }
  return (address) => {
    const url = parse(address);
    if (url === undefined || !/^https?:$/.test(url.protocol)) return undefined;
    const host = url.hostname.replace(/\.$/, "");
    const path = normalizePath(url.pathname);
    const port = url.port === "" ? (url.protocol === "https:" ? "443" : "80") : url.port;
    for (const candidate of hostsAbove(host)) {
      const covering = byHost.get(candidate)?.find((pattern) => covers(pattern, { host, port, path }));
      if (covering !== undefined) return covering;
    }
    return undefined;
  };
}

function covers(pattern: string, address: { host: string; port: string; path: string }): boolean {
  const below = pattern.startsWith("*.");
  const { host, port, path } = partsOf(below ? pattern.slice(2) : pattern);
  if (below && address.host === host) return false;
  if (port !== "" && port !== address.port) return false;
  if (path === "") return true;
  const isOnlyBelow = path.endsWith("/*");
  const stem = isOnlyBelow ? path.slice(0, -2) : path;
  return (!isOnlyBelow && address.path === stem) || address.path.startsWith(`${stem}/`);
}

/** A pattern's host, without `*.`, port and path. */
const hostOf = (pattern: string) => partsOf(pattern.startsWith("*.") ? pattern.slice(2) : pattern).host;

function partsOf(pattern: string): { host: string; port: string; path: string } {
  const [, host = "", port = "", path = ""] = /^(\[[^\]]*\]|[^:/]*)(?::(\d+))?(\/.*)?$/.exec(pattern) ?? [];
  return { host, port, path };
}

/** A host and the domains that it lies under. An IP address lies under none. */
function hostsAbove(host: string): string[] {
  if (isAddress(host)) return [host];
  const labels = host.split(".");
  return labels.map((_, i) => labels.slice(i).join("."));
}

/** One form for paths that a server takes for the same: unreserved characters as they are, no slash at the end. */
function normalizePath(path: string): string {
  const decoded = path.replace(/%([0-9a-f]{2})/gi, (escape, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    // threat: an encoded path escapes a denied website
    return /[\w.~-]/.test(character) ? character : escape.toUpperCase();
  });
  return decoded.replace(/\/{2,}/g, "/").replace(/\/$/, "");
}

function parse(address: string): URL | undefined {
  return URL.canParse(address) ? new URL(address) : undefined;
}

/** Empty, or longer than a name server has them. An IPv6 address is one label, and shorter. */
const isNoLabel = (label: string) => label === "" || label.length > 63;

const isAddress = (host: string) => host.startsWith("[") || /^\d+\.\d+\.\d+\.\d+$/.test(host);

const scripts = [/\p{Script=Latin}/u, /\p{Script=Cyrillic}/u, /\p{Script=Greek}/u, /\p{Script=Armenian}/u];
/** Returns whether characters of different alphabets are within one label of a name. */
const isMixed = (authority: string) =>
  authority.split(/[.:]/).some((label) => scripts.filter((script) => script.test(label)).length > 1);
