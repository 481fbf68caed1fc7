import * as v from "valibot";
import { failure, implied } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { canGrant } from "../base/permission.ts";
import { shown, unknown } from "../base/row.ts";
import { Integer, SeenRevision } from "../base/shape.ts";
import { presetDays } from "../invitation/limits.ts";
import { LifetimeDays } from "../invitation/shape.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { table } from "../kernel/ports.ts";
import { type Read, readOnly } from "../kernel/stored.ts";
import { memberKeys } from "../member/keys.ts";
import type { MemberRow } from "../member/row.ts";
import { absent, equal, put, when } from "../table/table.ts";
import { ImportSettingChanged } from "./events.ts";
import { importKeys } from "./keys.ts";
import { ImportSettingRow } from "./row.ts";
import { scriptRoles } from "./shape.ts";

// Shapes

const Account = ID.schema("account");

/** The setting for files that scripts upload. */
export const Setting = v.object({
  /** The account that they import as. Without one, scripts cannot import. */
  runAs: v.optional(Account),
  /** True if that account is still an owner or admin. */
  allowed: v.boolean(),
  /** The highest role that their rows may have. */
  role: shown(scriptRoles),
  /** Days that their invitations stay open. */
  lifetimeDays: Integer,
  /** Grows with every change. Send it with a change to detect conflicts. */
  revision: Integer,
});
const Rules = {
  /** The account that scripts import as. Without one, scripts cannot import. */
  runAs: v.optional(Account),
  /** The highest role that their rows may have. */
  role: v.picklist(scriptRoles),
  lifetimeDays: LifetimeDays,
};

// Failures

export const failures = {
  unfit: failure("conflict", "import.account_not_allowed", "Choose an owner or admin of this organization."),
  above: failure("forbidden", "import.account_above", "Only an owner can let scripts import for an owner."),
  moved: failure("conflict", "import.setting_moved", "This setting was just changed. Reload and try again."),
};

// Functions

export const setting = fn(
  "import.setting",
  {
    input: v.strictObject({}),
    output: Setting,
    reads: (_, { organization }) => [importKeys.importSetting(organization)],
  },
  async (_, { organization }, [row]) => {
    const found = readSetting(row);
    const member = found?.runAs && (await table.get(memberKeys.member(organization, found.runAs)));
    return describe(found, member || undefined);
  },
);

/** Sets the account that scripts import as, and the highest role of their rows. */
export const edit = fn(
  "import.edit",
  {
    input: v.strictObject({
      ...Rules,
      /** The revision that was read. If the setting was changed since then, the request fails with 409. */
      revision: SeenRevision,
    }),
    output: Setting,
    failures: [failures.unfit, failures.above, failures.moved, Event.failures.repeated],
    reads: ({ runAs }, { organization }) => [
      importKeys.importSetting(organization),
      ...(runAs ? [memberKeys.member(organization, runAs)] : []),
    ],
  },
  async ({ revision, ...to }, actor, [row, member]) => {
    const { organization } = actor;
    // threat: a script imports for any account that it names
    if (to.runAs && !manages(member)) throw failures.unfit();
    const from = rulesOf(readSetting(row));
    const isChosen = to.runAs !== undefined && to.runAs !== from.runAs;
    // threat: an admin lets scripts act for an owner
    if (isChosen && member && !canGrant(actor.role, member.role)) throw failures.above();
    if (from.role === unknown) throw implied.unreadable();
    const item = { ...to, revision: revision + 1 };
    const asRead = revision === 0 ? absent : equal("revision", revision);
    await table.write(
      put(importKeys.importSetting(organization), item, when(asRead, failures.moved)),
      ImportSettingChanged.record(organization, { from: { ...from, role: from.role }, to }, actor),
    );
    return describe(item, member);
  },
);

// For imports

type Found = Read<typeof ImportSettingRow>;

/** Reads the setting; without one, scripts may not import. @throws row.unreadable */
export const readSetting = (row: ImportSettingRow | undefined): Found | undefined =>
  // threat: an unreadable setting is taken for none
  row && readOnly(ImportSettingRow, row);

export function rulesOf(found: Omit<Found, "pk" | "sk" | "revision"> | undefined) {
  const { runAs, role = "read", lifetimeDays = presetDays } = found ?? {};
  return { role, lifetimeDays, ...(runAs && { runAs }) };
}

export const manages = (member: MemberRow | undefined): boolean => member?.role === "owner" || member?.role === "admin";

function describe(found: Omit<Found, "pk" | "sk"> | undefined, member: MemberRow | undefined) {
  return { ...rulesOf(found), allowed: manages(member), revision: found?.revision ?? 0 };
}
