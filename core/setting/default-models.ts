import { providerOf } from "@muster/settings/entry.ts";
import { type FieldKey, fieldKeys, fields } from "@muster/settings/fields.ts";
import { noModel } from "@muster/settings/kind.ts";
import { type Layer, resolveField } from "@muster/settings/resolve.ts";
import { implied } from "../base/failure.ts";

const defaults = fieldKeys.filter((key) => fields[key].kind.name === "model");
const message = "This model is not allowed. Allow it and its provider, or choose another.";

/** Returns whether a change is about models: a change of other settings never fails because of a default model. */
export const namesModels = (changed: readonly string[]): boolean => changed.some((key) => key.startsWith("models."));

/**
 * Refuses a default model that the allowed models leave out.
 * @param layers as they are after the change
 * @param path where the caller finds a setting
 * @throws input.invalid at each default that is not allowed
 */
export function checkDefaultModels(layers: readonly Layer[], path = (key: FieldKey) => `fields.${key}`): void {
  const valueOf = <K extends FieldKey>(key: K) => resolveField(key, layers).value;
  if (!valueOf("models.isRestricted")) return;
  const [allowed, providers] = [new Set(valueOf("models.allowed")), new Set(valueOf("models.providers"))];
  const refused = defaults.filter((key) => {
    const model = String(valueOf(key));
    return model !== noModel && !(allowed.has(model) && providers.has(providerOf(model)));
  });
  // threat: a default model need not be allowed
  if (refused.length > 0) throw implied.invalid({ fields: refused.map((key) => ({ path: path(key), message })) });
}
