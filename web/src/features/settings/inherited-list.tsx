import type { FieldKey } from "@muster/settings/fields.ts";
import { useSetting } from "./layer-context.ts";
import { originText, valueText } from "./setting-text.ts";

/** Says of a list that is inherited what it has, and what a list of the layer itself does to it. */
export function InheritedList({ field }: { field: FieldKey }) {
  const { form, say, inherited } = useSetting(field);
  const isNone = inherited.value === 0 || inherited.value === undefined;
  if (say.value === undefined) {
    return isNone ? null : (
      <p className="rounded-lg bg-surface-2 px-3 py-2 text-sm text-fg-2">
        {valueText(field, inherited.value)} {originText(inherited.source)}. A list of {whose[form.rank]} replaces them.
      </p>
    );
  }
  return isNone || form.rank === "organization" ? null : (
    <p className="rounded-lg bg-surface-2 px-3 py-2 text-sm text-fg-2">
      This list replaces {valueText(field, inherited.value)} {originText(inherited.source)}.
    </p>
  );
}

const whose = { organization: "your organization", team: "the team", member: "your own" };
