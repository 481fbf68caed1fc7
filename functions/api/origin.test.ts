import { rateKeys } from "@muster/core/rate/keys.ts";
import * as Limits from "@muster/core/rate/limits.ts";
import { sample } from "@muster/local/testing/fixtures/samples.ts";
import { type Answer, openApi, ownPage, type Sent, type TestApi } from "@muster/local/testing/worlds/api.ts";
import { type Person, siteUrl } from "@muster/local/testing/worlds/world.ts";
import { beforeAll, describe, expect, test } from "vitest";
import { operations } from "./openapi.ts";

let api: TestApi;
let person: Person;
beforeAll(async () => {
  api = await openApi();
  person = await api.stranger();
});

const crossSite = { status: 403, body: { code: "request.cross_site" } };

/** Returns what a page sends; a header that is undefined is left out. */
function from(changes: Record<string, string | undefined>): Record<string, string> {
  const headers = { ...ownPage, ...changes };
  return Object.fromEntries(Object.entries(headers).filter((one): one is [string, string] => one[1] !== undefined));
}

const foreign: [string, Record<string, string | undefined>][] = [
  ["another site", { origin: "https://evil.example", "sec-fetch-site": "cross-site" }],
  ["another site that hides its fetch metadata", { origin: "https://evil.example", "sec-fetch-site": undefined }],
  ["a sibling subdomain", { origin: "https://other.muster.example", "sec-fetch-site": "same-site" }],
  ["a subdomain of the site", { origin: `https://evil.${siteUrl.slice(8)}`, "sec-fetch-site": "same-site" }],
  ["a site whose name begins like ours", { origin: `${siteUrl}.evil.example`, "sec-fetch-site": undefined }],
  ["the site without TLS", { origin: "http://muster.example", "sec-fetch-site": undefined }],
  ["the site at another port", { origin: `${siteUrl}:8443`, "sec-fetch-site": undefined }],
  ["the site in capitals", { origin: siteUrl.toUpperCase(), "sec-fetch-site": undefined }],
  ["a sandboxed frame", { origin: "null", "sec-fetch-site": undefined }],
  ["no origin, from a form of an old browser", { origin: undefined, "sec-fetch-site": undefined }],
  ["no origin, from a link", { origin: undefined, "sec-fetch-site": "none" }],
  ["our page, without our header", { "x-muster": undefined }],
  ["our page, with another value of our header", { "x-muster": "true" }],
  ...["cross-site", "same-site", "none", "", "SAME-ORIGIN"].map((value): (typeof foreign)[number] => [
    `our page, for which the browser sends ${JSON.stringify(value)}`,
    { "sec-fetch-site": value },
  ]),
];

describe("a changing request with the cookie", () => {
  const edit = (headers: Record<string, string>, sent: Sent = {}) =>
    api.call("PATCH", "/account", { json: { zone: "Asia/Tokyo" }, ...sent, headers });
  const withCookie = (headers: Record<string, string>) => edit({ ...headers, cookie: `__Host-s=${person.token}` });

  test.each(foreign)("is refused from %s", async (_, changes) => {
    expect(await withCookie(from(changes))).toMatchObject(crossSite);
    expect((await api.call("GET", "/account", { token: person.token })).body.zone).not.toBe("Asia/Tokyo");
  });

  test.each(foreign)("is accepted with a bearer token instead, from %s", async (_, changes) => {
    const answer = await edit(from(changes), { token: person.token });
    expect(answer.status).toBe(200);
    await edit({}, { token: person.token, json: { zone: "UTC" } });
  });

  test("is accepted from a page of the site, also if the browser sends no fetch metadata", async () => {
    expect((await withCookie(from({}))).status).toBe(200);
    expect((await withCookie(from({ "sec-fetch-site": undefined }))).status).toBe(200);
  });

  test("is not saved by an authorization of another type", async () => {
    const answer = await withCookie({ authorization: "Basic Zm9vOmJhcg==", origin: "https://evil.example" });
    expect(answer).toMatchObject(crossSite);
  });
});

const withCookies = operations().filter(({ failures }) => failures.some(({ code }) => code === "request.cross_site"));

describe.each(withCookies)("$id", (operation) => {
  test("checks the origin of a cookie before anything else", async () => {
    const [method, path, sent] = await sample(api, operation, { organization: "org_X" });
    const cookie = `__Host-s=${person.token}`;
    const headers = { ...sent.headers, cookie, origin: "https://evil.example", "x-muster": "1" };
    expect(await api.call(method, path, { ...sent, headers })).toMatchObject(crossSite);
  });
});

test("every changing operation checks the origin, except those that ignore cookies", () => {
  const others = operations().filter((one) => one.source === "json" && !withCookies.some(({ id }) => id === one.id));
  expect(others.map(({ id }) => id)).toEqual([
    "device.authorize",
    "device.exchange",
    "invitation.preview",
    "invitation.request",
    "session.requestCode",
    "session.signIn.token",
    "notification.unsubscribe",
    "notification.resubscribe",
  ]);
});

