import * as v from "valibot";
import { sha256 } from "../base/hash.ts";
import * as ID from "../base/id.ts";
import type { Account, Member } from "../kernel/actor.ts";
import { fn } from "../kernel/fn.ts";
import { instant, table } from "../kernel/ports.ts";
import { rowsOf } from "../kernel/rows.ts";
import { usable } from "../kernel/stored.ts";
import { memberKeys } from "../member/keys.ts";
import { MemberRow } from "../member/row.ts";
import { failures as organizationFailures } from "../organization/failures.ts";
import { organizationKeys } from "../organization/keys.ts";
import { OrganizationRow } from "../organization/row.ts";
import * as Limits from "../rate/limits.ts";
import { networkOf } from "../rate/network.ts";
import * as Windows from "../rate/windows.ts";
import { above, all, equal, update, when } from "../table/table.ts";
import * as Code from "./code.ts";
import { codeFailures, failures } from "./failures.ts";
import { deviceKeys } from "./keys.ts";
import { maxDevicesPerMember } from "./limits.ts";
import { DeviceCodeRow } from "./row.ts";
import { platforms, UserCode } from "./shape.ts";

// The page on which a member approves a device: it shows what they would approve.

// Shapes

const Typed = v.strictObject({
  /** The code that the device shows. Case, spaces, and hyphens do not matter. */
  userCode: UserCode,
});
const Place = v.object({
  id: ID.schema("organization"),
  /** Its name. */
  name: v.string(),
});

/** A device that asks to be linked. */
export const Waiting = v.object({
  /** The code, as the device shows it. */
  userCode: v.string(),
  /** The name that the device gives itself. */
  name: v.string(),
  /** The client that runs on it, as it calls itself. */
  app: v.string(),
  /** The client's version. */
  appVersion: v.string(),
  /** The platform that it runs on. */
  platform: v.picklist(platforms),
  /** The network address that asked. */
  ip: v.string(),
  /** True if you use the same network. */
  isSameNetwork: v.boolean(),
  /** The time it asked. */
  requestedAt: v.string(),
  /** The time until which it can be approved. */
  expiresAt: v.string(),
  /** Your organizations that it can be linked to. */
  organizations: v.array(Place),
});

const Approved = v.object({
  /** The organization whose settings the device gets. */
  organization: Place,
  /** The address to send the browser to, if the client waits for it. */
  redirectTo: v.optional(v.string()),
});
const Denied = v.object({
  /** The address to send the browser to, if the client waits for it. */
  redirectTo: v.optional(v.string()),
});

const entering = [...Object.values(codeFailures), Windows.failures.limited];

// Functions

/** Shows which device waits with a code. Changes nothing. */
export const review = fn(
  "device.review",
  { input: Typed, output: Waiting, failures: entering },
  async ({ userCode }, actor) => {
    const row = await enter(userCode, actor);
    refuseDecided(row);
    const { name, app, appVersion, platform, ip, requestedAt, expiresAt, wanted } = row;
    const mine = await placesOf(actor.account);
    return {
      userCode: Code.pretty(userCode),
      name,
      app,
      appVersion,
      platform,
      ip,
      requestedAt,
      expiresAt,
      isSameNetwork: networkOf(ip) === networkOf(actor.origin.ip),
      organizations: mine.filter(({ id }) => wanted === undefined || id === wanted),
    };
  },
);

/** Links the device to me in one of my organizations. Approving it again returns the same. */
export const approve = fn(
  "device.approve",
  {
    input: v.strictObject({
      ...Typed.entries,
      /** The organization whose settings the device gets. */
      organization: ID.schema("organization"),
    }),
    output: Approved,
    failures: [
      ...entering,
      failures.tooMany,
      organizationFailures.missing,
      organizationFailures.suspended,
      organizationFailures.readOnly,
    ],
    // the answer may hold an authorization code
    idempotency: "unsupported",
  },
  async ({ userCode, organization }, actor) => {
    const row = await enter(userCode, actor);
    if (isApprovedBy(row, actor, organization)) return approved(row);
    refuseDecided(row);
    // threat: a device is linked to another organization than its client wants
    if (row.wanted !== undefined && row.wanted !== organization) throw codeFailures.otherOrganization();
    const name = await admit(actor.account, organization);
    const device = ID.create("device");
    const approval = {
      account: actor.account,
      session: actor.via.id,
      ip: actor.origin.ip,
      organization,
      organizationName: name,
      device,
      ...(row.challenge && { code: sha256(Code.deriveAuthorizationCode(row.pk, device)) }),
    };
    const done = { ...row, state: "approved" as const, approval };
    await table.write(update(deviceKeys.deviceCode(row.pk), { set: { state: "approved", approval } }, isPending()));
    return approved(done);
  },
);

