import * as v from "valibot";
import { implied } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import type { Member as Actor } from "../kernel/actor.ts";
import { Cursor, failures as cursorFailures, listOf, page } from "../kernel/cursor.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { remember } from "../kernel/idempotency.ts";
import { instant, table } from "../kernel/ports.ts";
import { readAll } from "../kernel/stored.ts";
import { failures as keyFailures } from "../key/failures.ts";
import { wrappedKeys } from "../key/keys.ts";
import { organizationKeys } from "../organization/keys.ts";
import type { OrganizationRow } from "../organization/row.ts";
import * as Seat from "../seat/seat.ts";
import {
  absent,
  all,
  any,
  below,
  lacks,
  present,
  put,
  type Step,
  remove as take,
  update,
  when,
} from "../table/table.ts";
import { asRead, describe, existing, Info, One, Revision } from "./describe.ts";
import { SecretCreated, SecretDeleted, SecretReplaced } from "./events.ts";
import { failures } from "./failures.ts";
import { secretKeys } from "./keys.ts";
import { maxReplacements, maxSecretsPerOrganization } from "./limits.ts";
import { namesFor } from "./names.ts";
import { announced } from "./revision.ts";
import { SecretRow } from "./row.ts";
import { Credentials, SecretName } from "./shape.ts";
import { Teams, teamsExist } from "./teams.ts";
import { sealVersion } from "./version.ts";

// Functions

/** Stores an API key. It can be replaced and deleted from then on, and never read. */
export const create = fn(
  "secret.create",
  {
    input: v.strictObject({
      name: SecretName,
      /** The kind of key, and its fields. */
      credentials: Credentials,
      teams: v.optional(Teams),
    }),
    output: Info,
    failures: [
      failures.tooMany,
      failures.teamMissing,
      failures.changed,
      Seat.failures.organizationMissing,
      keyFailures.unavailable,
      Event.failures.repeated,
    ],
  },
  async ({ name, credentials, teams }, actor) => {
    const { organization, account } = actor;
    const id = ID.create("secret");
    const { attributes, step } = await sealVersion(organization, id, 1, credentials, account);
    const { kind } = credentials;
    const at = attributes.storedAt;
    const key = secretKeys.secret(organization, id);
    const item = {
      kind,
      name,
      status: "enabled" as const,
      ...(teams && { teams: new Set(teams) }),
      ...attributes,
      revision: 0,
      addedAt: at,
      addedBy: account,
      changedAt: at,
      changedBy: account,
    };
    const row = { pk: key.pk, sk: id, ...item };
    const info = describe(existing(row), await namesFor(organization, [row]));
    await table.write(
      step,
      put(key, item, when(absent, failures.changed)),
      counted(actor, 1),
      // threat: a key is restricted to a team that does not exist
      ...teamsExist(actor, teams),
      SecretCreated.record(organization, { secret: id, kind, last4: item.last4 }, actor),
      ...remember(info),
    );
    return info;
  },
);

export const get = fn(
  "secret.get",
  { input: One, output: Info, failures: [failures.missing], reads: own },
  async (_, { organization }, [row]) => describe(existing(row), await namesFor(organization, [row])),
);

/** All API keys, the oldest first. */
export const list = fn(
  "secret.list",
  {
    input: v.strictObject({ cursor: v.optional(Cursor) }),
    output: listOf(Info, maxSecretsPerOrganization),
    failures: [cursorFailures.invalid],
  },
  async ({ cursor }, { organization }) => {
    const query = { ...secretKeys.secrets(organization), limit: maxSecretsPerOrganization, consistent: true };
    const { items, next } = await page(`secret.list ${organization}`, query, cursor);
    const names = await namesFor(organization, items);
    return { items: readAll(SecretRow, items).map((row) => describe(row, names)), ...(next && { next }) };
  },
);

