import { daySeconds, hourMs } from "../base/duration.ts";
import { implied } from "../base/failure.ts";
import { equalText, sha256 } from "../base/hash.ts";
import { openTo } from "../base/permission.ts";
import type { Account } from "../kernel/actor.ts";
import type { CredentialType } from "../kernel/credential.ts";
import { instant, table } from "../kernel/ports.ts";
import { writeIfPossible, writeUnless } from "../kernel/write-unless.ts";
import { memberKeys } from "../member/keys.ts";
import { all, equal, keyOf, lacks, present, remove, type Some, update, when } from "../table/table.ts";
import { revoking } from "./end.ts";
import { failures } from "./failures.ts";
import { deviceKeys } from "./keys.ts";
import { lifetimeDays } from "./limits.ts";
import type { DeviceRow } from "./row.ts";
import * as Token from "./token.ts";

/** A member's row changes with much that others do. */
const revokingTries = 5;
/** Another request with the same token may have been faster, and the device may be gone. */
const overtakings = [failures.changed, failures.ended];

/** A linked device. It may sync, and nothing else; also once it has to wipe itself, to learn that. */
export const credential: CredentialType<DeviceRow> = {
  read(token) {
    const named = Token.read(token);
    if (!named) return;
    const { account, organization, device: id } = named;
    const via = { kind: "device" as const, id, organization, scopes: openTo("device") };
    return { account, key: deviceKeys.device(account, id), via, hash: sha256(token) };
  },
  admit(row, { via, hash = "" }) {
    const isOne = [row.token, row.nextToken, row.previousToken].filter((token) => equalText(hash, token)).length > 0;
    // threat: any token of a device is its token
    // threat: the token of a device never ends
    if (!isOne || row.expiresAt <= instant()) return;
    // threat: the token of a device works for another organization
    if (via.kind !== "device" || via.organization !== row.organization) return;
    // nothing that a device may do needs an address
    return { via, address: "adr_", email: "" };
  },
  async use(row, { hash = "", via }, origin) {
    // threat: a copied token of a device goes unnoticed
    if (equalText(hash, row.previousToken)) {
      return revoke(row, { type: "account", account: row.pk, address: "adr_", email: "", via, origin });
    }
    if (row.nextToken !== undefined && equalText(hash, row.nextToken)) return promote(row, row.nextToken);
    return row.code === undefined ? row : confirm(row, row.code);
  },
  touch,
};

/** The successor of a token is used for the first time: the former token ends. */
async function promote(row: DeviceRow, token: string): Promise<DeviceRow | undefined> {
  const change = { token, tokenAt: instant(), previousToken: row.token };
  const isSame = when(all(equal("nextToken", token), equal("token", row.token)), failures.changed);
  const { nextToken: _, ...rest } = row;
  const step = update(keyOf(row), { set: change, unset: ["nextToken"] }, isSame);
  return (await writeUnless(overtakings, step)) ? Object.assign(rest, change) : table.get(keyOf(row));
}

/** The token before is used again: one of two who have it is not the device. Neither gets anything anymore. */
async function revoke(row: DeviceRow, actor: Account): Promise<DeviceRow | undefined> {
  let now: DeviceRow | undefined = row;
  // threat: a superseded token is served if its member changes at that moment
  for (let attempt = 0; now && !now.wipe; attempt++) {
    if (attempt === revokingTries) throw implied.contended();
    const member = await table.get(memberKeys.member(now.organization, now.pk));
    await writeUnless(overtakings, ...revoking(now, member, "token_reused", actor));
    now = await table.get(keyOf(now));
  }
  return now;
}

/** The first token is used for the first time: its device code is no longer answered. */
async function confirm(row: DeviceRow, code: NonNullable<DeviceRow["code"]>): Promise<DeviceRow | undefined> {
  const isSame = when(equal("token", row.token), failures.changed);
  const { code: _, ...rest } = row;
  const steps = [update(keyOf(row), { unset: ["code"] }, isSame), remove(deviceKeys.deviceCode(code))];
  return (await writeUnless(overtakings, ...steps)) ? rest : table.get(keyOf(row));
}

/** Records the contact for lists, and lets the device stay linked, at most once an hour. */
async function touch(row: DeviceRow): Promise<void> {
  const contactAt = instant();
  if (Date.parse(contactAt) - Date.parse(row.contactAt) < hourMs) return;
  // threat: a device that has to wipe itself stays for good
  const set: Some<DeviceRow> = row.wipe ? { contactAt } : { contactAt, expiresAt: instant(lifetimeDays * daySeconds) };
  const isThere = when(present, failures.missing);
  const shown = deviceKeys.organizationDevice(row.organization, row.sk);
  const steps = [
    update(keyOf(row), { set }, row.wipe ? isThere : when(all(present, lacks("wipe")), failures.changed)),
    update(shown, { set: { contactAt } }, isThere),
    ...(row.wipe ? [update(deviceKeys.endedDevice(row.organization, row.sk), { set: { contactAt } }, isThere)] : []),
  ];
  // the device may have ended, or the table may be busy
  await Promise.all(steps.map((step) => writeIfPossible(step)));
}
