import { get, set } from "react-hook-form";
import { type FieldName, fieldNames, type Values } from "./values.ts";

export type Side = "mine" | "theirs";
/** A field that both have changed, which a person decides. */
export type Dispute<Name extends string = FieldName> = { field: Name; mine: string; theirs: string; choice?: Side };
export type Merged = { values: Values; disputes: Dispute[]; taken: FieldName[] };

/**
 * Puts my changes of the settings on top of what others have saved since. Their other changes are accepted; fields that
 * both changed keep my value until a person decides.
 */
export function merge({ base, mine, theirs }: Record<"base" | Side, Values>): Merged {
  const values = structuredClone(mine);
  const disputes: Dispute[] = [];
  const taken: FieldName[] = [];
  for (const field of fieldNames) {
    const texts = { base: textAt(base, field), mine: textAt(mine, field), theirs: textAt(theirs, field) };
    const resolution = resolutionOf(texts);
    if (resolution === "taken") {
      set(values, field, texts.theirs);
      taken.push(field);
    } else if (resolution === "disputed") {
      disputes.push({ field, mine: texts.mine, theirs: texts.theirs });
    }
  }
  return { values, disputes, taken };
}

/** The result for one field: mine is kept, theirs is accepted, or both changed it. */
export function resolutionOf({ base, mine, theirs }: Record<"base" | Side, string>): "kept" | "taken" | "disputed" {
  if (theirs === base || theirs === mine) {
    return "kept";
  }
  return mine === base ? "taken" : "disputed";
}

function textAt(values: Values, field: FieldName) {
  return String(get(values, field) ?? "");
}
