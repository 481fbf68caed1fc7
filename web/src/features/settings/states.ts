import { statesOf } from "@muster/core/setting/state/shape.ts";

/** The choices of a list: none, each state, and a value that is saved but not one of them. Nothing where there is no list. */
export function stateOptions(country: string, value: string) {
  const known = statesOf(country);
  if (known === undefined) {
    return undefined;
  }
  const all = value === "" || known.includes(value) ? known : [value, ...known];
  return [{ value: "", label: "–" }, ...all.map((name) => ({ value: name, label: name }))];
}
