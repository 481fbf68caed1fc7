import * as ID from "../base/id.ts";
import { instant, keys } from "../kernel/ports.ts";
import { signed } from "../kernel/signed.ts";
import { wrappedKeys } from "../key/keys.ts";
import { seal } from "../key/seal.ts";
import { absent, put, type Step, when } from "../table/table.ts";
import { readServiceAccount } from "./credential/shape.ts";
import { failures } from "./failures.ts";
import type { KindName } from "./kind/shape.ts";
import type { SecretRow } from "./row.ts";
import { type Credentials, kindOf, type Values } from "./shape.ts";

// A version of a secret: what an admin entered, sealed by a data key of its own. What is not secret is sealed as well,
// and only that is used: so nobody can have a key sent elsewhere by changing a row.

type Organization = ID.ID<"organization">;
export type Version = Pick<
  SecretRow,
  "version" | "sealed" | "dataKey" | "last4" | "fingerprint" | "storedAt" | "storedBy"
>;

/** The attributes of a new version, and the step that stores its data key. @throws key.unavailable */
export async function sealVersion(
  organization: Organization,
  id: ID.ID<"secret">,
  version: number,
  credentials: Credentials,
  storedBy: string,
): Promise<{ attributes: Version & Pick<SecretRow, "details" | "warning">; step: Step }> {
  const { kind, values } = split(credentials);
  const { fields, identifier, warn } = kindOf(kind);
  const dataKey = ID.create("dataKey");
  const { key, wrapped } = await keys.generate({ organization, dataKey });
  const storedAt = instant();
  const sealed = seal(key, { organization, kind, id, version, dataKey }, JSON.stringify(values));
  key.fill(0);
  const warning = warn(values);
  // threat: a secret field is stored and shown unencrypted
  const details = Object.entries(values).filter(([field]) => !fields[field]?.isSecret);
  return {
    attributes: {
      version,
      sealed,
      dataKey,
      last4: identifier(values).slice(-4),
      fingerprint: fingerprintOf(organization, kind, values),
      storedAt,
      storedBy,
      details: Object.fromEntries(details) as Record<string, string>,
      ...(warning && { warning }),
    },
    step: put(
      wrappedKeys.dataKey(organization, dataKey),
      { wrapped, createdAt: storedAt },
      when(absent, failures.changed),
    ),
  };
}

/** Only the fields, without those that were left out. Of a service account's file, only what is needed. */
function split({ kind, ...all }: Credentials): { kind: KindName; values: Values } {
  const { serviceAccount } = all;
  const file = serviceAccount && { serviceAccount: JSON.stringify(readServiceAccount(serviceAccount)) };
  const values = Object.entries({ ...all, ...file }).filter(([, value]) => value !== undefined);
  return { kind, values: Object.fromEntries(values) };
}

/** 12 bytes: 16 characters. */
const fingerprints = signed("secret", 12);

/**
 * Shows whether two keys are the same, within one organization and one pepper, and says nothing else about them: without
 * the pepper nobody can try what a key may be.
 */
function fingerprintOf(organization: Organization, kind: KindName, values: Values): string {
  const secret = Object.entries(kindOf(kind).fields).flatMap(([field, { isSecret }]) =>
    isSecret ? [values[field]] : [],
  );
  // threat: a fingerprint can be tried out without the pepper
  // threat: fingerprints reveal that two organizations have the same key
  return fingerprints.tag(organization, kind, ...secret);
}
