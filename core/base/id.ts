import { createHash } from "node:crypto";
import { decodeTime, monotonicFactory } from "ulid";
import * as v from "valibot";
import { now } from "./clock.ts";

/** One prefix per noun. An id is its own key segment in table/keys.ts, so a prefix never changes. */
export const prefixes = {
  account: "acc",
  address: "adr",
  event: "evt",
  flow: "flow",
  import: "imp",
  invitation: "inv",
  notification: "ntf",
  operation: "op",
  organization: "org",
  report: "rep",
  session: "ses",
  team: "team",
} as const;

export type Noun = keyof typeof prefixes;
export type ID<N extends Noun> = `${(typeof prefixes)[N]}_${string}`;

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const body = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/** A clock that was right goes back by less. One that was wrong is not followed into its future for ever. */
const maxStepBackMs = 60_000;

/** Those of one process sort in the order in which they are made, also within a millisecond. */
let ulid = monotonicFactory();
let newestMs = 0;

/** A new id that sorts by the time it was made. */
export function create<N extends Noun>(noun: N): ID<N> {
  const ms = now().getTime();
  const wasWrong = ms < newestMs - maxStepBackMs;
  if (wasWrong) ulid = monotonicFactory();
  newestMs = wasWrong ? ms : Math.max(newestMs, ms);
  return `${prefixes[noun]}_${ulid(ms)}`;
}

/** The id that the same text always has: 128 bits of its SHA-256, in the characters of a ULID. */
export function derive<N extends Noun>(noun: N, text: string): ID<N> {
  const hash = createHash("sha256").update(text).digest().subarray(0, 16);
  return `${prefixes[noun]}_${crockford(hash)}`;
}

/** Whether a text is an id of this noun. */
export function is<N extends Noun>(noun: N, text: unknown): text is ID<N> {
  return (
    typeof text === "string" &&
    text.startsWith(`${prefixes[noun]}_`) &&
    body.test(text.slice(prefixes[noun].length + 1))
  );
}

/** When an id was made that was not derived, in ISO 8601. */
export const madeAt = (id: string): string => new Date(decodeTime(id.slice(id.indexOf("_") + 1))).toISOString();

/** The id of another noun for the same thing: an address and the invitation to it differ in their prefix only. */
export function alias<N extends Noun>(noun: N, id: string): ID<N> {
  return `${prefixes[noun]}_${id.slice(id.indexOf("_") + 1)}`;
}

export function schema<N extends Noun>(noun: N) {
  return v.pipe(
    v.string(),
    v.regex(new RegExp(`^${prefixes[noun]}_${body.source.slice(1)}`), `Expected the id of ${article(noun)}.`),
    v.transform((text) => text as ID<N>),
  );
}

function article(noun: string) {
  return /^[aeio]/.test(noun) ? `an ${noun}` : `a ${noun}`;
}

/** The last digit of an id, from 0 to 31: for a derived one, 5 bits of its hash. */
export const lastDigit = (id: string): number => alphabet.indexOf(id.at(-1) ?? "");

/** 16 bytes as 26 characters, most significant first. */
function crockford(bytes: Uint8Array) {
  let number = BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
  let text = "";
  for (let i = 0; i < 26; i++) {
    text = alphabet[Number(number & 31n)] + text;
    number >>= 5n;
  }
  return text;
}