/** Refuses the device. Its client learns that. */
export const deny = fn(
  "device.deny",
  { input: Typed, output: Denied, failures: entering },
  async ({ userCode }, actor) => {
    const row = await enter(userCode, actor);
    if (row.state !== "denied") {
      refuseDecided(row);
      await table.write(update(deviceKeys.deviceCode(row.pk), { set: { state: "denied" } }, isPending()));
    }
    return row.challenge ? { redirectTo: redirection(row.challenge, { error: "access_denied" }) } : {};
  },
);

// threat: two members approve one device
/** Of several decisions, one counts. */
const isPending = () => when(all(equal("state", "pending"), above("expiresAt", instant())), codeFailures.used);

/** Finds the device of a code. Wrong codes are counted before they are compared, so that nobody tries many at once. */
async function enter(typed: string, { account }: Account | Member): Promise<DeviceCodeRow> {
  const giveBack = [
    // threat: user codes are guessed
    await Windows.take(Limits.userCodesPerAccount, account),
    await Windows.take(Limits.userCodes, "everybody"),
  ];
  const claims = await table.getMany(Code.idsOfUserCode(typed).map((id) => deviceKeys.userCode(id)));
  const claim = claims.find((one) => one !== undefined);
  if (!claim) throw codeFailures.unknown();
  await Promise.all(giveBack.map((back) => back()));
  const row = usable(DeviceCodeRow, await table.get(deviceKeys.deviceCode(claim.deviceCode)));
  // the row of a code that was exchanged is removed before that of its user code
  if (!row) throw claim.expiresAt > instant() ? codeFailures.used() : codeFailures.expired();
  return row;
}

/** @throws device.code_expired, device.code_used, device.code_denied */
function refuseDecided({ state, expiresAt }: DeviceCodeRow): void {
  if (state === "denied") throw codeFailures.denied();
  if (state !== "pending") throw codeFailures.used();
  if (expiresAt <= instant()) throw codeFailures.expired();
}

const isApprovedBy = ({ approval }: DeviceCodeRow, { account }: Account | Member, organization: string) =>
  approval?.account === account && approval.organization === organization;

function approved({ pk, approval, challenge }: DeviceCodeRow): v.InferOutput<typeof Approved> {
  if (!approval) throw codeFailures.used();
  const { organization: id, organizationName: name, device } = approval;
  const code = challenge && Code.deriveAuthorizationCode(pk, device);
  return { organization: { id, name }, ...(code && challenge && { redirectTo: redirection(challenge, { code }) }) };
}

function redirection({ redirectUri, state }: NonNullable<DeviceCodeRow["challenge"]>, answer: Record<string, string>) {
  const query = new URLSearchParams({ ...answer, ...(state !== undefined && { state }) });
  return `${redirectUri}?${query.toString()}`;
}

/** Returns the name of the organization, if this member may link another device there. */
async function admit(account: ID.ID<"account">, organization: ID.ID<"organization">): Promise<string> {
  const [member, owner] = await table.getMany([
    memberKeys.member(organization, account),
    organizationKeys.organization(organization),
  ]);
  const organizationRow = usable(OrganizationRow, owner);
  // threat: a stranger links a device in an organization
  if (!member || !organizationRow || organizationRow.state === "deleted") throw organizationFailures.missing();
  if (organizationRow.state !== "active") throw organizationFailures.suspended();
  if (organizationRow.billingStatus === "read_only") throw organizationFailures.readOnly();
  if (member.devices >= maxDevicesPerMember) throw failures.tooMany();
  return organizationRow.name;
}

/** Returns the organizations of somebody that a device can be linked to, by name. */
async function placesOf(account: ID.ID<"account">): Promise<v.InferOutput<typeof Place>[]> {
  const mine = await rowsOf({ ...memberKeys.organizationsOf(account), consistent: true });
  const members = mine.flatMap((row) => usable(MemberRow, row) ?? []);
  const rows = await table.getMany(members.map(({ sk }) => organizationKeys.organization(sk)));
  return rows
    .flatMap((row) => usable(OrganizationRow, row) ?? [])
    .filter(({ state, billingStatus }) => state === "active" && billingStatus !== "read_only")
    .map(({ pk: id, name }) => ({ id, name }))
    .sort((one, other) => one.name.localeCompare(other.name));
}
