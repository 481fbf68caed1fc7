import type * as ID from "../base/id.ts";
import { inPart, position } from "../table/key-text.ts";
import type { Key, Range } from "../table/table.ts";
import type {
  CatalogRow,
  CohortRow,
  CountedRow,
  OperatorSettingsRow,
  PartRow,
  RevisionRow,
  SectionRow,
} from "./row.ts";

type Organization = ID.ID<"organization">;

export const settingKeys = {
  /** A section of the settings, or what a team overrides of them. */
  section: (organization: Organization, name: string): Key<SectionRow> => inPart(organization, "set", `now#${name}`),
  settings: (organization: Organization) => ({ pk: `${organization}#set` }),
  /** The operator's own defaults. */
  operatorSettings: (): Key<OperatorSettingsRow> => ({ pk: "#settings", sk: "#operator" }),
  /** Models and applications to choose from. */
  catalog: (): Key<CatalogRow> => ({ pk: "#settings", sk: "#catalog" }),
  /** The revisions after one, or all. */
  revisions: (organization: Organization, after = 0): Range<RevisionRow> => ({
    pk: `${organization}#set`,
    from: `rev#${position(after + 1)}`,
    to: "rev#~",
  }),
  /** A part of a long list. */
  settingPart: (organization: Organization, name: string): Key<PartRow> => inPart(organization, "set", `part#${name}`),
  /** The changes of a revision of the settings. */
  revision: (organization: Organization, revision: number): Key<RevisionRow> =>
    inPart(organization, "set", `rev#${position(revision)}`),
  /** Members of the same teams and choices. */
  cohort: (organization: Organization, name: string): Key<CohortRow> => inPart(organization, "coh", `coh#${name}`),
  cohorts: (organization: Organization): Range<CohortRow> => ({ pk: `${organization}#coh`, prefix: "coh#" }),
  /** The cohort that a member is counted in. */
  counted: (organization: Organization, account: ID.ID<"account">): Key<CountedRow> =>
    inPart(organization, "coh", account),
  countedIn: (organization: Organization): Range<CountedRow> => ({ pk: `${organization}#coh`, prefix: "acc_" }),
};
