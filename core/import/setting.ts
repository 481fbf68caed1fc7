import * as v from "valibot";
import { failure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { Integer } from "../base/shape.ts";
import { parse } from "../base/valid.ts";
import { presetDays } from "../invitation/limits.ts";
import { LifetimeDays } from "../invitation/shape.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { table } from "../kernel/ports.ts";
import { Keys } from "../table/keys.ts";
import { absent, equal, type Item, put, when } from "../table/table.ts";
import { ImportSettingChanged } from "./events.ts";
import { scriptRoles } from "./shape.ts";

// Shapes

const Account = ID.schema("account");

/** What files that scripts upload may do. */
export const Setting = v.object({
  /** The account that they import as. Without one, scripts cannot import. */
  runAs: v.optional(Account),
  /** Whether that account is still an owner or admin. */
  allowed: v.boolean(),
  /** The highest role that their rows may have. */
  role: v.picklist(scriptRoles),
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
  moved: failure("conflict", "import.setting_moved", "This setting was just changed. Reload and try again."),
};

// Functions

export const setting = fn(
  "import.setting",
  { input: v.strictObject({}), output: Setting, reads: (_, { organization }) => [Keys.importSetting(organization)] },
  async (_, { organization }, [row]) => {
    const { runAs } = rulesOf(row);
    const member = runAs && (await table.get(Keys.member(organization, runAs)));
    return describe(row, member || undefined);
  },
);

/** Sets the account that scripts import as, and the highest role of their rows. */
export const edit = fn(
  "import.edit",
  {
    input: v.strictObject({
      ...Rules,
      /** The revision that was read. If the setting was changed since then, the request fails with 409. */
      revision: v.pipe(v.number(), v.integer("Expected a whole number.")),
    }),
    output: Setting,
    failures: [failures.unfit, failures.moved, Event.failures.repeated],
    reads: ({ runAs }, { organization }) => [
      Keys.importSetting(organization),
      ...(runAs ? [Keys.member(organization, runAs)] : []),
    ],
  },
  async ({ revision, ...to }, actor, [row, member]) => {
    const { organization } = actor;
    if (to.runAs && !manages(member)) throw failures.unfit();
    const item = { ...to, revision: revision + 1 };
    const asRead = revision === 0 ? absent : equal("revision", revision);
    await table.write(
      put(Keys.importSetting(organization), item, when(asRead, failures.moved)),
      ImportSettingChanged.record(organization, { from: rulesOf(row), to }, actor),
    );
    return describe(item, member);
  },
);

// For imports

export function rulesOf(row: Item | undefined) {
  return parse(v.object(Rules), {
    runAs: row?.runAs,
    role: row?.role ?? "read",
    lifetimeDays: row?.lifetimeDays ?? presetDays,
  });
}

export const manages = (member: Item | undefined): boolean => member?.role === "owner" || member?.role === "admin";

function describe(row: Item | undefined, member: Item | undefined) {
  const { runAs, ...rules } = rulesOf(row);
  return { ...rules, ...(runAs && { runAs }), allowed: manages(member), revision: Number(row?.revision ?? 0) };
}