/** Replaces the key and all of its fields. The version before stays sealed until the next replacement. */
export const replace = fn(
  "secret.replace",
  {
    input: v.strictObject({
      ...One.entries,
      /** The new fields, of the same kind. */
      credentials: Credentials,
      revision: v.optional(Revision),
    }),
    output: Info,
    failures: [
      failures.missing,
      failures.changed,
      keyFailures.unavailable,
      Seat.failures.organizationMissing,
      Event.failures.repeated,
    ],
    reads: own,
  },
  async ({ secret, credentials, revision }, actor, [row]) => {
    const { organization, account: changedBy } = actor;
    const before = existing(row);
    // threat: a key is replaced by somebody who has seen another version
    if (revision !== undefined && revision !== before.revision) throw failures.changed();
    const { kind, version, sealed, dataKey, last4, fingerprint, storedAt, storedBy } = before;
    // threat: a stored key becomes one of another kind
    if (credentials.kind !== kind) throw otherKind();
    const { attributes, step } = await sealVersion(organization, secret, version + 1, credentials, changedBy);
    const previous = { version, sealed, dataKey, last4, fingerprint, storedAt, storedBy };
    const { warning, ...rest } = attributes;
    const changedAt = instant();
    const replacedAt = withReplacement(before, changedAt);
    const set = { ...rest, ...(warning && { warning }), previous, replacedAt, changedAt, changedBy };
    const after = { ...before, ...set, warning, departedAt: undefined, revision: before.revision + 1 };
    const info = describe(existing(after as SecretRow), await namesFor(organization, [row]));
    const change = {
      set,
      // threat: a new key counts as one of the member who left
      unset: ["departedAt", ...(warning ? [] : (["warning"] as const))] as const,
      add: { revision: 1 },
    };
    const told = { secret, kind: credentials.kind, last4: attributes.last4, version: attributes.version };
    await table.write(
      step,
      // threat: two replace a key at once, and its data keys are mixed up
      update(secretKeys.secret(organization, secret), change, asRead(before)),
      // threat: a key that was replaced twice can still be read
      ...(before.previous ? [take(wrappedKeys.dataKey(organization, before.previous.dataKey))] : []),
      announced(organization),
      SecretReplaced.record(organization, told, actor),
      ...remember(info),
    );
    return info;
  },
);

/** Deletes an API key, and the data keys without which nobody can read it in any backup. */
export const remove = fn(
  "secret.remove",
  {
    input: One,
    output: v.void(),
    failures: [failures.missing, failures.changed, Seat.failures.organizationMissing, Event.failures.repeated],
    reads: own,
  },
  async ({ secret }, actor, [row]) => {
    const { organization } = actor;
    const before = existing(row);
    const dataKeys = [before.dataKey, ...(before.previous ? [before.previous.dataKey] : [])];
    const { kind, last4 } = before;
    await table.write(
      // threat: a key is deleted while it is replaced, and its new data key stays
      take(secretKeys.secret(organization, secret), asRead(before)),
      // threat: a deleted key can still be read in backups
      ...dataKeys.map((dataKey) => take(wrappedKeys.dataKey(organization, dataKey))),
      counted(actor, -1),
      SecretDeleted.record(organization, { secret, kind, last4 }, actor),
    );
  },
);

/** Returns when versions were replaced, the newest ones. */
const withReplacement = ({ version, replacedAt }: Pick<SecretRow, "version" | "replacedAt">, at: string) =>
  Object.fromEntries([...Object.entries(replacedAt ?? {}), [String(version), at]].slice(-maxReplacements));

function own({ secret }: v.InferOutput<typeof One>, { organization }: Actor) {
  return [secretKeys.secret(organization, secret)] as const;
}

const otherKind = () =>
  implied.invalid({
    fields: [
      { path: "credentials.kind", message: "The kind of a stored key cannot be changed. Add another key instead." },
    ],
  });

/** The step that counts how many secrets the organization has. */
function counted({ organization }: Actor, by: 1 | -1): Step {
  // threat: an organization stores API keys without limit
  const hasRoom = any(lacks("secrets"), below("secrets", maxSecretsPerOrganization));
  // threat: a data key is created in a deleted organization
  const guard = when(by > 0 ? all(present, hasRoom) : present, (found: OrganizationRow | undefined) =>
    found ? failures.tooMany() : Seat.failures.organizationMissing(),
  );
  return update(organizationKeys.organization(organization), { add: { secrets: by, secretsRevision: 1 } }, guard);
}
