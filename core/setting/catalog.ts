import * as v from "valibot";
import { failure } from "../base/failure.ts";
import { shown } from "../base/row.ts";
import { Integer } from "../base/shape.ts";
import { fn } from "../kernel/fn.ts";
import { instant, table } from "../kernel/ports.ts";
import { readOnly } from "../kernel/stored.ts";
import { absent, equal, put, when } from "../table/table.ts";
import { Application, Catalog, Model, Provider } from "./catalog-shape.ts";
import { settingKeys } from "./keys.ts";
import { presetCatalog } from "./preset-catalog.ts";
import { CatalogRow } from "./row.ts";
import { modalities, modelLabels, modelStates } from "./shape.ts";

// The models and applications that the settings may name. The operator replaces them without a deployment.

// Shapes

/** The time it came to the catalog. Entries of the first one have none. */
const addedAt = v.optional(v.string());

/** The models and applications that settings may name. */
export const Info = v.object({
  /** Grows with every change of the catalog. */
  version: Integer,
  /** The providers of models. */
  providers: v.array(Provider),
  /** The models, as the operator ordered them. */
  models: v.array(
    v.object({
      ...Model.entries,
      /** Its known strengths. */
      labels: v.array(shown(modelLabels)),
      /** The kinds of input that it reads. */
      modalities: v.array(shown(modalities)),
      /** Its availability: a deprecated model is about to end. */
      state: shown(modelStates),
      addedAt,
    }),
  ),
  /** The applications, as the operator ordered them. */
  applications: v.array(v.object({ ...Application.entries, addedAt })),
});
export type Info = v.InferOutput<typeof Info>;

/** Ids that a change of the catalog adds and removes. */
const Difference = v.object({ version: Integer, added: v.array(v.string()), removed: v.array(v.string()) });

// Failures

export const failures = {
  changed: failure("conflict", "setting.catalog_changed", "The catalog was just changed. Try again."),
};

// Functions

/** Returns the models and applications that settings may name. */
export const getCatalog = fn(
  "setting.getCatalog",
  { input: v.strictObject({}), output: Info, failures: [], reads: () => [settingKeys.catalog()] as const },
  async (_, __, [row]) => describe(row),
);

/** The same for the operator. */
export const inspectCatalog = fn(
  "setting.inspectCatalog",
  { input: v.strictObject({}), output: Info, failures: [], reads: () => [settingKeys.catalog()] as const },
  async (_, __, [row]) => describe(row),
);

/** Replaces the catalog. What vanishes from it stays in the settings that name it. */
export const setCatalog = fn(
  "setting.setCatalog",
  {
    input: v.strictObject({ catalog: Catalog, isDryRun: v.optional(v.boolean()) }),
    output: Difference,
    failures: [failures.changed],
    reads: () => [settingKeys.catalog()] as const,
  },
  async ({ catalog, isDryRun = false }, _, [row]) => {
    const before = describe(row);
    const [old, now] = [idsOf(before), idsOf(catalog)];
    const added = now.filter((id) => !old.includes(id));
    const removed = old.filter((id) => !now.includes(id));
    const version = before.version + 1;
    if (isDryRun) return { version, added, removed };
    const at = instant();
    const since = Object.fromEntries(
      now.flatMap((id): [string, string][] => {
        const date = added.includes(id) ? at : row?.since[id];
        return date === undefined ? [] : [[id, date]];
      }),
    );
    const unchanged = row ? equal("version", row.version) : absent;
    await table.write(
      put(settingKeys.catalog(), { version, at, ...catalog, since }, when(unchanged, failures.changed)),
    );
    return { version, added, removed };
  },
);

/** The catalog as it is answered: the product's own until an operator has set another. */
export function describe(row: CatalogRow | undefined): Info {
  if (!row) return { version: 0, ...presetCatalog };
  const { version, providers, models, applications, since } = readOnly(CatalogRow, row);
  const dated = <T extends { id: string }>(things: readonly T[]) =>
    things.map((thing) => ({ ...thing, ...(since[thing.id] !== undefined && { addedAt: since[thing.id] }) }));
  return { version, providers, models: dated(models), applications: dated(applications) };
}

const idsOf = ({ providers, models, applications }: Pick<Info, "providers" | "models" | "applications">) =>
  [...providers, ...models, ...applications].map(({ id }) => id);
