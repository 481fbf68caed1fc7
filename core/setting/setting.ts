import * as v from "valibot";
import { implied } from "../base/failure.ts";
import type { Member } from "../kernel/actor.ts";
import { fn } from "../kernel/fn.ts";
import { failures as organizationFailures } from "../organization/failures.ts";
import { organizationKeys } from "../organization/keys.ts";
import type { OrganizationRow } from "../organization/row.ts";
import * as General from "./general.ts";
import { settingKeys } from "./keys.ts";
import { Seen } from "./section.ts";
import type { Section } from "./shape.ts";

const { missing } = organizationFailures;

// Functions

export const getGeneral = fn(
  "setting.getGeneral",
  { input: v.strictObject({}), output: General.Info, failures: [missing], reads: rowsOf("general") },
  async (_, __, [organizationRow, now]) => General.describe({ organizationRow: existing(organizationRow), now }),
);

/** Changes the general settings, unless somebody changed them since the revision that the caller has seen. */
export const saveGeneral = fn(
  "setting.saveGeneral",
  {
    input: v.strictObject({
      revision: Seen,
      ...General.Changes,
    }),
    output: General.Info,
    failures: [missing, implied.reauthenticationRequired, ...General.failures],
    reads: rowsOf("general"),
  },
  async ({ revision, ...changes }, actor, [organizationRow, now]) =>
    General.change({ organizationRow: existing(organizationRow), now }, changes, revision, actor),
);

function rowsOf(section: Section) {
  return (_: unknown, { organization }: Member) =>
    [organizationKeys.organization(organization), settingKeys.section(organization, section)] as const;
}

function existing(organizationRow: OrganizationRow | undefined): OrganizationRow {
  if (!organizationRow || organizationRow.state === "deleted") throw missing();
  return organizationRow;
}
