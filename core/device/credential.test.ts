import { createHash } from "node:crypto";
import { openInterleaving } from "@muster/local/testing/faults/interleaving.ts";
import { linkDevice, type TestDevice } from "@muster/local/testing/fixtures/devices.ts";
import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { depth } from "@muster/local/testing/random.ts";
import * as fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { daySeconds } from "../base/duration.ts";
import { sha256 } from "../base/hash.ts";
import * as ID from "../base/id.ts";
import { memberKeys } from "../member/keys.ts";
import { remove, update } from "../table/table.ts";
import { credential } from "./credential.ts";
import { failures } from "./failures.ts";
import { deviceKeys } from "./keys.ts";
import type { DeviceRow } from "./row.ts";
import * as Token from "./token.ts";

let place: OrganizationFixture;
let device: TestDevice;
beforeEach(async () => {
  place = await openOrganization();
  device = await linkDevice(place.world, { account: place.ada.account, organization: place.organization });
});

const rowOf = async () => (await place.world.table.get(deviceKeys.device(device.account, device.id))) as DeviceRow;
const admits = async (token: string) => {
  const named = credential.read(token);
  return named !== undefined && credential.admit(await rowOf(), named) !== undefined;
};
/** Uses a token as a request does: admitted, used, and recorded. */
async function use(token: string): Promise<DeviceRow> {
  const named = credential.read(token);
  const row = await rowOf();
  if (!named || !credential.admit(row, named)) throw new Error("It is refused.");
  const used = await credential.use?.(row, named, { ip: "203.0.113.7", agent: "" });
  if (!used) throw new Error("It is gone.");
  await credential.touch(used);
  return used;
}

describe("the token of a device", () => {
  test("names its account, its organization and itself, and is stored as its hash only", async () => {
    const { account, organization, id } = device;
    expect(device.token).toMatch(/^mst_dev_[0-9A-Za-z]{127}$/);
    expect(Token.read(device.token)).toEqual({ account, organization, device: id });
    expect((await rowOf()).token).toBe(createHash("sha256").update(device.token).digest("base64url"));
    expect(JSON.stringify(await place.world.rows.scan())).not.toContain("mst_dev_");
  });

  test("is refused without a read if one character of it changes", () => {
    const { token } = device;
    const symbol = fc.constantFrom(..."0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-. é");
    const property = fc.property(fc.nat(token.length - 1), symbol, (at, letter) => {
      fc.pre(token[at] !== letter);
      expect(Token.read(token.slice(0, at) + letter + token.slice(at + 1))).toBeUndefined();
    });
    fc.assert(property, { numRuns: depth(150, 5_000) });
    const wrong = ["", "mst_dev_", token.slice(0, -1), `${token}0`, ` ${token}`, `${token}\n`];
    expect([...wrong, token.replace("_dev_", "_ses_")].filter((one) => Token.read(one))).toEqual([]);
  });

  test("follows from its device and its origin, and from nothing else", () => {
    const { account, organization, id } = device;
    const named = { account, organization, device: id };
    const tokens = [
      Token.derive(named, "one"),
      Token.derive(named, "two"),
      Token.derive({ ...named, device: ID.create("device") }, "one"),
    ];
    expect(new Set(tokens).size).toBe(3);
    expect(Token.derive(named, "one")).toBe(tokens[0]);
  });

  test("of a pepper that was replaced is derived again by its hash", () => {
    const { account, organization, id } = device;
    const named = { account, organization, device: id };
    const older = "an older pepper, with 32 characters or more";
    place.world.rebind({ pepper: older });
    const token = Token.derive(named, "one");
    const { at } = place.world.clock;
    const later = new Date(at + 60_000).toISOString();
    place.world.rebind({
      pepper: () => ({
        current: "a newer pepper, with 32 characters or more",
        previous: { value: older, usedUntil: new Date(at).toISOString(), validUntil: later },
      }),
    });
    expect(Token.deriveAgain(named, "one", sha256(token))).toBe(token);
    expect(Token.deriveAgain(named, "two", sha256(token))).toBeUndefined();
  });
});

