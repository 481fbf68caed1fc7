import type * as ID from "../base/id.ts";
import type { RolloutRow } from "../rollout/row.ts";
import type * as Setting from "../setting/row.ts";
import { inPart, position } from "./key-text.ts";
import type { Key, Range } from "./table.ts";

type Organization = ID.ID<"organization">;

/** Those of settings. The picture is in keys.ts. */
export const settingKeys = {
  section: (organization: Organization, name: string): Key<Setting.SectionRow> =>
    inPart(organization, "set", `now#${name}`),
  rollout: (organization: Organization): Key<RolloutRow> => ({ pk: organization, sk: "#rollout" }),
  settings: (organization: Organization) => ({ pk: `${organization}#set` }),
  operatorSettings: (): Key<Setting.OperatorSettingsRow> => ({ pk: "#settings", sk: "#operator" }),
  catalog: (): Key<Setting.CatalogRow> => ({ pk: "#settings", sk: "#catalog" }),
  /** The revisions after one, or all. */
  revisions: (organization: Organization, after = 0): Range<Setting.RevisionRow> => ({
    pk: `${organization}#set`,
    from: `rev#${position(after + 1)}`,
    to: "rev#~",
  }),
  settingPart: (organization: Organization, name: string): Key<Setting.PartRow> =>
    inPart(organization, "set", `part#${name}`),
  revision: (organization: Organization, revision: number): Key<Setting.RevisionRow> =>
    inPart(organization, "set", `rev#${position(revision)}`),
  cohort: (organization: Organization, name: string): Key<Setting.CohortRow> =>
    inPart(organization, "coh", `coh#${name}`),
  cohorts: (organization: Organization): Range<Setting.CohortRow> => ({ pk: `${organization}#coh`, prefix: "coh#" }),
  counted: (organization: Organization, account: ID.ID<"account">): Key<Setting.CountedRow> =>
    inPart(organization, "coh", account),
  countedIn: (organization: Organization): Range<Setting.CountedRow> => ({ pk: `${organization}#coh`, prefix: "acc_" }),
};
