import { type Field, type FieldKey, fields } from "@muster/settings/fields.ts";
import { noModel } from "@muster/settings/kind.ts";
import { implied, type Field as Refused } from "../base/failure.ts";
import { table } from "../kernel/ports.ts";
import * as Catalog from "./catalog.ts";
import { describe, type Stored } from "./entry.ts";
import { settingKeys } from "./keys.ts";

// Models and providers come from the catalog. Those that vanished from it stay where they are saved.

/** Ids that a refusal names. */
const maxNamed = 5;
const cannot = {
  text: "This model reads no text. Choose another.",
  audio: "This model reads no audio. Choose another.",
};
const keys = ["models.providers", "models.allowed"] as const;
const defaults = (Object.keys(fields) as FieldKey[]).filter((key) => modalityOf(key) !== undefined);

type Options = {
  /** True if the change leads back to what was saved once: models may have vanished since. */
  isRestored?: boolean | undefined;
  /** Returns the place where the caller finds a setting. */
  path?: ((key: FieldKey) => string) | undefined;
};

/**
 * Refuses models and providers that a layer newly names and the catalog does not know, and default models that cannot read
 * what they are for.
 * @throws input.invalid at each setting
 */
export async function checkNewModels(before: Stored, after: Stored, options: Options = {}): Promise<void> {
  const { isRestored = false, path = (key) => `fields.${key}` } = options;
  const named = [...keys, ...defaults].flatMap((key) => {
    const old = new Set(idsIn(before, key));
    // threat: ids that are saved already are checked against the catalog
    const ids = idsIn(after, key).filter((id) => !old.has(id));
    return ids.length > 0 ? [{ key, ids }] : [];
  });
  if (named.length === 0) return;
  const { providers, models } = Catalog.describe(await table.get(settingKeys.catalog()));
  const readBy = new Map<string, readonly string[]>(models.map(({ id, modalities }) => [id, modalities]));
  const known = new Set([...providers.map(({ id }) => id), ...readBy.keys()]);
  const refused = named.flatMap(({ key, ids }): Refused[] => {
    const unknown = ids.filter((id) => !known.has(id));
    if (unknown.length > 0) return isRestored ? [] : [{ path: path(key), message: notThere(unknown) }];
    const modality = modalityOf(key);
    const isAble = modality === undefined || ids.every((id) => readBy.get(id)?.includes(modality));
    // threat: a default model may be one that cannot read what it is for
    return isAble ? [] : [{ path: path(key), message: cannot[modality] }];
  });
  if (refused.length > 0) throw implied.invalid({ fields: refused });
}

function modalityOf(key: FieldKey) {
  return (fields[key] as Partial<Field>).modality;
}

function idsIn(stored: Stored, key: FieldKey): string[] {
  const { value } = (describe({ [key]: stored[key] }) as Partial<Record<FieldKey, { value?: unknown }>>)[key] ?? {};
  if (!Object.hasOwn(stored, key) || value === noModel) return [];
  return Array.isArray(value) ? (value as string[]) : [String(value)];
}

function notThere(ids: readonly string[]): string {
  const rest = ids.length - maxNamed;
  const named = ids.slice(0, maxNamed).join(", ");
  return `Not in the catalog: ${named}${rest > 0 ? ` and ${rest.toLocaleString("en")} more` : ""}.`;
}
