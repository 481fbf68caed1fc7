import * as v from "valibot";
import { fn } from "../kernel/fn.ts";
import { Unreadable } from "../kernel/keys-port.ts";
import { instant, providers, table } from "../kernel/ports.ts";
import type { ProviderRequest } from "../kernel/provider-port.ts";
import { type Read, read } from "../kernel/stored.ts";
import { writeUnless } from "../kernel/write-unless.ts";
import { failures as keyFailures } from "../key/failures.ts";
import { all, equal, update, when } from "../table/table.ts";
import { Job } from "./check.ts";
import { failures } from "./failures.ts";
import { secretKeys } from "./keys.ts";
import type { KindName } from "./kind/shape.ts";
import { openVersion } from "./open.ts";
import { type Finding, findingOf, requestOf } from "./request.ts";
import { SecretRow } from "./row.ts";
import type { Values } from "./shape.ts";

type Organization = Job["organization"];

/**
 * Checks a key with its provider, and keeps what was found: never more of the answer than its status. Can be repeated;
 * a check that was overtaken by another, or by a new key, changes nothing.
 */
export const runCheck = fn(
  "secret.runCheck",
  { input: Job, output: v.void(), failures: [keyFailures.unavailable] },
  async ({ organization, secret, version, requestedAt }) => {
    const key = secretKeys.secret(organization, secret);
    const stored = await table.get(key);
    const row = stored && read(SecretRow, stored);
    const asked = stored?.check;
    const isWaiting = asked?.status === "pending" && asked.requestedAt === requestedAt;
    // threat: a check of a key that was replaced is made with the new one
    if (!row || !isWaiting || row.version !== version) return;
    const check = { ...asked, ...(await findingFor(organization, row)), checkedAt: instant() };
    // threat: a late answer about an old key is shown for the new one
    const isSame = when(all(equal("version", version), equal("check", asked)), failures.changed);
    await writeUnless(failures.changed, update(key, { set: { check } }, isSame));
  },
);

/** @throws key.unavailable */
async function findingFor(organization: Organization, row: Read<typeof SecretRow>): Promise<Finding> {
  const kind = row.kind as KindName;
  const request = await requestFor(organization, row, kind);
  return request ? findingOf(kind, await providers.ask(request)) : { status: "damaged" };
}

/** Returns nothing for a key that cannot be opened, or whose private key cannot sign. */
async function requestFor(
  organization: Organization,
  row: Read<typeof SecretRow>,
  kind: KindName,
): Promise<ProviderRequest | undefined> {
  const values = await opened(organization, row);
  try {
    return values && requestOf(kind, values);
  } catch {
    return undefined;
  }
}

async function opened(organization: Organization, row: Read<typeof SecretRow>): Promise<Values | undefined> {
  try {
    return await openVersion({ organization, id: row.sk, kind: row.kind }, row);
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}
