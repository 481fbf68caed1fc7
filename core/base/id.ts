import { hash } from "node:crypto";
import { decodeTime, encodeTime, monotonicFactory } from "ulid";
import * as v from "valibot";
import { now } from "./clock.ts";
import { minuteMs } from "./duration.ts";
import { idBody } from "./id/shape.ts";

/** One prefix per noun. An id is its own key segment, so a prefix never changes. */
export const prefixes = {
  account: "acc",
  address: "adr",
  challenge: "cha",
  comment: "com",
  dataKey: "dek",
  delivery: "dlv",
  departure: "dpt",
  device: "dev",
  deviceCode: "dc",
  domain: "dom",
  event: "evt",
  flow: "flow",
  import: "imp",
  invitation: "inv",
  notification: "ntf",
  operation: "op",
  organization: "org",
  passkey: "pky",
  report: "rep",
  secret: "sec",
  session: "ses",
  team: "team",
  update: "upd",
  userCode: "uc",
} as const;

export type Noun = keyof typeof prefixes;
export type ID<N extends Noun> = `${(typeof prefixes)[N]}_${string}`;

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const body = new RegExp(`^${idBody}$`);

/** Largest step back of a correct clock. A clock that was wrong by more is not followed into the future. */
const maxStepBackMs = minuteMs;

/** Ids of one process sort in the order in which they are made, even within a millisecond. */
let ulid = monotonicFactory();
let newestMs = 0;

/** Returns a new id. Ids sort by creation time. */
export function create<N extends Noun>(noun: N): ID<N> {
  // the library takes 0 for the present
  const ms = now().getTime() || 1;
  const wasWrong = ms < newestMs - maxStepBackMs;
  if (wasWrong) ulid = monotonicFactory();
  newestMs = wasWrong ? ms : Math.max(newestMs, ms);
  return `${prefixes[noun]}_${ulid(ms)}`;
}

/** Returns the id of a text, always the same: 128 bits of its SHA-256, in the characters of a ULID. */
export function derive<N extends Noun>(noun: N, text: string): ID<N> {
  const bytes = hash("sha256", text, "buffer").subarray(0, 16);
  return `${prefixes[noun]}_${crockford(bytes)}`;
}

/** Returns whether a text is an id of this noun. */
export function is<N extends Noun>(noun: N, text: unknown): text is ID<N> {
  return (
    typeof text === "string" &&
    text.startsWith(`${prefixes[noun]}_`) &&
    body.test(text.slice(prefixes[noun].length + 1))
  );
}

/** Returns when an id was made, in ISO 8601. Not for derived ids. */
export const madeAt = (id: string): string => new Date(decodeTime(bodyOf(id))).toISOString();

/** Returns the lowest id that can be made at an instant, in ms since 1970. */
export const lowestAt = <N extends Noun>(noun: N, ms: number): ID<N> =>
  `${prefixes[noun]}_${encodeTime(Math.max(0, ms))}${"0".repeat(16)}`;

/**
 * Returns the same id with another noun's prefix: an address and the invitation to it differ only in their prefixes.
 */
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
  return /^([aeio]|up)/.test(noun) ? `an ${noun}` : `a ${noun}`;
}

/** Returns the last digit of an id, 0 to 31. For a derived id, these are 5 bits of its hash. */
export const lastDigit = (id: string): number => alphabet.indexOf(id.at(-1) ?? "");

/** Writes 16 bytes as 26 characters, most significant first. */
function crockford(bytes: Uint8Array) {
  let number = BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
  let text = "";
  for (let i = 0; i < 26; i++) {
    text = alphabet[Number(number & 31n)] + text;
    number >>= 5n;
  }
  return text;
}

/** Returns what follows the prefix of an id. */
export const bodyOf = (id: string): string => id.slice(id.indexOf("_") + 1);
