import {
  type Authenticator,
  addPasskey,
  newAuthenticator,
  type Wrong,
} from "@muster/local/testing/fixtures/passkeys.ts";
import { resultOf, times } from "@muster/local/testing/result.ts";
import { openWorld, origin, type Person, type World } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { accountKeys } from "../account/keys.ts";
import { minuteSeconds } from "../base/duration.ts";
import { provide } from "../kernel/context.ts";
import { remove } from "../table/table.ts";
import { passkeyKeys } from "./keys.ts";
import { challengeMinutes, maxPasskeys } from "./limits.ts";
import * as Passkey from "./passkey.ts";
import * as SignIn from "./sign-in.ts";

let world: World;
let ada: Person;
let bob: Person;
beforeEach(async () => {
  world = await openWorld();
  ada = await world.person("ada@example.com");
  bob = await world.person("bob@example.com");
});

const anybody = <R>(run: () => R): R => provide({ actor: { type: "public", origin } }, run);
const nameless = { name: "Chrome on macOS" };

const add = async (person: Person, authenticator?: Authenticator, wrong?: Wrong) =>
  (await addPasskey(world, person, authenticator, wrong)).authenticator;
async function signIn(authenticator: Authenticator, wrong: Wrong = {}) {
  const options = await anybody(() => SignIn.requestSignIn({}));
  return anybody(() => SignIn.signIn({ credential: authenticator.sign(options, wrong) }));
}
async function reauthenticate(person: Person, authenticator: Authenticator, wrong: Wrong = {}) {
  const options = await world.as(person, () => SignIn.requestReauthentication({}));
  return world.as(person, () => SignIn.reauthenticate({ credential: authenticator.sign(options, wrong) }));
}
const mine = async (person: Person) => (await world.as(person, () => Passkey.list({}))).items;
const wrongs: [string, Wrong][] = [
  ["was given to another site", { origin: "https://muster.example.evil.example" }],
  ["was given to another host's key", { host: "evil.example" }],
  ["is of nobody who was recognized", { isUnverified: true }],
  ["is of another kind", { type: "payment.get" }],
  ["is to a challenge that nobody made", { challenge: "1999999999.AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAA" }],
  ["is to no challenge", { challenge: "" }],
];

describe("a passkey", () => {
  test("is added, listed, renamed, and removed", async () => {
    await add(ada);
    world.clock.pass(1);
    await add(ada, newAuthenticator({ isSynced: false }));
    const [first, second] = await mine(ada);
    expect([first, second]).toMatchObject([{ isSynced: true, ...nameless }, { isSynced: false }]);
    expect(first).not.toHaveProperty("usedAt");
    const passkey = first?.id ?? "pky_";
    const renamed = await world.as(ada, () => Passkey.rename({ passkey, name: "My phone" }));
    expect(renamed).toEqual({ ...first, name: "My phone" });
    expect(await resultOf(world.as(bob, () => Passkey.rename({ passkey, name: "Mine" })))).toBe("passkey.missing");
    expect(await resultOf(world.as(bob, () => Passkey.remove({ passkey })))).toBe("passkey.missing");
    await world.as(ada, () => Passkey.remove({ passkey }));
    expect(await mine(ada)).toEqual([second]);
    const events = (await world.rows.scan()).filter(({ type }) => String(type).startsWith("account.passkey"));
    expect(events.map(({ type }) => type)).toEqual([
      "account.passkey_added",
      "account.passkey_added",
      "account.passkey_removed",
    ]);
  });

  test("is not made twice by the same authenticator, whose options name it", async () => {
    const authenticator = await add(ada);
    const options = await world.as(ada, () => Passkey.requestCreation({}));
    expect(options.excludeCredentials).toMatchObject([{ id: authenticator.id, transports: ["internal"] }]);
    expect(await resultOf(add(ada, authenticator))).toBe("passkey.exists");
  });

  test.each(wrongs)("is not added by an answer that %s", async (_, wrong) => {
    expect(await resultOf(add(ada, newAuthenticator(), wrong))).toBe("passkey.invalid");
  });

  test("is not added by the answer to somebody else's request, nor twice, nor late", async () => {
    const options = await world.as(bob, () => Passkey.requestCreation({}));
    const credential = newAuthenticator().create(options);
    const create = (person: Person) => resultOf(world.as(person, () => Passkey.create({ credential, ...nameless })));
    expect(await create(ada)).toBe("passkey.invalid");
    world.clock.pass(challengeMinutes * minuteSeconds);
    expect(await create(bob)).toBe("passkey.invalid");
    const again = newAuthenticator().create(await world.as(bob, () => Passkey.requestCreation({})));
    const twice = () => resultOf(world.as(bob, () => Passkey.create({ credential: again, ...nameless })));
    expect((await times(3, twice)).toSorted()).toEqual(["done", "passkey.invalid", "passkey.invalid"]);
  });

  test("is one of a few", async () => {
    for (let i = 1; i < maxPasskeys; i++) await add(ada);
    const options = await world.as(ada, () => Passkey.requestCreation({}));
    await add(ada);
    const credential = newAuthenticator().create(options);
    expect(await resultOf(world.as(ada, () => Passkey.create({ credential, ...nameless })))).toBe(
      "passkey.limit_reached",
    );
    expect(await resultOf(add(ada))).toBe("passkey.limit_reached");
  });
});

