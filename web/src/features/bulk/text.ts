import { toSentence } from "#lib/failure.ts";
import type { Refusal } from "#lib/run-all.ts";

const maxNamed = 3;

/** "Ada, Grace, Edsger and 9 more". */
export function someOf(names: readonly string[]) {
  const named = names.slice(0, maxNamed);
  const more = names.length - named.length;
  const parts = more > 0 ? [...named, `${more} more`] : named;
  return parts.length > 1 ? `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}` : (parts[0] ?? "");
}

/** Each reason once, with everybody it affected; the most frequent first. */
export function reasonsOf<Item>(refused: readonly Refusal<Item>[], nameOf: (item: Item) => string) {
  const names = new Map<string, string[]>();
  for (const { item, error } of refused) {
    const reason = toSentence(error);
    names.set(reason, [...(names.get(reason) ?? []), nameOf(item)]);
  }
  return [...names]
    .map(([reason, names]) => ({ reason, names }))
    .toSorted((one, other) => other.names.length - one.names.length);
}

/** The summary of a run whose list is no longer visible. */
export function summaryOf(done: string, refused: number, untouched: number) {
  const rest = [refused > 0 && `${refused} failed`, untouched > 0 && `${untouched} not changed`].filter(
    (part) => part !== false,
  );
  return [done, ...rest].join(" · ");
}
