import type { Item } from "../table/table.ts";

/**
 * As many permits as mails may leave in a second. Each mail leaves under one, which then rests for a second and a little
 * more, from the latest moment in which that mail can have left. Whoever sends, however late: two mails under one permit
 * reach the provider a second apart, and so no second holds more of them than there are permits.
 */

/** So much may differ what ways to the provider take and what clocks say, without two mails coming within a second. */
const allowanceMs = 10;
const digits = 4;
const base = 36;
const furthestMs = base ** digits / 2 - 1;

// Shapes

/** `isOpen` while nobody has told when the mail under it left: it may be free earlier. Instants in ms since 1970. */
export type Permit = { freeAt: number; isOpen: boolean };
/** A permit that was taken until `freeAt`. */
export type Taken = { index: number; freeAt: number; restMs: number };
/** When the mail under it left, or that none did. */
export type Use = Taken & { leftAt: number | undefined };

// Functions

/** How many permits there are at a rate, and for how many ms one rests: longer where the rate is no whole number. */
export function permitsAt(perSecond: number): { count: number; restMs: number } {
  const count = Math.max(1, Math.ceil(perSecond));
  return { count, restMs: Math.ceil((1000 * count) / perSecond) + allowanceMs };
}

export function read(row: Item | undefined): Permit[] {
  const { from = 0, permits: packed = "" } = (row ?? {}) as { from?: number; permits?: string };
  return Array.from({ length: packed.length / digits }, (_, i) => {
    const number = Number.parseInt(packed.slice(i * digits, (i + 1) * digits), base);
    return { freeAt: from + Math.floor(number / 2), isOpen: number % 2 === 1 };
  });
}

/** Those that are free are written as such, so an idle row is short, and one of a thousand permits has 4 KB. */
export function write(permits: readonly Permit[], present: number): { from: number; permits: string } {
  const last = permits.findLastIndex((permit) => permit.freeAt > present);
  const numbers = permits.slice(0, last + 1).map((permit) => {
    const ms = Math.min(furthestMs, Math.max(0, permit.freeAt - present));
    return ms * 2 + (ms > 0 && permit.isOpen ? 1 : 0);
  });
  const packed = numbers.map((number) => number.toString(base).padStart(digits, "0")).join("");
  return { from: present, permits: packed };
}

/** Brings permits up to what is known of their uses, unless another has taken them since. */
export function settle(permits: Permit[], uses: readonly Use[]): void {
  for (const { index, freeAt: taken, restMs, leftAt } of uses) {
    const permit = permits[index];
    if (!permit?.isOpen || permit.freeAt !== taken) continue;
    permits[index] = { freeAt: leftAt === undefined ? 0 : leftAt + restMs, isOpen: false };
  }
}

/** Takes permits, which may not be those of `permits` yet. */
export function take(permits: Permit[], all: readonly Taken[]): void {
  for (const { index, freeAt: until } of all) {
    while (permits.length <= index) permits.push({ freeAt: 0, isOpen: false });
    permits[index] = { freeAt: until, isOpen: true };
  }
}
