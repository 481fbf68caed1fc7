import * as v from "valibot";
import { isFailure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { shown } from "../base/row.ts";
import { Integer } from "../base/shape.ts";
import type { Member } from "../kernel/actor.ts";
import { Cursor, failures as cursorFailures, listOf, page } from "../kernel/cursor.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { remember } from "../kernel/idempotency.ts";
import { now, table } from "../kernel/ports.ts";
import { type Read, readAll, readOnly } from "../kernel/stored.ts";
import { Keys } from "../table/keys.ts";
import { all, type Condition, equal, has, lacks } from "../table/table.ts";
import { revoking } from "./end.ts";
import { failures } from "./failures.ts";
import { pageSize } from "./limits.ts";
import { OrganizationDeviceRow } from "./row.ts";
import { platforms, receiptStates, wipeReasons } from "./shape.ts";
import { statuses, statusOf } from "./status.ts";
import { type Expected, expectedOfAll } from "./wave.ts";

// The devices of an organization, as its owners and admins see them.

// Shapes

/** `linked`; `wiping` once it has to remove everything; `wiped` once it has confirmed that. */
const states = ["linked", "wiping", "wiped"] as const;

/** A device of a member, and what it has reported. */
export const Info = v.object({
  id: ID.schema("device"),
  /** The member whose device it is. They may have left. */
  account: ID.schema("account"),
  /** The name that the member gave it. */
  name: v.string(),
  /** What it runs on. */
  platform: v.picklist(platforms),
  /** The client that runs on it, as it calls itself. */
  app: v.string(),
  /** The client's version. */
  appVersion: v.string(),
  /** `linked`; `wiping` once it has to remove everything; `wiped` once it has confirmed that. */
  state: v.picklist(states),
  /**
   * Whether the current settings are in force on it: `in_force`; `waiting`, if a rollout has not reached it and all else
   * is; `refused`, for the reason that `report` gives; `behind`; `unreachable` after days without contact; or `wiping` and
   * `wiped`.
   */
  status: v.picklist(statuses),
  /** When it was linked. */
  linkedAt: v.string(),
  /** When it was last in contact, to within an hour. */
  contactAt: v.string(),
  /** What its receipts say. Missing until the first. */
  report: v.optional(
    v.object({
      /** The revision of the settings that they are about. */
      revision: Integer,
      /** The hash of the document that they are about. */
      document: v.string(),
      /** How far it got, by section. */
      sections: v.record(
        v.string(),
        v.object({
          /** How far it got with the section. */
          state: shown(receiptStates),
          /** The revision that this is about. */
          revision: Integer,
          /** The revision whose rollout had not reached the device. */
          heldBack: v.optional(Integer),
          /** Why it was refused. */
          code: v.optional(v.string()),
          /** The same as a sentence of the device. */
          message: v.optional(v.string()),
          /** The setting that was refused. */
          key: v.optional(v.string()),
          /** When, by the clock of the device. */
          at: v.string(),
        }),
      ),
    }),
  ),
  /** Why and since when it has to wipe itself. */
  wipe: v.optional(
    v.object({
      /** Why. */
      reason: v.picklist(wipeReasons),
      /** Since when. */
      at: v.string(),
    }),
  ),
  /** When it confirmed the wipe. */
  wipedAt: v.optional(v.string()),
});
export type Info = v.InferOutput<typeof Info>;

const Target = v.strictObject({ device: ID.schema("device") });

// Functions

/** Lists the devices of the organization, in the order in which they were linked. A page may have fewer than fit. */
export const list = fn(
  "device.list",
  {
    input: v.strictObject({
      /** Only those of this member. */
      account: v.optional(ID.schema("account")),
      /** Only those on this platform. */
      platform: v.optional(v.picklist(platforms)),
      /** Only those in this state. */
      state: v.optional(v.picklist(states)),
      cursor: v.optional(Cursor),
    }),
    output: listOf(Info, pageSize),
    failures: [cursorFailures.invalid],
    reads: (_, { organization }) => [Keys.organization(organization)],
  },
  async ({ cursor, ...wanted }, { organization }, [organizationRow]) => {
    const filter = conditionOf(wanted);
    const query = { ...Keys.organizationDevices(organization), limit: pageSize, consistent: true, filter };
    const { items, next } = await page(`device.list ${organization} ${JSON.stringify(wanted)}`, query, cursor);
    const all = readAll(OrganizationDeviceRow, items);
    const expected = await expectedOfAll(organizationRow, all);
    return { items: all.map((row) => describe(row, expected(row))), ...(next && { next }) };
  },
);

/** Returns one device. */
export const get = fn(
  "device.get",
  { input: Target, output: Info, failures: [failures.missing], reads: shownRow },
  async (_, _actor, [row, organizationRow]) => {
    if (!row) throw failures.missing();
    const found = readOnly(OrganizationDeviceRow, row);
    const expected = await expectedOfAll(organizationRow, [found]);
    return describe(found, expected(found));
  },
);

/** Revokes a device: it gets nothing more, and wipes itself at its next contact. */
export const revoke = fn(
  "device.revoke",
  {
    input: Target,
    output: v.void(),
    failures: [failures.missing, failures.changed, Event.failures.repeated],
    reads: shownRow,
  },
  async ({ device }, actor, [shown]) => {
    if (!shown) throw failures.missing();
    const { account } = shown;
    const [row, member] = await table.getMany([Keys.device(account, device), Keys.member(actor.organization, account)]);
    if (!row) return; // it has wiped itself
    try {
      await table.write(...revoking(row, member, "revoked", actor), ...remember());
    } catch (error) {
      if (!isFailure(error, failures.ended)) throw error; // somebody was faster
    }
  },
);

function shownRow({ device }: v.InferOutput<typeof Target>, { organization }: Member) {
  return [Keys.organizationDevice(organization, device), Keys.organization(organization)] as const;
}

type Wanted = { account?: string | undefined; platform?: string | undefined; state?: string | undefined };

function conditionOf({ account, platform, state }: Wanted): Condition | undefined {
  const conditions: Condition[] = [
    ...(account === undefined ? [] : [equal("account", account)]),
    ...(platform === undefined ? [] : [equal("platform", platform)]),
    ...(state === "linked" ? [lacks("wipe")] : []),
    ...(state === "wiping" ? [has("wipe"), lacks("wipedAt")] : []),
    ...(state === "wiped" ? [has("wipedAt")] : []),
  ];
  return conditions.length > 0 ? all(...conditions) : undefined;
}

function describe(row: Read<typeof OrganizationDeviceRow>, expected: Expected): Info {
  const { sk: id, account, name, platform, app, appVersion, linkedAt, contactAt, report, wipe, wipedAt } = row;
  return {
    id,
    account,
    name,
    platform,
    app,
    appVersion,
    linkedAt,
    contactAt,
    status: statusOf(row, expected, now().getTime()),
    state: wipedAt === undefined ? (wipe ? "wiping" : "linked") : "wiped",
    ...(report && { report: { revision: report.revision, document: report.document, sections: report.sections } }),
    ...(wipe && { wipe }),
    ...(wipedAt !== undefined && { wipedAt }),
  };
}
