import type { FieldKey } from "@muster/settings/fields.ts";
import { useSetting } from "./layer-context.ts";
import { notInForceText, switchOf } from "./setting-text.ts";

/** Says of a list whether it counts, and what it comes to while it counts and is empty. */
export function ForceNote({ field }: { field: FieldKey }) {
  const switchField = switchOf(field);
  return switchField === undefined ? null : <Note field={field} switchField={switchField} />;
}

function Note({ field, switchField }: { field: FieldKey; switchField: FieldKey }) {
  const { form, say, shown } = useSetting(field);
  const isOn = useSetting(switchField).shown === true;
  const isOwn = form.rank === "member" && say.value !== undefined;
  const isEmpty = Array.isArray(shown) ? shown.length === 0 : shown === 0 || shown === undefined;
  const text = isOn || isOwn ? isEmpty && emptyTexts[field] : notInForceText(switchField);
  return text ? <p className="rounded-lg bg-surface-2 px-3 py-2 text-sm text-fg-2">{text}</p> : null;
}

const emptyTexts: { [K in FieldKey]?: string } = {
  "models.providers": "In force and empty: no provider is allowed, so members may use no model.",
  "sources.blocked": "In force and empty: no application is blocked.",
  "websites.denied": "In force and empty: no website is denied.",
};
