import * as v from "valibot";
import { accountKeys } from "../account/keys.ts";
import * as ID from "../base/id.ts";
import { reauthenticatedUntil } from "../kernel/authorize.ts";
import { fn } from "../kernel/fn.ts";
import { remember } from "../kernel/idempotency.ts";
import { instant, table } from "../kernel/ports.ts";
import { usable } from "../kernel/stored.ts";
import * as Limits from "../rate/limits.ts";
import { networkOf } from "../rate/network.ts";
import * as Windows from "../rate/windows.ts";
import { sessionKeys } from "../session/keys.ts";
import { Reauthentication, SignedIn, failures as sessionFailures, sessionStart } from "../session/session.ts";
import { all, equal, present, update, when } from "../table/table.ts";
import { answering, challengeFor } from "./challenge.ts";
import { failures } from "./failures.ts";
import { passkeyKeys } from "./keys.ts";
import { passkeysOf } from "./passkey.ts";
import { PasskeyRow } from "./row.ts";
import { RequestOptions, SignedCredential } from "./shape.ts";
import { readSigned, requestOptions } from "./webauthn.ts";

// A passkey in place of an emailed code: to sign in, and to confirm an identity.

// Shapes

const Answer = v.strictObject({
  /** The answer of the passkey. */
  credential: SignedCredential,
});

// Functions

/** Returns what a browser needs to sign in with any passkey of this site. It says nothing about who has one. */
export const requestSignIn = fn("passkey.requestSignIn", { input: v.strictObject({}), output: RequestOptions }, () =>
  requestOptions(challengeFor(["signIn"])),
);

/** Exchanges the answer of a passkey for a new session of its account. */
export const signIn = fn(
  "passkey.signIn",
  {
    input: Answer,
    output: SignedIn,
    failures: [
      failures.refused,
      failures.unknown,
      failures.changed,
      sessionFailures.repeated,
      Windows.failures.limited,
    ],
    idempotency: "unsupported",
  },
  async ({ credential }, { origin }) => {
    await Windows.take(Limits.attemptsPerNetwork, networkOf(origin.ip));
    const account = Buffer.from(credential.response.userHandle ?? "", "base64url").toString();
    if (!ID.is("account", account)) throw failures.unknown();
    const [found, profile] = await table.getMany([keyOf(account, credential), accountKeys.profile(account)]);
    const row = usable(PasskeyRow, found);
    // threat: a passkey that was removed signs in
    // threat: a passkey of a deleted account signs in
    if (!row || !profile) throw failures.unknown();
    const { challenge, ...used } = await readSigned(credential, row);
    const { email } = profile;
    const { step, opened } = sessionStart(account, { email, address: ID.derive("address", email), origin }, "passkey");
    await table.write(answering(challenge, ["signIn"]), using(row, used), step);
    return opened;
  },
);

/** Returns what a browser needs to confirm who uses this session, by one of my passkeys. */
export const requestReauthentication = fn(
  "passkey.requestReauthentication",
  { input: v.strictObject({}), output: RequestOptions },
  async (_, { account, via }) => requestOptions(challengeFor(["reauthentication", via.id]), await passkeysOf(account)),
);

/** Exchanges the answer of one of my passkeys for some minutes in which this session has a confirmed identity. */
export const reauthenticate = fn(
  "passkey.reauthenticate",
  {
    input: Answer,
    output: Reauthentication,
    failures: [failures.refused, failures.unknown, failures.changed, sessionFailures.missing, Windows.failures.limited],
    reads: ({ credential }, { account }) => [keyOf(account, credential)],
  },
  async ({ credential }, { account, via, origin }, [found]) => {
    await Windows.take(Limits.attemptsPerNetwork, networkOf(origin.ip));
    const row = usable(PasskeyRow, found);
    // threat: a passkey of another account confirms an identity
    if (!row) throw failures.unknown();
    const { challenge, ...used } = await readSigned(credential, row);
    const authenticatedAt = instant();
    const info = { authenticatedAt, reauthenticatedUntil: reauthenticatedUntil(authenticatedAt) };
    await table.write(
      answering(challenge, ["reauthentication", via.id]),
      using(row, used),
      update(
        sessionKeys.session(account, via.id),
        { set: { authenticatedAt } },
        when(present, sessionFailures.missing),
      ),
      ...remember(info),
    );
    return info;
  },
);

const keyOf = (account: ID.ID<"account">, { id }: SignedCredential) =>
  passkeyKeys.passkey(account, ID.derive("passkey", id));

/** Returns the step that records a use of a passkey, while it is as it was checked. */
const using = (row: PasskeyRow, used: Pick<PasskeyRow, "counter" | "isSynced">) =>
  update(
    passkeyKeys.passkey(row.pk, row.sk),
    { set: { ...used, usedAt: instant() } },
    when(all(present, equal("counter", row.counter)), failures.changed),
  );
