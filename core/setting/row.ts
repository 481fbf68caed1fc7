import * as v from "valibot";
import * as ID from "../base/id.ts";
import { id, known, readable, row } from "../base/row.ts";
import { postings } from "../organization/shape.ts";
import { ends } from "../rollout/shape.ts";
import { modalities, modelLabels, modelStates } from "./shape.ts";

const change = { at: v.string(), by: v.string() };
/** Each section parses its own values. */
export const SectionRow = row({
  pk: v.string(),
  sk: v.string(),
  value: v.record(v.string(), v.unknown()),
  revision: v.number(),
  ...change,
});
export type SectionRow = v.InferInput<typeof SectionRow>;

const text = readable(v.string());
/** The section General. */
export const GeneralRow = row({
  ...SectionRow.entries,
  value: v.object({
    contact: readable(v.object({ name: text, email: text, phone: text, billingEmail: text })),
    address: readable(v.object({ country: text, street: text, city: text, state: text, postalCode: text })),
    singleSignOn: readable(v.object({ directoryId: text, issuer: text, clientId: text })),
    updates: readable(v.object({ posting: readable(v.picklist(postings)) })),
  }),
});

/** A part of a long list: a compressed JSON list of entries. The key has its hash. */
export const PartRow = row({ pk: v.string(), sk: v.string(), data: v.instance(Uint8Array) });
export type PartRow = v.InferInput<typeof PartRow>;

export const RevisionRow = row({
  pk: v.string(),
  sk: v.string(),
  sections: v.array(v.string()),
  /** The reason, in the author's words. */
  note: v.optional(v.string()),
  patch: v.record(
    v.string(),
    v.object({
      from: v.optional(v.unknown()),
      to: v.optional(v.unknown()),
      added: readable(v.array(v.string())),
      removed: readable(v.array(v.string())),
      addedCount: readable(v.number()),
      removedCount: readable(v.number()),
    }),
  ),
  ...change,
  /** In how many waves it reaches devices, the one with everybody included; missing if in none. */
  waves: v.optional(v.number()),
  /** The end of that rollout. */
  rolloutEnd: v.optional(known(ends)),
  /** The revision whose rollout it undoes. */
  rollsBack: v.optional(v.number()),
});
export type RevisionRow = v.InferInput<typeof RevisionRow>;

export const OperatorSettingsRow = row({
  pk: v.string(),
  sk: v.string(),
  entries: v.record(v.string(), v.unknown()),
  /** For the organizations on a plan. */
  plans: v.optional(v.record(v.string(), v.record(v.string(), v.unknown()))),
  /** Grows with every change. */
  revision: v.optional(v.number()),
  at: v.string(),
});
export type OperatorSettingsRow = v.InferInput<typeof OperatorSettingsRow>;

/** The models and applications that settings may name, by the operator. */
export const CatalogRow = row({
  pk: v.string(),
  sk: v.string(),
  version: v.number(),
  providers: v.array(v.object({ id: v.string(), name: v.string() })),
  models: v.array(
    v.object({
      id: v.string(),
      name: v.string(),
      description: readable(v.string()),
      labels: v.array(known(modelLabels)),
      context: readable(v.number()),
      modalities: v.array(known(modalities)),
      state: known(modelStates),
    }),
  ),
  applications: v.array(
    v.object({ id: v.string(), name: v.string(), category: v.string(), identifiers: v.array(v.string()) }),
  ),
  /** The times later additions came to it, by id. */
  since: v.record(v.string(), v.string()),
  at: v.string(),
});
export type CatalogRow = v.InferInput<typeof CatalogRow>;

/** Members who are in the same teams and chose the same. */
export const CohortRow = row({
  pk: v.string(),
  sk: v.string(),
  teams: v.array(id("team")),
  /** Their choices, by key. */
  own: v.record(v.string(), v.unknown()),
  members: v.number(),
  /** Their linked devices. */
  devices: v.optional(v.number()),
  /** Differs after each write. */
  move: v.optional(v.string()),
});
export type CohortRow = v.InferInput<typeof CohortRow>;

/** The name of the cohort in which a member is counted, with how many devices. */
export const CountedRow = row({
  pk: v.string(),
  sk: id("account"),
  cohort: v.string(),
  devices: v.optional(v.number()),
});
export type CountedRow = v.InferInput<typeof CountedRow>;

/** A name in a patch has the team before it whose setting it is. */
export function ofTeam(name: string): { team?: ID.ID<"team">; field: string } {
  const [team] = name.split(".");
  return ID.is("team", team) ? { team, field: name.slice(team.length + 1) } : { field: name };
}
