import { mintToken } from "@muster/core/notification/unsubscribe-link.ts";
import { openApi, type TestApi } from "@muster/local/testing/worlds/api.ts";
import { type Person, siteUrl } from "@muster/local/testing/worlds/world.ts";
import { beforeAll, expect, test } from "vitest";

import { app } from "./app.ts";

let api: TestApi;
let person: Person;
let path: string;
let link: string;
beforeAll(async () => {
  api = await openApi();
  person = await api.stranger();
  const organization = await api.organization(person);
  path = `/organizations/${organization}/notification-preferences`;
  link = mintToken({ account: person.account });
});
const mentions = async () => (await api.call("GET", path, { token: person.token })).body.mentions;
const choose = (way: string) => api.call("PATCH", path, { token: person.token, json: { mentions: way } });
const provider = { origin: "https://mail.example", "sec-fetch-site": "cross-site" };

test.each([
  ["a form", "application/x-www-form-urlencoded", "List-Unsubscribe=One-Click"],
  ["a form of parts", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data\r\n\r\n--x--"],
  ["nothing", undefined, undefined],
])("a mailbox provider that posts %s without a cookie unsubscribes its reader", async (_, type, body) => {
  await choose("digest");
  const headers = { ...provider, ...(type && { "content-type": type }) };
  const answer = await api.call("POST", `/unsubscribe/${link}`, { headers, ...(body && { raw: body }) });
  expect(answer).toMatchObject({ status: 200, body: { way: "digest", changed: [{ groups: ["mentions"] }] } });
  expect(await mentions()).toBe("product");
});

test("looking at the address changes nothing and leads to the page", async () => {
  await choose("digest");
  for (const method of ["GET", "HEAD"]) {
    const answer = await app({ url: siteUrl, secure: true }).request(`/api/v1/unsubscribe/${link}`, { method });
    expect(answer.status).toBe(303);
    expect(answer.headers.get("location")).toBe(`${siteUrl}/unsubscribe#${link}`);
  }
  expect(await mentions()).toBe("digest");
});

test("an address that is no link leads to the page alone", async () => {
  for (const text of ["a%0D%0Ab", "%0A", "a%23b", `${link}%0D%0ASet-Cookie:a=b`, "%E0%A4%A", "x"]) {
    const answer = await app({ url: siteUrl, secure: true }).request(`/api/v1/unsubscribe/${text}`);
    expect(answer.status).toBe(303);
    expect(answer.headers.get("location")).toBe(`${siteUrl}/unsubscribe`);
  }
});

test("an address that nobody sent answers plainly", async () => {
  const answer = await api.call("POST", `/unsubscribe/${link}x`, { headers: provider });
  expect(answer).toMatchObject({ status: 410, body: { code: "notification.link_invalid" } });
});
