import { regions } from "./names.ts";

/** The share of people with both names from the same region. */
const fromOneRegion = 0.8;
const domains = ["example.com", "example.org", "example.net"];
/** Letters without an accent that are written differently in addresses. */
const written: Record<string, string> = { ł: "l", ø: "o", đ: "d", ı: "i", ß: "ss", æ: "ae" };
const alphabet = "abcdefghijklmnopqrstuvwxyz";

/** A fictional person, with an address that belongs to nobody. */
export type Figure = { name: string; email: string };

/** Numbers from 0 up to 1 that are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function pick<T>(random: () => number, all: readonly T[]): T {
  return all[Math.floor(random() * all.length)] as T;
}

/** Returns so many people with unique addresses. `taken` are addresses that nobody else gets. */
export function inventPeople(random: () => number, taken: readonly string[] = []): () => Figure {
  const used = new Set(taken);
  return () => {
    for (;;) {
      const region = pick(random, regions);
      const given = pick(random, region.given);
      const family = pick(random, (random() < fromOneRegion ? region : pick(random, regions)).family);
      const email = addressesOf(given, family, random).find((one) => !used.has(one));
      if (!email) continue;
      used.add(email);
      return { name: nameAt(email, given, family), email };
    }
  };
}

/** The name that Muster makes of a new address. */
export function nameFrom(email: string): string {
  const [mailbox = ""] = email.split("@");
  return mailbox.split(".").map(capital).join(" ");
}

/** Addresses that a person would try one after the other, if the nicer ones are taken. */
function addressesOf(given: string, family: string, random: () => number): string[] {
  const [first, last] = [inAddress(given), inAddress(family)];
  const letters = [...alphabet].map((letter) => ({ letter, at: random() })).sort((one, other) => one.at - other.at);
  const mailboxes = [`${first}.${last}`, ...letters.map(({ letter }) => `${first}.${letter}.${last}`)];
  return mailboxes.flatMap((mailbox) => domains.map((domain) => `${mailbox}@${domain}`));
}

/** A middle initial in the address is in the name as well. */
function nameAt(email: string, given: string, family: string): string {
  const [, initial, last] = email.split("@")[0]?.split(".") ?? [];
  return last === undefined ? `${given} ${family}` : `${given} ${capital(initial ?? "")} ${family}`;
}

function inAddress(name: string): string {
  const plain = name.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
  return [...plain].map((letter) => written[letter] ?? letter).join("");
}

const capital = (word: string) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