describe("a sign-in with a passkey", () => {
  test("opens a session of its account, which is named by the passkey alone", async () => {
    const authenticator = await add(ada);
    const options = await anybody(() => SignIn.requestSignIn({}));
    expect(options).toEqual({
      challenge: options.challenge,
      rpId: "muster.example",
      timeout: challengeMinutes * minuteSeconds * 1000,
      userVerification: "required",
    });
    const { account, session, token } = await signIn(authenticator);
    expect(account).toEqual({ id: ada.account, email: "ada@example.com" });
    expect(session.way).toBe("passkey");
    expect(session.authenticatedAt).toBe(new Date(world.clock.at).toISOString());
    expect(token).toMatch(/^mst_ses_/);
    expect((await mine(ada))[0]?.usedAt).toBe(session.authenticatedAt);
  });

  test.each(wrongs)("is refused if the answer %s", async (_, wrong) => {
    expect(await resultOf(signIn(await add(ada), wrong))).toBe("passkey.invalid");
  });

  test("is refused if its answer comes twice or late, or was given for something else", async () => {
    const authenticator = await add(ada);
    const options = await anybody(() => SignIn.requestSignIn({}));
    const credential = authenticator.sign(options);
    const enter = () => resultOf(anybody(() => SignIn.signIn({ credential })));
    expect((await times(3, enter)).toSorted()).toEqual(["done", "passkey.invalid", "passkey.invalid"]);
    const late = authenticator.sign(await anybody(() => SignIn.requestSignIn({})));
    world.clock.pass(challengeMinutes * minuteSeconds);
    expect(await resultOf(anybody(() => SignIn.signIn({ credential: late })))).toBe("passkey.invalid");
    const confirming = await world.as(ada, () => SignIn.requestReauthentication({}));
    const other = authenticator.sign(confirming);
    expect(await resultOf(anybody(() => SignIn.signIn({ credential: other })))).toBe("passkey.invalid");
  });

  test("is refused for a signature of another key, and for another account", async () => {
    const authenticator = await add(ada);
    const forged = newAuthenticator();
    const options = await anybody(() => SignIn.requestSignIn({}));
    const { id, rawId, response } = authenticator.sign(options);
    const { signature } = forged.sign(options).response;
    const credential = { id, rawId, type: "public-key" as const, response: { ...response, signature } };
    expect(await resultOf(anybody(() => SignIn.signIn({ credential })))).toBe("passkey.invalid");
    for (const userHandle of [Buffer.from(bob.account).toString("base64url"), "AAAA", null]) {
      expect(await resultOf(signIn(authenticator, { userHandle }))).toBe("passkey.unknown");
    }
  });

  test("is refused once the passkey is removed, or its account deleted", async () => {
    const authenticator = await add(ada);
    const other = await add(bob);
    const [passkey] = await mine(ada);
    await world.as(ada, () => Passkey.remove({ passkey: passkey?.id ?? "" }));
    expect(await resultOf(signIn(authenticator))).toBe("passkey.unknown");
    await world.table.write(remove(accountKeys.profile(bob.account)));
    expect(await resultOf(signIn(other))).toBe("passkey.unknown");
  });

  test("is refused by a copy of an authenticator that has signed since", async () => {
    const authenticator = await add(ada, newAuthenticator({ counts: true }));
    await signIn(authenticator);
    await signIn(authenticator);
    expect(await resultOf(signIn(authenticator, { counter: 2 }))).toBe("passkey.invalid");
    expect(await resultOf(signIn(authenticator, { counter: 4 }))).toBe("done");
    expect((await world.table.get(passkeyKeys.passkey(ada.account, (await mine(ada))[0]?.id ?? "pky_")))?.counter).toBe(
      4,
    );
  });
});

describe("a confirmation with a passkey", () => {
  test("counts for the session that asked, from then on", async () => {
    const authenticator = await add(ada);
    world.clock.pass(3600);
    expect(await resultOf(add(ada))).toBe("actor.reauthentication_required");
    const { authenticatedAt } = await reauthenticate(ada, authenticator);
    expect(authenticatedAt).toBe(new Date(world.clock.at).toISOString());
    const { actor } = ada.context;
    const session = actor.type === "account" && actor.via.kind === "session" ? actor.via.id : undefined;
    const row = (await world.rows.scan()).find(({ sk }) => sk === session);
    expect(row?.authenticatedAt).toBe(authenticatedAt);
  });

  test("is refused to another account's passkey, and to an answer for another session or a sign-in", async () => {
    const [authenticator, other] = [await add(ada), await add(bob)];
    expect(await resultOf(reauthenticate(ada, other))).toBe("passkey.unknown");
    const elsewhere = await world.person("ada@example.com");
    const options = await world.as(elsewhere, () => SignIn.requestReauthentication({}));
    for (const asked of [options, await anybody(() => SignIn.requestSignIn({}))]) {
      const credential = authenticator.sign(asked);
      const answer = await resultOf(world.as(ada, () => SignIn.reauthenticate({ credential })));
      expect(answer).toBe("passkey.invalid");
    }
    const { id, rawId, response } = authenticator.sign(options);
    expect(id).toBe(rawId);
    expect(response.userHandle).toBe(Buffer.from(ada.account).toString("base64url"));
  });
});
