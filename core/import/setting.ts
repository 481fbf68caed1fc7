import * as v from "valibot";
import { LifetimeDays, presetDays } from "../invitation/shape.ts";
import * as Event from "../kernel/event.ts";
import { failure } from "../kernel/failure.ts";
import { fn } from "../kernel/fn.ts";
import * as ID from "../kernel/id.ts";
import { table } from "../kernel/ports.ts";
import { parse } from "../kernel/valid.ts";
import { Keys } from "../table/keys.ts";
import { absent, equal, type Item, put, when } from "../table/table.ts";
import { ImportSettingChanged } from "./events.ts";
import { scriptRoles } from "./shape.ts";

// Shapes

const Account = ID.schema("account");

/** In whose name a script imports, and the most that its rows may be. Without an account no script may. */
export const Setting = v.object({
  actsFor: v.optional(Account),
  /** Whether that one is an owner or admin still. */
  isGood: v.boolean(),
  role: v.picklist(scriptRoles),
  lifetimeDays: v.number(),
  revision: v.number(),
});
const Rules = { actsFor: v.optional(Account), role: v.picklist(scriptRoles), lifetimeDays: LifetimeDays };

// Failures

export const failures = {
  unfit: failure("conflict", "import.unfit", "Choose an owner or admin of this organization."),
  moved: failure("conflict", "import.setting_moved", "Somebody changed this setting meanwhile. Look again first."),
};

// Functions

export const setting = fn(
  "import.setting",
  { input: v.strictObject({}), output: Setting, reads: (_, { organization }) => [Keys.importSetting(organization)] },
  async (_, { organization }, [row]) => {
    const { actsFor } = rulesOf(row);
    const member = actsFor && (await table.get(Keys.member(organization, actsFor)));
    return describe(row, member || undefined);
  },
);

/** Says in whose name scripts import, and what their rows may be at most. */
export const edit = fn(
  "import.edit",
  {
    input: v.strictObject({ ...Rules, revision: v.pipe(v.number(), v.integer("Expected a whole number.")) }),
    output: Setting,
    failures: [failures.unfit, failures.moved, Event.failures.repeated],
    reads: ({ actsFor }, { organization }) => [
      Keys.importSetting(organization),
      ...(actsFor ? [Keys.member(organization, actsFor)] : []),
    ],
  },
  async ({ revision, ...to }, actor, [row, member]) => {
    const { organization } = actor;
    if (to.actsFor && !manages(member)) throw failures.unfit();
    const item = { ...to, revision: revision + 1 };
    const asRead = revision === 0 ? absent : equal("revision", revision);
    await table.write(
      put(Keys.importSetting(organization), item, when(asRead, failures.moved)),
      ImportSettingChanged.record(organization, { from: rulesOf(row), to }, actor),
    );
    return describe(item, member);
  },
);

// For whoever imports

export function rulesOf(row: Item | undefined) {
  return parse(v.object(Rules), {
    actsFor: row?.actsFor,
    role: row?.role ?? "read",
    lifetimeDays: row?.lifetimeDays ?? presetDays,
  });
}

export const manages = (member: Item | undefined): boolean => member?.role === "owner" || member?.role === "admin";

function describe(row: Item | undefined, member: Item | undefined) {
  const { actsFor, ...rules } = rulesOf(row);
  return { ...rules, ...(actsFor && { actsFor }), isGood: manages(member), revision: Number(row?.revision ?? 0) };
}
