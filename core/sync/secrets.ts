import { hourMs } from "../base/duration.ts";
import { sha256 } from "../base/hash.ts";
import type { ID } from "../base/id.ts";
import { deviceKeys } from "../device/keys.ts";
import type { DeviceRow } from "../device/row.ts";
import { Unreadable } from "../kernel/keys-port.ts";
import { instant, now, table } from "../kernel/ports.ts";
import { type Read, readAll, reportFaults } from "../kernel/stored.ts";
import { writeUnless } from "../kernel/write-unless.ts";
import type { MemberRow } from "../member/row.ts";
import type { OrganizationRow } from "../organization/row.ts";
import { failures } from "../secret/failures.ts";
import { secretKeys } from "../secret/keys.ts";
import { maxSecretsPerOrganization } from "../secret/limits.ts";
import { openVersion } from "../secret/open.ts";
import { SecretRow } from "../secret/row.ts";
import { absent, any, atMost, present, put, update, when } from "../table/table.ts";
import { teamsOf } from "../team/names.ts";
import { sealTo } from "./seal.ts";

// The API keys that a member may use, sealed to one of their devices. That a device got one is recorded before it gets it.

/** A secret as a document names it; `hash` is that of the sealed text that comes with it. */
type Named = { id: ID<"secret">; kind: string; name: string; version: number; hash?: string };
type Sealing = { row: Read<typeof SecretRow>; named: Named; text?: string };
/** All API keys of a member as JSON, with its hash, and those sealed that a device lacks, by id. */
export type Sealed = {
  list: { text: string; hash: string };
  versions: [string, number][];
  texts: Record<string, string>;
};

type For = {
  device: DeviceRow;
  member: MemberRow;
  organization: Pick<OrganizationRow, "secrets" | "state"> | undefined;
};

// Functions

/**
 * Returns the API keys of a member for one of their devices. Of a suspended organization those that it has.
 * @param has the versions it has
 * @throws key.unavailable
 */
export async function sealFor(
  { device, member, organization }: For,
  has: ReadonlyMap<string, string>,
): Promise<Sealed> {
  // one that is added after this count changes the version of the document too
  const items = (organization?.secrets ?? 0) > 0 ? await secretsOf(device) : [];
  const isThere = ({ sk: id, version }: Read<typeof SecretRow>) => has.get(id) === String(version);
  const isSuspended = organization?.state === "suspended";
  const usable = readAll(SecretRow, items).filter((row) => mayUse(member, row) && (isThere(row) || !isSuspended));
  const opened = await Promise.all(
    usable.map(async (row): Promise<Sealing | undefined> => {
      const { sk: id, kind, name, version } = row;
      const named: Named = { id, kind, name, version };
      if (isThere(row)) return { row, named };
      const text = await sealedOf(device, row);
      return text === undefined ? undefined : { row, named: { ...named, hash: sha256(text) }, text };
    }),
  );
  const found = opened.filter((one) => one !== undefined);
  const fresh = found.filter(({ text }) => text !== undefined);
  const rows = fresh.map(({ row }) => row);
  // threat: nobody knows which device has a key
  await record(device, rows);
  await note(device, rows);
  const texts = Object.fromEntries(fresh.map(({ named, text }) => [named.id, text as string]));
  const text = JSON.stringify(found.map(({ named }) => named));
  const versions = found.map(({ named: { id, version } }): [string, number] => [id, version]);
  return { list: { text, hash: sha256(text) }, versions, texts };
}

async function secretsOf({ organization }: DeviceRow): Promise<SecretRow[]> {
  const query = { ...secretKeys.secrets(organization), limit: maxSecretsPerOrganization, consistent: true };
  return (await table.query(query)).items;
}

/** A key that is restricted to teams is for their members only, also when all of these teams were deleted. */
function mayUse(member: MemberRow, { status, teams }: Read<typeof SecretRow>): boolean {
  const own = teamsOf(member);
  // threat: a key that is restricted to other teams goes to a device
  return status === "enabled" && (teams === undefined || own.some((team) => teams.has(team)));
}

/** Returns nothing for a key that cannot be opened anymore, which is a fault. */
async function sealedOf(device: DeviceRow, row: Read<typeof SecretRow>): Promise<string | undefined> {
  const { organization, sk: id, sealingKey } = device;
  const { sk: secret, kind, version } = row;
  try {
    const values = await openVersion({ organization, id: secret, kind }, row);
    return await sealTo(sealingKey, { organization, device: id, secret, version }, JSON.stringify(values));
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    reportFaults(secretKeys.secret(organization, secret), ["sealed"]);
    return undefined;
  }
}

/** Admins see it, to the hour: a key that ten thousand devices get is not written by each. */
async function note({ organization }: DeviceRow, all: readonly Read<typeof SecretRow>[]): Promise<void> {
  const at = now().getTime();
  // threat: each of ten thousand devices writes the row of a key
  const due = all.filter(({ fetchedAt }) => fetchedAt === undefined || Date.parse(fetchedAt) <= at - hourMs);
  const writes = due.map(({ sk: secret }) =>
    writeUnless(
      failures.missing, // it may have been deleted in between
      // threat: a deleted key comes back as a row that nobody can read
      update(
        secretKeys.secret(organization, secret),
        { set: { fetchedAt: instant() } },
        when(present, failures.missing),
      ),
    ),
  );
  await Promise.all(writes);
}

/**
 * A crash afterwards leaves a record of a key that the device has not got: too many, never too few. Of two requests of one
 * device the later version stays recorded, whichever writes last.
 */
async function record(
  { organization, sk: device, pk: account }: DeviceRow,
  all: readonly Read<typeof SecretRow>[],
): Promise<void> {
  const at = instant();
  const writes = all.map(({ sk: secret, kind, name, last4, version }) => {
    const key = deviceKeys.fetchedSecret({ organization, account, device, secret });
    // threat: a slower request records an earlier version of an API key than the device has
    const isLatest = when(any(absent, atMost("version", version)), failures.changed);
    return writeUnless(failures.changed, put(key, { device, secret, kind, name, last4, version, at }, isLatest));
  });
  await Promise.all(writes);
}
