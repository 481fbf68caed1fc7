import { createHash, randomBytes } from "node:crypto";
import { daySeconds } from "@muster/core/base/duration.ts";
import { instant } from "@muster/core/kernel/ports.ts";
import { type Part, type PartOf, parseStored, partOf, type Stored } from "../secret-shape.ts";
import { staleSeconds } from "../secrets.ts";
import { UsageError } from "./arguments.ts";
import { type Answer, lined, numberOf } from "./text.ts";
import type { Vault } from "./vault.ts";

const secretBytes = 36;
/**
 * Days that a replaced pepper is valid: as long as an ended invitation is kept and its link recognized; codes, cursors
 * and sessions live shorter.
 */
const pepperDays = 90;
/** CloudFront must be deployed with the new one before this. */
const originDays = 14;
const maxDays = 400;
/** Every process has read the new pepper by then. */
const usedSeconds = 2 * staleSeconds;

// Shapes

type Kind = "pepper" | "origin";
export type Options = { days?: string | undefined; dryRun: boolean };
export type Place = { vault: Vault; input: () => Promise<string> };
type Change = { stored: Stored; data: object; text: string };

// Functions

/**
 * Shows, sets or rotates the deployment's secrets; no answer contains a value.
 * @throws UsageError
 */
export async function runSecrets(
  [action = "", part = ""]: readonly string[],
  { days, dryRun }: Options,
  { vault, input }: Place,
): Promise<Answer> {
  const command = `${action} ${part}`.trim();
  const isRotation = /^rotate (pepper|origin)$/.test(command);
  if (!isRotation && !/^(show|set stripe|retire (pepper|origin))$/.test(command)) {
    throw new UsageError(
      "secrets takes: show, set stripe, rotate pepper, rotate origin, retire pepper, retire origin.",
    );
  }
  if (days !== undefined && !isRotation) throw new UsageError("--days belongs to a rotation.");
  const lines = command === "set stripe" ? (await input()).split(/\s+/).filter(Boolean) : [];
  const stored = parseStored(await vault.read());
  if (action === "show") return show(stored);
  const kind = part as Kind;
  const change =
    action === "set" ? setStripe(stored, lines) : isRotation ? rotate(stored, kind, days) : retire(stored, kind);
  // threat: a dry run writes the secret
  if (dryRun) return { data: { ...change.data, written: false }, text: `Dry run: nothing is written.\n${change.text}` };
  await vault.write(JSON.stringify(change.stored));
  return { data: { ...change.data, written: true }, text: change.text };
}

function show(stored: Stored): Answer {
  const { pepper, origin } = previousOf(stored);
  const shown = {
    pepper: describe(stored, "pepper", printOf),
    previousPepper: pepper && `${printOf(pepper.value)}, ${endOf(pepper)}`,
    origin: describe(stored, "origin", printOf),
    previousOrigin: origin && `${printOf(origin.value)}, ${endOf(origin)}`,
    stripeKey: describe(stored, "stripe", ({ key }) => `${modeOf(key)}, ${printOf(key)}`),
    stripeWebhooks: describe(stored, "stripe", ({ webhooks }) => webhooks.map(printOf).join(", ") || undefined),
  };
  const isWrong = Object.values(shown).some((text) => text?.startsWith("MUSTER secrets"));
  const text = lined({
    Pepper: shown.pepper ?? "not set",
    "  previous": shown.previousPepper ?? "none",
    Origin: shown.origin ?? "not set",
    "  previous ": shown.previousOrigin ?? "none",
    "Stripe's key": shown.stripeKey ?? "not set",
    "  webhooks": shown.stripeWebhooks ?? "not set",
  });
  return { data: shown, text, ...(isWrong && { wrong: true }) };
}

