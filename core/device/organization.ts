import { sections } from "@muster/settings/fields.ts";
import * as v from "valibot";
import * as ID from "../base/id.ts";
import { shown } from "../base/row.ts";
import { Integer } from "../base/shape.ts";
import type { Member } from "../kernel/actor.ts";
import { Cursor, failures as cursorFailures, listOf, open, seal } from "../kernel/cursor.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { remember } from "../kernel/idempotency.ts";
import { now, table } from "../kernel/ports.ts";
import { rowsOf } from "../kernel/rows.ts";
import { type Read, readAll, readOnly } from "../kernel/stored.ts";
import { writeUnless } from "../kernel/write-unless.ts";
import { memberKeys } from "../member/keys.ts";
import { namesOf } from "../member/names.ts";
import { organizationKeys } from "../organization/keys.ts";
import type { OrganizationRow } from "../organization/row.ts";
import { type Expected, expectedIn, expectedOfAll } from "../rollout/wave.ts";
import { searchKeys } from "../search/keys.ts";
import { accountOf } from "../search/row.ts";
import { all, type Condition, equal, has, keyOf, lacks } from "../table/table.ts";
import { revoking } from "./end.ts";
import { failures } from "./failures.ts";
import { deviceKeys } from "./keys.ts";
import { maxExamined, pageSize } from "./limits.ts";
import { isMarked, OrganizationDeviceRow } from "./row.ts";
import { AppVersion, platforms, receiptStates, wipeReasons } from "./shape.ts";
import { isLinked, stateOf, statuses, statusOf } from "./status.ts";

// The devices of an organization, as its owners and admins see them.

// Shapes

const states = ["linked", "wiping", "wiped"] as const;

/** A device of a member, and what it has reported. */
export const Info = v.object({
  id: ID.schema("device"),
  /** The member whose device it is. They may have left. */
  account: ID.schema("account"),
  /** The name that the member gave it. */
  name: v.string(),
  /** The platform that it runs on. */
  platform: v.picklist(platforms),
  /** The client that runs on it, as it calls itself. */
  app: v.string(),
  /** The client's version. */
  appVersion: v.string(),
  /**
   * `linked`, also after its link has ended without contact; `wiping` once it has to remove everything; `wiped` once it has
   * confirmed that.
   */
  state: v.picklist(states),
  /**
   * The state of the current settings on it: `in_force`; `waiting`, if a rollout has not reached it and all else is;
   * `refused`, for the reason that `report` gives; `behind`; `unreachable` after days without contact; `expired` after
   * 90 days without contact, when its link has ended; or `wiping` and `wiped`.
   */
  status: v.picklist(statuses),
  /** The name of the member. Missing if they have left. */
  memberName: v.optional(v.string()),
  /** The last revision that was in force on it as a whole. */
  inForce: v.optional(
    v.object({
      /** The revision. */
      revision: Integer,
      /** The time since which it is in force, by the clock of the server. */
      since: v.string(),
    }),
  ),
  /** True if it is a canary: each change that goes out in waves reaches it with the first one. */
  isCanary: v.boolean(),
  /** The time it was linked. */
  linkedAt: v.string(),
  /** The time of its last contact, to within an hour. */
  contactAt: v.string(),
  /** The report of its receipts. Missing until the first. */
  report: v.optional(
    v.object({
      /** The revision of the settings that they are about. */
      revision: Integer,
      /** The hash of the document that they are about. */
      document: v.string(),
      /** Its progress, by section. */
      sections: v.record(
        v.string(),
        v.object({
          /** Its progress with the section. */
          state: shown(receiptStates),
          /** The revision that this is about. */
          revision: Integer,
          /** The revision whose rollout had not reached the device. */
          heldBack: v.optional(Integer),
          /** The code of the reason that it was refused. */
          code: v.optional(v.string()),
          /** The same as a sentence of the device. */
          message: v.optional(v.string()),
          /** The setting that was refused. */
          key: v.optional(v.string()),
          /** The time, by the clock of the device. */
          at: v.string(),
        }),
      ),
    }),
  ),
  /** The wipe that it was told to do. */
  wipe: v.optional(
    v.object({
      /** The reason for the wipe. */
      reason: v.picklist(wipeReasons),
      /** The time it was told. */
      at: v.string(),
    }),
  ),
  /** The time it confirmed the wipe. */
  wipedAt: v.optional(v.string()),
});
export type Info = v.InferOutput<typeof Info>;

export const Target = v.strictObject({ device: ID.schema("device") });

// Functions

export const Filters = v.strictObject({
  /** Only those of this member. */
  account: v.optional(ID.schema("account")),
  /** Only those on this platform. */
  platform: v.optional(v.picklist(platforms)),
  /** Only those in this state. */
  state: v.optional(v.picklist(states)),
  /** Only those with this status. */
  status: v.optional(v.picklist(statuses)),
  /** Only those with this version of their client. */
  version: v.optional(AppVersion),
  /** Only those of members of this team. */
  team: v.optional(ID.schema("team")),
  /** Only linked ones on which this section of the settings, as it was changed last, is not in force. */
  section: v.optional(v.picklist(sections)),
  /** Only those on which this revision was the last to be in force as a whole. */
  revision: v.optional(v.pipe(v.string(), v.regex(/^\d{1,9}$/, "Expected a revision."))),
  cursor: v.optional(Cursor),
});
type Filters = v.InferOutput<typeof Filters>;

