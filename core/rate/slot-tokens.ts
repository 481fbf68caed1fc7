import type { SendTokensRow } from "./row.ts";

// threat: different clocks and delays put more mails into a second than the account may send
/**
 * There are as many tokens as mails may leave in a second. Each mail leaves with one, which then rests for a second and
 * a little more, from the latest moment at which that mail can have left. So two mails with one token reach the
 * provider a second apart, and no second has more mails than tokens.
 */

/** The difference of network delays and clocks with which two mails still do not arrive within a second. */
const allowanceMs = 10;
const digits = 4;
const base = 36;
const furthestMs = base ** digits / 2 - 1;

// Shapes

/** `isOpen` until somebody reports when its mail left: it may become free earlier. Instants in ms since 1970. */
export type RateToken = { freeAt: number; isOpen: boolean };
/** A token that was taken until `freeAt`. */
export type Taken = { index: number; freeAt: number; restMs: number };
/** A token with the time its mail left; without one if none did. */
export type Use = Taken & { leftAt: number | undefined };

// Functions

/**
 * Returns how many tokens there are at a rate, and for how many ms one rests: longer if the rate is not a whole number.
 */
export function tokensAt(perSecond: number): { count: number; restMs: number } {
  const count = Math.max(1, Math.ceil(perSecond));
  return { count, restMs: Math.ceil((1000 * count) / perSecond) + allowanceMs };
}

export function read(row: SendTokensRow | undefined): RateToken[] {
  const { from, tokens: packed } = row ?? { from: 0, tokens: "" };
  return Array.from({ length: packed.length / digits }, (_, i) => {
    const number = Number.parseInt(packed.slice(i * digits, (i + 1) * digits), base);
    return { freeAt: from + Math.floor(number / 2), isOpen: number % 2 === 1 };
  });
}

/** Free tokens are written as such, so an idle row is short; a row of a thousand tokens has 4 KB. */
export function write(tokens: readonly RateToken[], present: number): { from: number; tokens: string } {
  const last = tokens.findLastIndex((token) => token.freeAt > present);
  const numbers = tokens.slice(0, last + 1).map((token) => {
    const ms = Math.min(furthestMs, Math.max(0, token.freeAt - present));
    return ms * 2 + (ms > 0 && token.isOpen ? 1 : 0);
  });
  const packed = numbers.map((number) => number.toString(base).padStart(digits, "0")).join("");
  return { from: present, tokens: packed };
}

/** Updates tokens with their reported uses, unless another mail has taken them since. */
export function release(tokens: RateToken[], uses: readonly Use[]): void {
  for (const { index, freeAt: taken, restMs, leftAt } of uses) {
    const token = tokens[index];
    if (!token?.isOpen || token.freeAt !== taken) continue;
    // threat: a late mail's token is used again within a second
    // threat: an unused send slot is lost for a while
    tokens[index] = { freeAt: leftAt === undefined ? 0 : leftAt + restMs, isOpen: false };
  }
}

/** Takes tokens, which may be missing from `tokens` so far. */
export function take(tokens: RateToken[], all: readonly Taken[]): void {
  for (const { index, freeAt: until } of all) {
    while (tokens.length <= index) tokens.push({ freeAt: 0, isOpen: false });
    tokens[index] = { freeAt: until, isOpen: true };
  }
}