/** Takes a key, signing secrets, or both; anything not given stays unchanged. */
function setStripe(stored: Stored, lines: readonly string[]): Change {
  const keys = lines.filter((line) => !line.startsWith("whsec_"));
  const webhooks = lines.filter((line) => line.startsWith("whsec_"));
  if (lines.length === 0 || keys.length > 1) {
    throw new UsageError(
      "Enter a Stripe key, the signing secrets of its webhooks, or both, on standard input, one per line.",
    );
  }
  const kept = typeof stored.stripe === "object" ? stored.stripe : {};
  const stripe = { ...kept, ...(keys[0] && { key: keys[0] }), ...(webhooks.length > 0 && { webhooks }) };
  // threat: setting Stripe's key drops the rest of the secret
  const next = { ...stored, stripe };
  // threat: a malformed key of Stripe is stored
  const { key, webhooks: all } = checked(next, "stripe") ?? { key: "", webhooks: [] };
  const signing = all.length > 0 ? `signing secrets ${all.map(printOf).join(", ")}` : "no signing secret yet";
  return {
    stored: next,
    data: { stripeKey: printOf(key), stripeWebhooks: all.map(printOf) },
    text: `Stripe: ${modeOf(key)}, ${printOf(key)}; ${signing}. It takes effect within ${staleSeconds / 60} minutes.`,
  };
}

/** Makes a new value; the previous one stays valid for so many days. */
function rotate(stored: Stored, kind: Kind, given: string | undefined): Change {
  const days = given === undefined ? { pepper: pepperDays, origin: originDays }[kind] : numberOf("days", given);
  if (days > maxDays) throw new UsageError(`--days is at most ${maxDays}.`);
  if (kind === "origin" && days === 0) {
    throw new UsageError("CloudFront sends the previous one until it is deployed again.");
  }
  const value = partOf(stored, kind);
  if (value === undefined) throw new Error(`There is no ${kind} to rotate: a local run needs none.`);
  const previous = previousOf(stored);
  const last = previous[kind];
  // threat: a second rotation ends what the first one kept
  if (last && days > 0 && last.validUntil > instant()) {
    throw new Error(
      `The last rotation is not over: the previous ${kind} is ${endOf(last)}. End it with: retire ${kind}`,
    );
  }
  const fresh = randomBytes(secretBytes).toString("base64url");
  const validUntil = instant(days * daySeconds);
  const replaced = { value, validUntil, ...(kind === "pepper" && { usedUntil: instant(usedSeconds) }) };
  return {
    stored: { ...stored, [kind]: fresh, previous: { ...previous, [kind]: days > 0 ? replaced : undefined } },
    data: { [kind]: printOf(fresh), previousValidUntil: validUntil },
    text: [
      `The ${kind} is now ${printOf(fresh)}, the previous one ${endOf({ validUntil })}.`,
      kind === "origin"
        ? `Enter today's date as secretsRotatedOn and deploy after ${staleSeconds / 60} minutes, but before ${validUntil}: otherwise the API refuses every request.`
        : days > 0
          ? `Values are written with it from ${instant(usedSeconds)}. Earlier links, codes, cursors, and known browsers work until ${validUntil}.`
          : "Earlier links, codes, cursors, and known browsers no longer work.",
    ].join("\n"),
  };
}

/** Ends the previous value early. */
function retire(stored: Stored, kind: Kind): Change {
  const { [kind]: gone, ...previous } = previousOf(stored);
  if (!gone) throw new Error(`There is no previous ${kind}.`);
  return {
    stored: { ...stored, previous },
    data: { retired: printOf(gone.value) },
    text: `The previous ${kind}, ${printOf(gone.value)}, stops working within ${staleSeconds / 60} minutes.`,
  };
}

const previousOf = (stored: Stored) => partOf(stored, "previous") ?? {};

/** @throws UsageError in the shape's own words, which repeat no input */
function checked<P extends Part>(stored: Stored, part: P): PartOf<P> {
  try {
    return partOf(stored, part);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : "This cannot be read.");
  }
}

function describe<P extends Part>(
  stored: Stored,
  part: P,
  say: (value: NonNullable<PartOf<P>>) => string | undefined,
): string | undefined {
  try {
    const value = partOf(stored, part);
    return value === undefined || value === null ? undefined : say(value);
  } catch (error) {
    return error instanceof Error ? error.message : "malformed";
  }
}

const endOf = ({ validUntil }: { validUntil: string }) =>
  validUntil > instant() ? `valid until ${validUntil}` : `expired at ${validUntil}`;

const modeOf = (key: string) => `${key.startsWith("rk_") ? "restricted" : "secret"} key, ${key.split("_")[1]} mode`;

// threat: a command of the operator shows a secret
/** A fingerprint that distinguishes values without revealing them. */
const printOf = (value: string) => `sha256:${createHash("sha256").update(value).digest("hex").slice(0, 12)}`;