/** Lists the devices of the organization, in the order in which they were linked. A page may have fewer than fit. */
export const list = fn(
  "device.list",
  {
    input: Filters,
    output: listOf(Info, pageSize),
    failures: [cursorFailures.invalid],
    reads: (_, { organization }) => [organizationKeys.organization(organization)],
  },
  async (filters, { organization }, [organizationRow]) =>
    find("device.list", { filters, organizationRow, organization, size: pageSize }),
);

type Finding = {
  filters: Filters;
  organization: ID.ID<"organization">;
  organizationRow: OrganizationRow | undefined;
  size: number;
};

/** Returns a page of devices. `of` names the list. Where some are left out, more are read than are returned. */
export async function find(
  of: string,
  { filters, organization, organizationRow, size }: Finding,
): Promise<{ items: Info[]; next?: string }> {
  const { cursor, ...wanted } = filters;
  const scope = `${of} ${organization} ${JSON.stringify(wanted)}`;
  const isFiltered = Object.keys(wanted).length > 0;
  const [{ items, next }, members] = await Promise.all([
    table.query({
      ...deviceKeys.organizationDevices(organization),
      limit: isFiltered ? Math.max(size, maxExamined) : size,
      consistent: true,
      filter: conditionOf(wanted),
      start: cursor === undefined ? undefined : open(scope, cursor),
    }),
    wanted.team && membersOfTeam(organization, wanted.team),
  ]);
  const rows = readAll(OrganizationDeviceRow, items).filter(({ account }) => !members || members.has(account));
  const expected = await expectedOfAll(organizationRow, rows);
  const found = rows.filter((row) => isWanted(row, expected(row), wanted, organizationRow));
  const shown = found.slice(0, size);
  const accounts = shown.map(({ account }) => account);
  const names = await namesOf(organization, accounts);
  const last = shown.at(-1);
  const place = found.length > size && last ? keyOf(last) : next;
  return {
    items: shown.map((row) => describe(row, expected(row), names.get(row.account))),
    ...(place && { next: seal(scope, place) }),
  };
}

/** By rows that may lag a moment. */
async function membersOfTeam(organization: ID.ID<"organization">, team: ID.ID<"team">): Promise<ReadonlySet<string>> {
  const placed = await rowsOf(searchKeys.placed(organization, team));
  return new Set(placed.map(accountOf));
}

function isWanted(
  row: Read<typeof OrganizationDeviceRow>,
  expected: Expected,
  { status, revision, section }: Filters,
  settings: OrganizationRow | undefined,
): boolean {
  const found = statusOf(row, expected, now().getTime());
  if (section !== undefined && !isLinked(found)) return false;
  const state = section && settings && stateOf(row, section, expectedIn(section, settings, expected));
  if (state === "enforced") return false;
  if (revision !== undefined && row.report?.history?.at(-1)?.[0] !== Number(revision)) return false;
  return status === undefined || found === status;
}

/** Returns one device. */
export const get = fn(
  "device.get",
  { input: Target, output: Info, failures: [failures.missing], reads: shownRow },
  async (_, { organization }, [row, organizationRow]) => {
    if (!row) throw failures.missing();
    return describeOne(organization, readOnly(OrganizationDeviceRow, row), organizationRow);
  },
);

/** Describes one device, for who sees all of the organization. */
export async function describeOne(
  organization: ID.ID<"organization">,
  row: Read<typeof OrganizationDeviceRow>,
  organizationRow: OrganizationRow | undefined,
): Promise<Info> {
  const reading = [expectedOfAll(organizationRow, [row]), namesOf(organization, [row.account])] as const;
  const [expected, names] = await Promise.all(reading);
  return describe(row, expected(row), names.get(row.account));
}

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
    const [row, member] = await table.getMany([
      deviceKeys.device(account, device),
      memberKeys.member(actor.organization, account),
    ]);
    if (!row) return; // it has wiped itself
    // somebody may have been faster
    await writeUnless(failures.ended, ...revoking(row, member, "revoked", actor), ...remember());
  },
);

export function shownRow({ device }: v.InferOutput<typeof Target>, { organization }: Member) {
  return [deviceKeys.organizationDevice(organization, device), organizationKeys.organization(organization)] as const;
}

function conditionOf({ account, platform, state, version }: Filters): Condition | undefined {
  const conditions: Condition[] = [
    ...(account === undefined ? [] : [equal("account", account)]),
    ...(version === undefined ? [] : [equal("appVersion", version)]),
    ...(platform === undefined ? [] : [equal("platform", platform)]),
    ...(state === "linked" ? [lacks("wipe")] : []),
    ...(state === "wiping" ? [has("wipe"), lacks("wipedAt")] : []),
    ...(state === "wiped" ? [has("wipedAt")] : []),
  ];
  return conditions.length > 0 ? all(...conditions) : undefined;
}

function describe(row: Read<typeof OrganizationDeviceRow>, expected: Expected, memberName: string | undefined): Info {
  const { sk: id, account, name, platform, app, appVersion, linkedAt, contactAt, report, wipe, wipedAt } = row;
  const last = report?.history?.at(-1);
  return {
    id,
    account,
    ...(memberName !== undefined && { memberName }),
    name,
    platform,
    app,
    appVersion,
    isCanary: isMarked(row),
    linkedAt,
    contactAt,
    ...(last && { inForce: { revision: last[0], since: new Date(last[1] * 1000).toISOString() } }),
    status: statusOf(row, expected, now().getTime()),
    state: wipedAt === undefined ? (wipe ? "wiping" : "linked") : "wiped",
    ...(report && { report: { revision: report.revision, document: report.document, sections: report.sections } }),
    ...(wipe && { wipe }),
    ...(wipedAt !== undefined && { wipedAt }),
  };
}
