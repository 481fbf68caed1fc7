import { type FieldKey, isFieldKey, type ValueOf } from "@muster/settings/fields.ts";
import type { Held } from "./held.ts";
import { explain, explainAll, type Mode, type Why } from "./values.ts";

/** Returns what says of a setting which value it has, and why. */
export function whyOf(now: () => { held: Held | undefined; mode: Mode }) {
  function why<K extends FieldKey>(key: K): Why<ValueOf<K>>;
  function why(key: string): Why | undefined;
  function why(key: string): Why | undefined {
    const { held, mode } = now();
    return isFieldKey(key) ? explain(key, held, mode) : explainAll(held, mode)[key];
  }
  return why;
}