test("reading is exempt from the rule: a link into the site has no origin", async () => {
  const headers = { cookie: `__Host-s=${person.token}`, "sec-fetch-site": "cross-site" };
  expect((await api.call("GET", "/account", { headers })).status).toBe(200);
  expect((await api.call("HEAD", "/account", { headers })).status).toBe(200);
});

test.each(foreign)("a foreign page cannot sign anybody in to an account of its choice: %s", async (_, changes) => {
  const answer = await api.requestCode(`victim@example.com`).catch(() => undefined);
  const json = answer ?? { flow: "flow_01ARZ3NDEKTSV4RRFFQ69G5FAV", code: "23456789" };
  const refused = await api.call("POST", "/sign-in/code", { json, headers: from(changes) });
  expect(refused).toMatchObject(crossSite);
  expect(refused.headers.get("set-cookie")).toBeNull();
});

describe("an API behind CloudFront", () => {
  const secret = "what only CloudFront knows";
  const replaced = "what CloudFront sent before";
  const unrouted = { status: 403, body: { code: "request.wrong_origin" } };
  let routed: TestApi;
  beforeAll(async () => {
    routed = await openApi({ originSecrets: () => [secret, replaced] });
  });
  const call = (method: string, path: string, sent: Sent, shown?: string): Promise<Answer> =>
    routed.call(method, path, {
      ...sent,
      headers: { ...sent.headers, ...(shown !== undefined && { "x-muster-origin": shown }) },
    });

  test.each([undefined, "", "x", `${secret}x`, secret.toUpperCase()])(
    "refuses everything that sends %j",
    async (shown) => {
      for (const { method, path } of operations()) {
        const named = path.replace("/api/v1", "").replaceAll(/{\w+}/g, "x");
        expect(await call(method.toUpperCase(), named, {}, shown)).toMatchObject(unrouted);
      }
      expect(await call("GET", "/health", {}, shown)).toMatchObject(unrouted);
      expect(await call("GET", "/nothing-here", {}, shown)).toMatchObject(unrouted);
    },
  );

  test("answers requests with the secret", async () => {
    expect((await call("GET", "/health", {}, secret)).status).toBe(200);
    expect((await call("GET", "/account", {}, secret)).status).toBe(401);
    expect((await call("GET", "/health", {}, replaced)).status).toBe(200);
  });

  test("counts the viewer that CloudFront names, of IPv4 and IPv6", async () => {
    const requestCode = (viewer: string, email: string) =>
      call(
        "POST",
        "/sign-in",
        { json: { email }, headers: { "cloudfront-viewer-address": viewer }, ip: "10.0.0.1" },
        secret,
      );
    expect(leftOf(await requestCode("192.0.2.1:40000", "v4-0@example.com"))).toBe(
      Limits.codesPerNetwork.windows[0].quota - 1,
    );
    expect(leftOf(await requestCode("192.0.2.1:5", "v4-1@example.com"))).toBe(
      Limits.codesPerNetwork.windows[0].quota - 2,
    );
    expect(leftOf(await requestCode("192.0.2.2:5", "v4-2@example.com"))).toBe(
      Limits.codesPerNetwork.windows[0].quota - 1,
    );
    expect(leftOf(await requestCode("2001:db8::1:443", "v6-0@example.com"))).toBe(
      Limits.codesPerNetwork.windows[0].quota - 1,
    );
    expect(leftOf(await requestCode("2001:db8::ffff:443", "v6-1@example.com"))).toBe(
      Limits.codesPerNetwork.windows[0].quota - 2,
    );
    expect(leftOf(await requestCode("2001:db8:0:1::1:443", "v6-2@example.com"))).toBe(
      Limits.codesPerNetwork.windows[0].quota - 1,
    );
  });
});

test("without an origin secret only the gateway names the client's address", async () => {
  const plain = await openApi();
  const requestCode = (viewer: string, email: string) =>
    plain.call("POST", "/sign-in", {
      json: { email },
      ip: "192.0.2.77",
      headers: { "cloudfront-viewer-address": viewer, "x-forwarded-for": viewer, forwarded: `for=${viewer}` },
    });
  for (let i = 1; i <= 3; i++) {
    expect(leftOf(await requestCode(`198.51.100.${i}:1`, `x-${i}@example.com`))).toBe(
      Limits.codesPerNetwork.windows[0].quota - i,
    );
  }
  const rows = await plain.world.rows.scan();
  const window = Math.floor(plain.world.clock.at / 3_600_000);
  const { pk } = rateKeys.limit("codes-per-network", "192.0.2.77", window);
  expect(rows.map((row) => row.pk)).toContain(pk);
});

/** Returns how many codes the network of a request can still ask for. */
const leftOf = ({ headers }: { headers: Headers }) =>
  Number(/"codes-per-network-3600";r=(\d+)/.exec(headers.get("ratelimit") ?? "")?.[1]);
