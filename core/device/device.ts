import * as v from "valibot";
import * as ID from "../base/id.ts";
import { Cursor, failures as cursorFailures, listOf, page } from "../kernel/cursor.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { remember } from "../kernel/idempotency.ts";
import { instant, table } from "../kernel/ports.ts";
import { type Read, readAll, usable } from "../kernel/stored.ts";
import { writeUnless } from "../kernel/write-unless.ts";
import { memberKeys } from "../member/keys.ts";
import { organizationKeys } from "../organization/keys.ts";
import { OrganizationRow } from "../organization/row.ts";
import { revoking } from "./end.ts";
import { DeviceCanaryChanged, DeviceRenamed } from "./events.ts";
import { failures } from "./failures.ts";
import { deviceKeys } from "./keys.ts";
import { pageSize } from "./limits.ts";
import { editing } from "./mark.ts";
import { DeviceRow, isMarked, OrganizationDeviceRow } from "./row.ts";
import { DeviceName, platforms } from "./shape.ts";

// The devices of an account, in all of its organizations.

// Shapes

/** A device of yours that gets the settings of an organization. */
export const Info = v.object({
  id: ID.schema("device"),
  /** Its name. */
  name: v.string(),
  /** The platform that it runs on. */
  platform: v.picklist(platforms),
  /** The client that runs on it, as it calls itself. */
  app: v.string(),
  /** The client's version. */
  appVersion: v.string(),
  /** The organization whose settings it gets. */
  organization: v.object({
    id: ID.schema("organization"),
    /** Its name; missing if the organization no longer exists for you. */
    name: v.optional(v.string()),
  }),
  /** True if it is a canary: each change that goes out in waves reaches it with the first one. */
  isCanary: v.boolean(),
  /** The time it was linked. */
  linkedAt: v.string(),
  /** The time of its last contact, to within an hour. */
  contactAt: v.string(),
  /** The time its link ends, unless it is in contact before; or the time it ended. */
  expiresAt: v.string(),
  /** The time since which it has to remove everything that it got; it has not confirmed that yet. */
  wipingSince: v.optional(v.string()),
});
export type Info = v.InferOutput<typeof Info>;

const Target = v.strictObject({ device: ID.schema("device") });

// Functions

/** Lists my devices, also those whose link has ended. Those that have confirmed their wipe, or were revoked long ago, are gone. */
export const mine = fn(
  "device.mine",
  {
    input: v.strictObject({ cursor: v.optional(Cursor) }),
    output: listOf(Info, pageSize),
    failures: [cursorFailures.invalid],
  },
  async ({ cursor }, { account }) => {
    const query = { ...deviceKeys.devicesOf(account), limit: pageSize, consistent: true };
    const { items, next } = await page(`device.mine ${account}`, query, cursor);
    // threat: a member cannot revoke a device whose link has ended
    const live = readAll(DeviceRow, items).filter(({ wipe, expiresAt }) => !wipe || expiresAt > instant());
    const [names, contacts] = await Promise.all([
      namesOf(live.map(({ organization }) => organization)),
      contactsOf(live),
    ]);
    return {
      items: live.map((row) => {
        const contactAt = contacts.get(row.sk) ?? row.contactAt;
        return describe({ ...row, contactAt }, names.get(row.organization));
      }),
      ...(next && { next }),
    };
  },
);

/** Renames one of my devices, or makes it a canary or ends that. */
export const rename = fn(
  "device.rename",
  {
    input: v.strictObject({
      ...Target.entries,
      /** The new name. */
      name: v.optional(DeviceName),
      /** True if it is a canary. */
      isCanary: v.optional(v.boolean()),
    }),
    output: Info,
    failures: [failures.missing, failures.ended, Event.failures.repeated],
    reads: ({ device }, { account }) => [deviceKeys.device(account, device)],
  },
  async (changes, actor, [found]) => {
    const row = usable(DeviceRow, found);
    if (!row) throw failures.missing();
    const { pk: account, sk: device, organization, platform } = row;
    const { name = row.name, isCanary = isMarked(row) } = changes;
    const names = await namesOf([organization]);
    const info = describe({ ...row, name, isCanary }, names.get(organization));
    const told = { device, account, platform };
    const events = [
      ...(changes.name === undefined ? [] : [DeviceRenamed.record(organization, told, actor)]),
      ...(isCanary === isMarked(row) ? [] : [DeviceCanaryChanged.record(organization, { ...told, isCanary }, actor)]),
    ];
    if (events.length > 0) {
      await table.write(...editing(told, organization, { name, isCanary }), ...events, ...remember(info));
    }
    return info;
  },
);

/** Revokes one of my devices: it gets nothing more, and wipes itself at its next contact. */
export const revokeOwn = fn(
  "device.revokeOwn",
  {
    input: Target,
    output: v.void(),
    failures: [failures.missing, failures.changed, Event.failures.repeated],
    reads: ({ device }, { account }) => [deviceKeys.device(account, device)],
  },
  async (_, actor, [row]) => {
    if (!row) throw failures.missing();
    const member = await table.get(memberKeys.member(row.organization, actor.account));
    // somebody may have been faster
    await writeUnless(failures.ended, ...revoking(row, member, "revoked", actor), ...remember());
  },
);

/** Returns when devices were last in contact as their organizations see it, which know it by each receipt. */
async function contactsOf(rows: readonly Read<typeof DeviceRow>[]): Promise<Map<string, string>> {
  const keys = rows.map(({ organization, sk }) => deviceKeys.organizationDevice(organization, sk));
  const shown = await table.getMany(keys, { consistent: false });
  return new Map(shown.flatMap((row) => (row && usable(OrganizationDeviceRow, row) ? [[row.sk, row.contactAt]] : [])));
}

/** Returns the names of organizations that still exist. */
async function namesOf(ids: readonly ID.ID<"organization">[]): Promise<Map<string, string>> {
  const rows = await table.getMany([...new Set(ids)].map((id) => organizationKeys.organization(id)));
  const live = rows.flatMap((row) => usable(OrganizationRow, row) ?? []).filter(({ state }) => state !== "deleted");
  return new Map(live.map(({ pk, name }) => [pk, name]));
}

function describe(row: Read<typeof DeviceRow>, organizationName: string | undefined): Info {
  const { sk: id, name, platform, app, appVersion, organization, linkedAt, contactAt, expiresAt, wipe } = row;
  const isCanary = isMarked(row);
  return {
    id,
    name,
    platform,
    app,
    appVersion,
    isCanary,
    organization: { id: organization, ...(organizationName !== undefined && { name: organizationName }) },
    linkedAt,
    contactAt,
    expiresAt,
    ...(wipe && { wipingSince: wipe.at }),
  };
}
