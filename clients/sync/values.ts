import { type Field, type FieldKey, fieldKeys, fields, isFieldKey, type ValueOf } from "@muster/settings/fields.ts";
import type { Kind } from "@muster/settings/kind.ts";
import type { Source, Step } from "@muster/settings/resolve.ts";
import { ageOf } from "./age.ts";
import type { Held } from "./held.ts";
import type { Unread } from "./read.ts";
import type { State } from "./state.ts";
import { dayMs } from "./system.ts";

// Which values apply, with a document and without one.

/**
 * The origin of the values: a document; one that is kept although the device was offline for too long; or the strict
 * value of each field, because there was no contact for too long, there is no document yet, its copy is damaged, or all
 * was wiped.
 */
export type Mode = "current" | "kept" | "stale" | "missing" | "damaged" | "wiped";

export type Why<T = unknown> = {
  value: T;
  /** True if the value counts: a list does not while the switch is off that it belongs to. */
  isInForce: boolean;
  mode: Mode;
  /** Of a document: the layer that the value is from, others that say the same, and what each layer says. */
  source?: Source;
  ties: readonly Source[];
  steps: readonly Step[];
  mayChange: boolean;
  /** True if something that could not be read had a part in it. */
  isDamaged: boolean;
};

function modeOf(held: Held, state: State, now: number): "current" | "kept" | "stale" {
  const { maxOfflineDays, whenStale } = held.payload.policy;
  // threat: a device offline for too long keeps its document against the organization's wish
  if (maxOfflineDays === 0 || ageOf({ held, state }, now) <= maxOfflineDays * dayMs) return "current";
  return whenStale === "keep" ? "kept" : "stale";
}

/** Returns what the values come from now. */
export function modeNow(
  { held, isDamaged, state }: { held: Held | undefined; isDamaged: boolean; state: State },
  now: number,
): Mode {
  if (state.wipe) return "wiped";
  if (!held) return isDamaged ? "damaged" : "missing";
  return modeOf(held, state, now);
}

export const isStrict = (mode: Mode): boolean => mode !== "current" && mode !== "kept";

/** Returns the value of a setting, and why it is so. What cannot be read has its strictest value. */
export function explain<K extends FieldKey>(key: K, held: Held | undefined, mode: Mode): Why<ValueOf<K>> {
  const { kind } = fields[key] as unknown as Field<ValueOf<K>>;
  // threat: a value that is missing is no restriction
  const strict = { value: kind.strictest, isInForce: true, mode, ties: [], steps: [], mayChange: false };
  if (!held || isStrict(mode)) return { ...strict, isDamaged: mode === "damaged" };
  const resolved = held.fields.get(key);
  const value = readOnce(held, key, kind);
  if (!resolved || value === undefined) return { ...strict, isDamaged: true };
  return {
    value,
    isInForce: resolved["isInForce"] !== false,
    mode,
    ...(resolved["source"] !== undefined && { source: resolved["source"] as Source }),
    ties: (resolved["ties"] ?? []) as Source[],
    steps: (resolved["steps"] ?? []) as Step[],
    mayChange: resolved["mayChange"] === true,
    isDamaged: resolved["isDamaged"] === true,
  };
}

const valuesOf = new WeakMap<Held, Map<FieldKey, unknown>>();

/** Reads a value the first time that it is asked for: a list may be long. Nobody changes what all share. */
function readOnce<T>(held: Held, key: FieldKey, kind: Kind<T>): T | undefined {
  const known = valuesOf.get(held) ?? new Map<FieldKey, unknown>();
  valuesOf.set(held, known);
  if (!known.has(key)) known.set(key, Object.freeze(kind.read(held.fields.get(key)?.["value"])));
  return known.get(key) as T | undefined;
}

/** Every setting by its key. Settings that this client does not know are as the document has them. */
export function explainAll(held: Held | undefined, mode: Mode): Record<string, Why> {
  const known = fieldKeys.map((key) => [key, explain(key, held, mode)] as const);
  const others = isStrict(mode) ? [] : [...(held?.fields ?? [])].filter(([key]) => !isFieldKey(key));
  return Object.fromEntries([...known, ...others.map(([key, resolved]) => [key, unknown(resolved, mode)] as const)]);
}

const unknown = (resolved: Unread, mode: Mode): Why => ({
  value: resolved["value"],
  isInForce: resolved["isInForce"] !== false,
  mode,
  ties: [],
  steps: [],
  mayChange: false,
  isDamaged: false,
});