describe("the credential of a device", () => {
  test("admits its own token, in its own organization, and no other", async () => {
    expect(await admits(device.token)).toBe(true);
    const { account, id } = device;
    const elsewhere = { account, organization: ID.create("organization"), device: id };
    expect(await admits(Token.derive(elsewhere, id))).toBe(false);
    expect(await admits(Token.derive({ ...elsewhere, organization: place.organization }, "guessed"))).toBe(false);
    const stored = sha256(Token.derive(elsewhere, "x"));
    await place.world.table.write(update(deviceKeys.device(account, id), { set: { token: stored } }));
    expect(await admits(Token.derive(elsewhere, "x"))).toBe(false);
  });

  test("ends 90 days after the last contact, and not before", async () => {
    place.world.clock.pass(89 * daySeconds);
    await use(device.token);
    place.world.clock.pass(90 * daySeconds - 1);
    expect(await admits(device.token)).toBe(true);
    place.world.clock.pass(1);
    expect(await admits(device.token)).toBe(false);
  });

  test("records the contact at most hourly, for its member and for admins", async () => {
    const contacts = async () => [
      (await rowOf()).contactAt,
      (await place.world.table.get(deviceKeys.organizationDevice(place.organization, device.id)))?.contactAt,
    ];
    const before = await contacts();
    place.world.clock.pass(3_599);
    await use(device.token);
    expect(await contacts()).toEqual(before);
    place.world.clock.pass(1);
    await use(device.token);
    const now = new Date(place.world.clock.at).toISOString();
    expect(await contacts()).toEqual([now, now]);
  });

  test("that has to wipe itself stays for a while, and no longer", async () => {
    const wipe = { reason: "revoked" as const, at: new Date(place.world.clock.at).toISOString() };
    await place.world.table.write(update(deviceKeys.device(device.account, device.id), { set: { wipe } }));
    const { expiresAt } = await rowOf();
    place.world.clock.pass(daySeconds);
    await use(device.token);
    const row = await rowOf();
    expect(row.expiresAt).toBe(expiresAt);
    expect(row.contactAt).toBe(new Date(place.world.clock.at).toISOString());
  });

  test("answers its device code until its token is first used", async () => {
    const code = ID.derive("deviceCode", "code");
    await place.world.table.write(update(deviceKeys.device(device.account, device.id), { set: { code } }));
    expect((await use(device.token)).code).toBeUndefined();
    expect((await rowOf()).code).toBeUndefined();
  });
});

describe("the successor of a token", () => {
  /** Lets the device use a successor, so that its first token is superseded. */
  async function supersede(): Promise<void> {
    const { account, organization, id } = device;
    const next = Token.derive({ account, organization, device: id }, sha256(device.token));
    await place.world.table.write(update(deviceKeys.device(account, id), { set: { nextToken: sha256(next) } }));
    await use(next);
  }

  test("ends the device when the token before is used again, whatever happens to its member in between", async () => {
    await supersede();
    const { table, overtake } = openInterleaving(place.world.table);
    place.world.rebind({ table });
    const member = memberKeys.member(place.organization, device.account);
    const [used] = await overtake(
      () => use(device.token),
      () => table.write(update(member, { set: { inUseUntil: "2027-12-31" } })),
    );
    expect(used.wipe).toMatchObject({ reason: "token_reused" });
    expect((await rowOf()).wipe).toEqual(used.wipe);
  });

  test("lets no request through with the token before while the device cannot be ended", async () => {
    await supersede();
    const good = place.world.table;
    const write = () => Promise.reject(failures.changed());
    place.world.rebind({ table: { ...good, write } });
    await expect(use(device.token)).rejects.toMatchObject({ code: "table.contended" });
  });

  test("lets no request through for a device that is gone by now", async () => {
    await supersede();
    const { table, overtake } = openInterleaving(place.world.table);
    place.world.rebind({ table });
    const gone = overtake(
      () => use(device.token),
      () => table.write(remove(deviceKeys.device(device.account, device.id))),
    );
    await expect(gone).rejects.toThrow("It is gone.");
  });

  test("works beside it until it is first used; then the token before is superseded", async () => {
    const { account, organization, id } = device;
    const next = Token.derive({ account, organization, device: id }, sha256(device.token));
    await place.world.table.write(update(deviceKeys.device(account, id), { set: { nextToken: sha256(next) } }));
    expect([await admits(device.token), await admits(next)]).toEqual([true, true]);
    await use(device.token);
    expect(await admits(next)).toBe(true);
    place.world.clock.pass(60);
    const promoted = await use(next);
    const row = await rowOf();
    expect(promoted).toEqual(row);
    expect(row).toMatchObject({
      token: sha256(next),
      tokenAt: new Date(place.world.clock.at).toISOString(),
      previousToken: sha256(device.token),
    });
    expect(row.nextToken).toBeUndefined();
  });
});
