import { addressOf } from "@muster/core/account/account.ts";
import type { ID } from "@muster/core/base/id.ts";
import { page } from "@muster/core/kernel/cursor.ts";
import type { Peppers } from "@muster/core/kernel/ports.ts";
import * as Code from "@muster/core/session/code.ts";
import { sessionKeys } from "@muster/core/session/keys.ts";
import { openApi, type TestApi } from "@muster/local/testing/worlds/api.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, describe, expect, test } from "vitest";

// What people hold during a rotation of the pepper: links, codes, cursors and known browsers, through the API.

const day = 86_400;
const [old, fresh] = ["old ".repeat(8), "fresh ".repeat(8)];

let api: TestApi;
let ada: Person;
let acme: ID<"organization">;

beforeEach(async () => {
  api = await openApi();
  use({ current: old });
  ada = await api.stranger();
  acme = await api.organization(ada);
});

const use = (peppers: Peppers) => api.world.rebind({ pepper: () => peppers });
const inSeconds = (seconds: number) => new Date(api.world.clock.at + seconds * 1000).toISOString();
const rotate = (usedSeconds = 0) =>
  use({ current: fresh, previous: { value: old, usedUntil: inSeconds(usedSeconds), validUntil: inSeconds(7 * day) } });

async function accept(token: string, email: string): Promise<number> {
  const person = await api.world.person(email);
  return (await api.call("POST", "/invitations/accept", { token: person.token, json: { token } })).status;
}

/** Requests codes until the address has used up its limit; then only its known browsers can continue. */
async function exhaust(email: string): Promise<void> {
  for (let n = 0; n < 5; n++) expect((await api.call("POST", "/sign-in", { json: { email } })).status).toBe(202);
  expect((await api.call("POST", "/sign-in", { json: { email } })).status).toBe(429);
}
const askIn = async (mark: string, email: string) =>
  (await api.call("POST", "/sign-in", { json: { email }, headers: { cookie: `__Host-b=${mark}` } })).status;

const query = () => ({ ...sessionKeys.sessions(ada.account), limit: 1 });

describe("during a rotation of the pepper", () => {
  test("an invitation link that was sent before is accepted until the stated time", async () => {
    const [bob, eve] = [`bob@example.com`, `eve@example.com`];
    const links = [
      await api.invitation(acme, bob),
      await api.invitation(acme, eve, { expiresAt: inSeconds(30 * day) }),
    ];
    rotate();
    expect(await accept(links[0] ?? "", bob)).toBe(200);
    api.world.clock.pass(7 * day - 1);
    expect((await api.call("POST", "/invitations/preview", { json: { token: links[1] } })).status).toBe(200);
    api.world.clock.pass(1);
    expect(await accept(links[1] ?? "", eve)).toBe(404);
  });

  test("a link that is made later uses the new pepper", async () => {
    rotate();
    const link = await api.invitation(acme, "bob@example.com");
    use({ current: fresh });
    expect(await accept(link, "bob@example.com")).toBe(200);
  });

  test("a code that was sent before signs in", async () => {
    const { flow, code } = await api.requestCode("bob@example.com");
    rotate();
    const answer = await api.call("POST", "/sign-in/token", { json: { flow, code } });
    expect(answer.status).toBe(201);
    const { flow: next, code: freshCode } = await api.requestCode("bob@example.com");
    expect((await api.call("POST", "/sign-in/token", { json: { flow: next, code: freshCode } })).status).toBe(201);
  });

  test("a list continues where it was, until the stated time", async () => {
    await api.call("POST", "/sign-in/token", { json: await api.requestCode(ada.email) });
    const first = await page("list", query(), undefined);
    rotate();
    const second = await page("list", query(), first.next);
    expect(second.items).toHaveLength(1);
    expect(second.items[0]?.sk).not.toBe(first.items[0]?.sk);
    api.world.clock.pass(7 * day);
    await expect(page("list", query(), first.next)).rejects.toMatchObject({ code: "cursor.invalid" });
  });

  test("a known browser keeps its own limit, until the stated time", async () => {
    const email = "bob@example.com";
    const mark = Code.markBrowser(addressOf(email));
    rotate();
    await exhaust(email);
    expect(await askIn(mark, email)).toBe(202);
    const renewed = Code.markBrowser(addressOf(email));
    api.world.clock.pass(7 * day);
    await exhaust(email);
    expect(await askIn(mark, email)).toBe(429);
    expect(await askIn(renewed, email)).toBe(202);
  });

  test("values are written with the old pepper until every process knows the new one", async () => {
    rotate(600);
    const before = await api.invitation(acme, "bob@example.com");
    use({ current: old });
    const preview = (token: string) => api.call("POST", "/invitations/preview", { json: { token } });
    expect((await preview(before)).status).toBe(200);
    rotate(600);
    api.world.clock.pass(600);
    const after = await api.invitation(acme, "eve@example.com");
    use({ current: old });
    expect((await preview(after)).status).toBe(404);
  });
});
