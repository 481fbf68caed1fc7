import type { SendTokensRow } from "./row.ts";

/**
 * As many tokens as mails may leave in a second. Each mail leaves under one, which then rests for a second and a little
 * more, from the latest moment in which that mail can have left. Whoever sends, however late: two mails under one token
 * reach the provider a second apart, and so no second holds more of them than there are tokens.
 */

/** So much may differ what ways to the provider take and what clocks say, without two mails coming within a second. */
const allowanceMs = 10;
const digits = 4;
const base = 36;
const furthestMs = base ** digits / 2 - 1;

// Shapes

/** `isOpen` while nobody has told when the mail under it left: it may be free earlier. Instants in ms since 1970. */
export type RateToken = { freeAt: number; isOpen: boolean };
/** A token that was taken until `freeAt`. */
export type Taken = { index: number; freeAt: number; restMs: number };
/** When the mail under it left, or that none did. */
export type Use = Taken & { leftAt: number | undefined };

// Functions

/** How many tokens there are at a rate, and for how many ms one rests: longer where the rate is no whole number. */
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

/** Those that are free are written as such, so an idle row is short, and one of a thousand tokens has 4 KB. */
export function write(tokens: readonly RateToken[], present: number): { from: number; tokens: string } {
  const last = tokens.findLastIndex((token) => token.freeAt > present);
  const numbers = tokens.slice(0, last + 1).map((token) => {
    const ms = Math.min(furthestMs, Math.max(0, token.freeAt - present));
    return ms * 2 + (ms > 0 && token.isOpen ? 1 : 0);
  });
  const packed = numbers.map((number) => number.toString(base).padStart(digits, "0")).join("");
  return { from: present, tokens: packed };
}

/** Brings tokens up to what is known of their uses, unless another has taken them since. */
export function release(tokens: RateToken[], uses: readonly Use[]): void {
  for (const { index, freeAt: taken, restMs, leftAt } of uses) {
    const token = tokens[index];
    if (!token?.isOpen || token.freeAt !== taken) continue;
    tokens[index] = { freeAt: leftAt === undefined ? 0 : leftAt + restMs, isOpen: false };
  }
}

/** Takes tokens, which may not be those of `tokens` yet. */
export function take(tokens: RateToken[], all: readonly Taken[]): void {
  for (const { index, freeAt: until } of all) {
    while (tokens.length <= index) tokens.push({ freeAt: 0, isOpen: false });
    tokens[index] = { freeAt: until, isOpen: true };
  }
}
