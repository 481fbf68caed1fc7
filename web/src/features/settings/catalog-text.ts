import { platformNames } from "@muster/core/device/platform/shape.ts";
import { providerOf } from "@muster/settings/entry.ts";
import type { Catalog, CatalogApplication, CatalogModel } from "#lib/catalog.ts";

// The catalog and what a list says of it, for people.

/** "1M tokens", "128k tokens". */
export function contextText(tokens: number) {
  return tokens >= 1_000_000 ? `${Math.floor(tokens / 100_000) / 10}M tokens` : `${Math.floor(tokens / 1_000)}k tokens`;
}

export const labelTexts: Record<string, string> = { accurate: "Accurate", fast: "Fast" };

/** Models by their provider, in the order of the catalog. */
export function modelsByProvider({ providers, models }: Catalog, isMeant: (model: CatalogModel) => boolean) {
  return providers
    .map((provider) => ({
      provider,
      models: models.filter((model) => providerOf(model.id) === provider.id && isMeant(model)),
    }))
    .filter((group) => group.models.length > 0);
}

/** Entries of a list that the catalog does not have any more. */
export function vanished(list: readonly string[], known: readonly { id: string }[]) {
  const ids = new Set(known.map(({ id }) => id));
  return list.filter((entry) => !ids.has(entry));
}

/** The models that members may use: those that are allowed, of the providers that are on. */
export function usable(models: readonly string[], providers: readonly string[]) {
  return models.filter((model) => providers.includes(providerOf(model)));
}

/** Returns whether each word of a text is found in one of the texts about something. */
export function isFound(wanted: string, ...texts: (string | undefined)[]) {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  const all = texts.join(" ").toLowerCase();
  return words.every((word) => all.includes(word));
}

export const isOwnApplication = (entry: string) => entry.includes(":");

const platforms: Record<string, string> = platformNames;

/** The platform of an identifier, and what it is called there: `macos:com.example.app`. */
export function identifierText(identifier: string) {
  const [platform = "", ...rest] = identifier.split(":");
  return { platform: platforms[platform] ?? platform, name: rest.join(":") };
}

/** The platforms that an application runs on, as far as known. */
export function platformsOf({ identifiers }: Pick<CatalogApplication, "identifiers">) {
  return [...new Set(identifiers.map((identifier) => identifierText(identifier).platform))];
}

/** Returns whether something came to the catalog after a list was saved. */
export function isNewSince({ addedAt }: { addedAt?: string | undefined }, savedAt: string | undefined) {
  return addedAt !== undefined && savedAt !== undefined && addedAt > savedAt;
}
