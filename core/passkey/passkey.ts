import * as v from "valibot";
import { failures as accountFailures } from "../account/account.ts";
import { AccountPasskeyAdded, AccountPasskeyRemoved } from "../account/events.ts";
import { accountKeys } from "../account/keys.ts";
import * as ID from "../base/id.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { remember } from "../kernel/idempotency.ts";
import { instant, table } from "../kernel/ports.ts";
import { rowsOf } from "../kernel/rows.ts";
import { type Read, readAll } from "../kernel/stored.ts";
import { absent, present, put, remove as removeRow, update, when } from "../table/table.ts";
import { answering, challengeFor } from "./challenge.ts";
import { failures } from "./failures.ts";
import { passkeyKeys } from "./keys.ts";
import { maxPasskeys } from "./limits.ts";
import { PasskeyRow } from "./row.ts";
import { CreationOptions, NewCredential, PasskeyName } from "./shape.ts";
import { creationOptions, readNew } from "./webauthn.ts";

// The passkeys of an account: keys of its person's devices, with which they sign in instead of with a code.

// Shapes

/** A passkey of yours. */
export const Info = v.object({
  id: ID.schema("passkey"),
  /** Its name. */
  name: v.string(),
  /** True if it is copied to your other devices, as by a password manager. */
  isSynced: v.boolean(),
  /** The time it was added. */
  createdAt: v.string(),
  /** The time it was last used to sign in or to confirm your identity. Missing until then. */
  usedAt: v.optional(v.string()),
});
export type Info = v.InferOutput<typeof Info>;

const Target = v.strictObject({ passkey: ID.schema("passkey") });

// Functions

/** Lists my passkeys. */
export const list = fn(
  "passkey.list",
  {
    input: v.strictObject({}),
    output: v.object({
      /** All of your passkeys, oldest first. */
      items: v.pipe(v.array(Info), v.maxLength(maxPasskeys)),
    }),
  },
  async (_, { account }) => ({ items: (await passkeysOf(account)).map(describe) }),
);

/** Returns what a browser needs to make a passkey for me. */
export const requestCreation = fn(
  "passkey.requestCreation",
  {
    input: v.strictObject({}),
    output: CreationOptions,
    failures: [accountFailures.missing, failures.tooMany],
    reads: (_, { account }) => [accountKeys.profile(account)],
  },
  async (_, { account }, [profile]) => {
    if (!profile) throw accountFailures.missing();
    const mine = await passkeysOf(account);
    if (mine.length >= maxPasskeys) throw failures.tooMany();
    const { email, name } = profile;
    return creationOptions(challengeFor(["creation", account]), { account, email, name }, mine);
  },
);

/** Adds a passkey that a browser has made for me. */
export const create = fn(
  "passkey.create",
  {
    input: v.strictObject({
      /** The new credential of the browser. */
      credential: NewCredential,
      /** Its name, such as the browser's. */
      name: PasskeyName,
    }),
    output: Info,
    failures: [failures.refused, failures.exists, failures.tooMany, Event.failures.repeated],
  },
  async ({ credential, name }, actor) => {
    const { account } = actor;
    const [{ challenge, ...kept }, mine] = await Promise.all([readNew(credential), passkeysOf(account)]);
    if (mine.length >= maxPasskeys) throw failures.tooMany();
    const passkey = ID.derive("passkey", kept.credential);
    const row: PasskeyRow = { pk: account, sk: passkey, name, createdAt: instant(), ...kept };
    const info = describe(row);
    await table.write(
      answering(challenge, ["creation", account]),
      put(passkeyKeys.passkey(account, passkey), row, when(absent, failures.exists)),
      AccountPasskeyAdded.record(account, { passkey }, actor),
      ...remember(info),
    );
    return info;
  },
);

/** Renames one of my passkeys. */
export const rename = fn(
  "passkey.rename",
  {
    input: v.strictObject({
      ...Target.entries,
      /** The new name. */
      name: PasskeyName,
    }),
    output: Info,
    failures: [failures.missing],
    reads: ({ passkey }, { account }) => [passkeyKeys.passkey(account, passkey)],
  },
  async ({ passkey, name }, { account }, [row]) => {
    if (!row) throw failures.missing();
    const info = describe({ ...row, name });
    const step = update(passkeyKeys.passkey(account, passkey), { set: { name } }, when(present, failures.missing));
    await table.write(step, ...remember(info));
    return info;
  },
);

/** Removes one of my passkeys: it signs in no longer. An emailed code always does. */
export const remove = fn(
  "passkey.remove",
  { input: Target, output: v.void(), failures: [failures.missing, Event.failures.repeated] },
  async ({ passkey }, actor) => {
    await table.write(
      removeRow(passkeyKeys.passkey(actor.account, passkey), when(present, failures.missing)),
      AccountPasskeyRemoved.record(actor.account, { passkey }, actor),
      ...remember(),
    );
  },
);

/** Returns the passkeys of an account, oldest first. */
export async function passkeysOf(account: ID.ID<"account">): Promise<Read<typeof PasskeyRow>[]> {
  const rows = readAll(PasskeyRow, await rowsOf({ ...passkeyKeys.passkeys(account), consistent: true }));
  return rows.toSorted((one, other) => one.createdAt.localeCompare(other.createdAt));
}

function describe({ sk: id, name, isSynced, createdAt, usedAt }: Read<typeof PasskeyRow>): Info {
  return { id, name, isSynced, createdAt, ...(usedAt !== undefined && { usedAt }) };
}
