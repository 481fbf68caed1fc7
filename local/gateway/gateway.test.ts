import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import type { RunningServer } from "@muster/local-base/server.ts";
import { openMailStore } from "@muster/local-mail/store.ts";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openZone, type Zone } from "../dns/zone.ts";
import { type ApiHandler, startGateway } from "./gateway.ts";

let root: string;
let gateway: RunningServer;
let events: APIGatewayProxyEventV2[];
let syncs: APIGatewayProxyEventV2[];
let identities: APIGatewayProxyEventV2[];
let webhooks: APIGatewayProxyEventV2[];
let answer: APIGatewayProxyStructuredResultV2 | Error;
let reported: unknown[];
let redriven: string[];
let zone: Zone;
let clockRuns: number;

async function open({
  site,
  api,
  ...place
}: {
  site?: string;
  api?: ApiHandler;
  otherTable?: string;
  region?: string;
} = {}) {
  gateway = await startGateway({
    port: 0,
    api:
      api ??
      (async (event) => {
        events.push(event);
        if (answer instanceof Error) throw answer;
        return answer;
      }),
    sync: async (event) => {
      syncs.push(event);
      return { statusCode: 304 };
    },
    identity: async (event) => {
      identities.push(event);
      return { statusCode: 204 };
    },
    stripe: async (event) => {
      webhooks.push(event);
      return { statusCode: 200 };
    },
    stripeUrl: "http://127.0.0.1:4282",
    ...(site !== undefined && { site }),
    mails: openMailStore(),
    zone: (zone = openZone()),
    folder: ".muster",
    region: "eu-central-1",
    ...place,
    uploadsUrl: "http://127.0.0.1:4281/muster",
    credentials: { accessKeyId: "LOCAL0", secretAccessKey: "of this folder" },
    queues: () => [
      {
        name: "work",
        depth: { visible: 2, inFlight: 1, delayed: 0 },
        deadLetters: { name: "work-dead", depth: { visible: 7, inFlight: 0, delayed: 0 } },
      },
    ],
    redrive: (queue) => void redriven.push(queue),
    clock: {
      now: async () => {
        clockRuns++;
      },
      shown: () => ({ ranAt: "2026-11-24T09:00:00.000Z", failure: "<no engine>" }),
    },
    report: (error) => void reported.push(error),
  });
}

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "muster-gateway-"));
  const site = join(root, "dist");
  mkdirSync(join(site, "assets"), { recursive: true });
  writeFileSync(join(site, "index.html"), "<!doctype html><title>Muster</title>");
  writeFileSync(join(site, "assets", "index-4f.js"), "export {};");
  writeFileSync(join(root, "secret.txt"), "secret");
  events = [];
  syncs = [];
  identities = [];
  webhooks = [];
  answer = { statusCode: 200, headers: { "content-type": "application/json" }, body: "{}" };
  reported = [];
  redriven = [];
  clockRuns = 0;
  await open({ site });
});

afterEach(async () => {
  await gateway.stop();
  rmSync(root, { recursive: true });
});

const get = (path: string, init: RequestInit = {}) => fetch(gateway.endpoint + path, { redirect: "manual", ...init });

/** Sends what `fetch` would not: a raw path, a foreign Host, a header twice. */
function rawGet(
  path: string,
  headers: Record<string, string | string[]> = {},
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ port: gateway.port, host: "127.0.0.1", path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }));
    });
    request.on("error", reject);
    request.end();
  });
}

test("the API gets an event of API Gateway", async () => {
  await get("/api/v1/organizations/org_%31?limit=2&tag=a&tag=b%20c", {
    method: "PATCH",
    headers: { "Content-Type": "application/json", Cookie: "s=1; theme=dark", "X-Muster": "1" },
    body: '{"name":"Größe"}',
  });
  expect(events).toHaveLength(1);
  expect(events[0]).toMatchObject({
    version: "2.0",
    routeKey: "$default",
    rawPath: "/api/v1/organizations/org_%31",
    rawQueryString: "limit=2&tag=a&tag=b%20c",
    queryStringParameters: { limit: "2", tag: "a,b c" },
    cookies: ["s=1", "theme=dark"],
    headers: { "content-type": "application/json", "x-muster": "1", host: `localhost:${gateway.port}` },
    requestContext: {
      http: { method: "PATCH", path: "/api/v1/organizations/org_%31", protocol: "HTTP/1.1", sourceIp: "127.0.0.1" },
      requestId: expect.any(String),
      stage: "$default",
      time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
      timeEpoch: expect.any(Number),
    },
    body: '{"name":"Größe"}',
    isBase64Encoded: false,
  });
  expect(events[0]?.headers.cookie).toBeUndefined();
});

test("a body that is not text arrives in base64, and a missing one is left out", async () => {
  const bytes = new Uint8Array([0, 255, 1]);
  await get("/api/upload", { method: "POST", body: bytes, headers: { "content-type": "application/octet-stream" } });
  await get("/api/upload", { method: "POST", body: bytes, headers: { "content-type": "application/json" } });
  await get("/api/upload", { method: "POST", body: "abc", headers: { "content-type": "application/octet-stream" } });
  await get("/api/upload");
  expect(events.map(({ body, isBase64Encoded }) => ({ body, isBase64Encoded }))).toEqual([
    { body: "AP8B", isBase64Encoded: true },
    { body: "AP8B", isBase64Encoded: true },
    { body: "YWJj", isBase64Encoded: true },
    { body: undefined, isBase64Encoded: false },
  ]);
});

test("passkeys are looked after by the function of the ways to sign in", async () => {
  await get("/api/v1/passkeys/sign-in/options");
  await get("/api/v1/passkeys");
  await get("/api/v1/passkeysmith");
  expect(identities.map(({ rawPath }) => rawPath)).toEqual(["/api/v1/passkeys/sign-in/options", "/api/v1/passkeys"]);
  expect(events.map(({ rawPath }) => rawPath)).toEqual(["/api/v1/passkeysmith"]);
});

test("what is signed comes from the function that signs, and the rest of a departure from the API", async () => {
  const departure = "/api/v1/organizations/org_1/departures/dpt_1";
  await get(`${departure}/certificate`);
  await get(departure);
  expect(syncs.map(({ rawPath }) => rawPath)).toEqual([`${departure}/certificate`]);
  expect(events.map(({ rawPath }) => rawPath)).toEqual([departure]);
});

test("a repeated header is joined", async () => {
  await rawGet("/api/v1/health", { "x-list": ["a", "b"] });
  expect(events[0]?.headers["x-list"]).toBe("a,b");
});

test("the API's response is written unchanged", async () => {
  answer = {
    statusCode: 201,
    headers: { "x-request-id": "1", "content-type": "image/png" },
    cookies: ["s=1; HttpOnly", "t=2"],
    body: "AP8B",
    isBase64Encoded: true,
  };
  const response = await get("/api/v1/picture");
  expect(response.status).toBe(201);
  expect(response.headers.getSetCookie()).toEqual(["s=1; HttpOnly", "t=2"]);
  expect(response.headers.get("x-request-id")).toBe("1");
  expect(Buffer.from(await response.arrayBuffer()).toString("base64")).toBe("AP8B");

  answer = { statusCode: 204 };
  expect((await get("/api/v1/session", { method: "DELETE" })).status).toBe(204);
});

test("a HEAD request gets headers and no body", async () => {
  answer = { statusCode: 200, body: "12345" };
  const response = await get("/api/v1/account", { method: "HEAD" });
  expect(response.headers.get("content-length")).toBe("5");
  expect(await response.text()).toBe("");
  expect((await get("/", { method: "HEAD" })).headers.get("content-type")).toBe("text/html; charset=utf-8");
});

test("a function that throws is answered like API Gateway does, and reported", async () => {
  answer = new Error("a bug");
  const response = await get("/api/v1/account");
  expect(response.status).toBe(500);
  expect(await response.json()).toEqual({ message: "Internal Server Error" });
  expect(reported).toEqual([answer]);
});

test("a body over 10 MB does not reach the API", async () => {
  const response = await get("/api/v1/account", { method: "POST", body: Buffer.alloc(10 * 1_048_576 + 1) });
  expect(response.status).toBe(413);
  expect(events).toEqual([]);
});

test("the page is served at every address of the site, and is never cached", async () => {
  for (const path of ["/", "/organizations/org_1", "/sign-in?next=%2F"]) {
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-cache");
    expect(response.headers.get("content-security-policy")).toBe(
      "default-src 'self'; script-src 'self'; connect-src 'self' http://127.0.0.1:4281; img-src 'self' data:; " +
        "style-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    );
    expect(response.headers.get("x-frame-options")).toBe("DENY");
    expect(await response.text()).toContain("<title>Muster</title>");
  }
});

test("an asset with a hash in its name may be cached forever, and a missing one is missing", async () => {
  const asset = await get("/assets/index-4f.js");
  expect(asset.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  expect(asset.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
  for (const path of ["/assets/index-00.js", "/assets/index-00"]) {
    const missing = await get(path);
    expect([missing.status, missing.headers.get("cache-control")]).toEqual([404, null]);
    expect(await missing.text()).not.toContain("<title>");
  }
  expect((await get("/assets/index-4f.js", { method: "POST" })).status).toBe(404);
  expect((await get("/", { method: "PUT" })).status).toBe(405);
});

test("text is compressed as CloudFront does, and not what is too short or of another kind", async () => {
  const script = "export const answer = 42;\n".repeat(100);
  const files = { "long-1.js": script, "short-1.js": "export {};", "picture-1.png": script };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(root, "dist", "assets", name), content);
  const encodingOf = async (name: string, accepted: string) => {
    const response = await get(`/assets/${name}`, { headers: { "accept-encoding": accepted } });
    expect(await response.text()).toBe(files[name as keyof typeof files]);
    return response.headers.get("content-encoding");
  };
  expect(await encodingOf("long-1.js", "gzip, deflate, br")).toBe("br");
  expect(await encodingOf("long-1.js", "gzip")).toBe("gzip");
  expect(await encodingOf("long-1.js", "identity")).toBeNull();
  expect(await encodingOf("long-1.js", "br;q=0, gzip;q=0.5")).toBe("gzip");
  expect(await encodingOf("short-1.js", "gzip, br")).toBeNull();
  expect(await encodingOf("picture-1.png", "gzip, br")).toBeNull();
  files["long-1.js"] = script.replaceAll("42", "43");
  writeFileSync(join(root, "dist", "assets", "long-1.js"), files["long-1.js"]);
  expect(await encodingOf("long-1.js", "br")).toBe("br");
});

test("what the build compressed is sent as it is, to those who read it", async () => {
  for (const folder of ["assets/z", "br/assets/z", "br/assets"]) {
    mkdirSync(join(root, "dist", folder), { recursive: true });
    const content = folder.startsWith("br") ? brotliCompressSync("export {};") : "export {};";
    writeFileSync(join(root, "dist", folder, "index-4f.js"), content);
  }
  const sent = async (accepted: string, path = "/assets/z/index-4f.js") => {
    const response = await get(path, { headers: { "accept-encoding": accepted } });
    expect(await response.text()).toBe("export {};");
    expect(response.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    return [response.headers.get("content-encoding"), response.headers.get("content-type")];
  };
  expect(await sent("gzip, deflate, br")).toEqual(["br", "text/javascript; charset=utf-8"]);
  expect(await sent("gzip")).toEqual([null, "text/javascript; charset=utf-8"]);
  expect(await sent("gzip, br;q=0")).toEqual([null, "text/javascript; charset=utf-8"]);
  expect(await sent("br", "/assets/index-4f.js")).toEqual([null, "text/javascript; charset=utf-8"]);
});

test("more requests at once than it can do are refused at once, like by the API's gateway", async () => {
  await gateway.stop();
  const waiting: (() => void)[] = [];
  await open({
    api: () => new Promise((resolve) => void waiting.push(() => resolve(answer as { statusCode: number }))),
  });
  const refused: Response[] = [];
  const all = Array.from({ length: 260 }, async () => {
    const response = await get("/api/v1/health");
    if (response.status !== 200) refused.push(response);
    return response.status;
  });
  await expect.poll(() => [waiting.length, refused.length]).toEqual([256, 4]);
  const [first] = refused;
  expect([first?.status, first?.headers.get("retry-after")]).toEqual([503, "1"]);
  expect(await first?.json()).toEqual({ message: "Service Unavailable" });
  for (const resume of waiting) resume();
  expect((await Promise.all(all)).filter((status) => status === 200)).toHaveLength(256);
  const after = get("/api/v1/health");
  await expect.poll(() => waiting.length).toBe(257);
  waiting.at(-1)?.();
  expect((await after).status).toBe(200);
});

test("no path leads out of the site", async () => {
  const paths = [
    "/../secret.txt",
    "/%2e%2e/secret.txt",
    "/..%2fsecret.txt",
    "/assets/..%2f..%2fsecret.txt",
    "/%00.txt",
    "/%.txt",
  ];
  for (const path of paths) {
    const { status, body } = await rawGet(path);
    expect(`${path} ${status}`).toBe(`${path} 404`);
    expect(body).not.toContain("secret");
  }
});

test("without a built site its address explains that", async () => {
  await gateway.stop();
  await open();
  const response = await get("/");
  expect(response.status).toBe(503);
  expect(await response.text()).toContain("The dashboard is not built");
});

test("the start page says where the table is, and the region", async () => {
  await gateway.stop();
  await open({ otherTable: "https://dynamodb.us-west-2.amazonaws.com", region: "us-west-2" });
  const start = await (await get("/start")).text();
  expect(start).toContain("<code>https://dynamodb.us-west-2.amazonaws.com</code>");
  expect(start).not.toContain("Nothing leaves this machine.");
  expect(start).toContain("region <code>us-west-2</code>");
});

test("the pages about this machine exist", async () => {
  const start = await (await get("/start")).text();
  expect(start).toContain('href="/mailbox"');
  expect(start).toContain("<code>http://127.0.0.1:4281/muster</code>");
  expect(start).toContain("Nothing leaves this machine.");
  expect(start).toContain("region <code>eu-central-1</code>");
  expect(await (await get("/mailbox")).text()).toContain("No email yet");
  const queues = await (await get("/queues")).text();
  expect(queues).toContain("7");
  expect(queues).toContain("2026-11-24 09:00:00 UTC");
  expect(queues).toContain("&#60;no engine&#62;");
  expect(queues).toContain('<script src="/refresh.js" defer></script>');
  expect((await get("/refresh.js")).headers.get("content-type")).toContain("text/javascript");
  expect((await get("/local.css")).headers.get("content-type")).toContain("text/css");
});

test("the pages about the API and its document are files of the site", async () => {
  const files = {
    "/docs": "docs/index.html",
    "/docs/": "docs/index.html",
    "/docs/errors": "docs/errors.html",
    "/api/openapi.json": "api/openapi.json",
  };
  for (const folder of ["docs", "api"]) mkdirSync(join(root, "dist", folder));
  for (const file of Object.values(files)) writeFileSync(join(root, "dist", file), `"${file}"`);
  for (const [path, file] of Object.entries(files)) {
    const response = await get(path);
    expect([path, await response.text()]).toEqual([path, `"${file}"`]);
    expect(response.headers.get("cache-control")).toBe("no-cache");
  }
  expect(await (await get("/docs/nothing")).text()).toContain("<title>Muster</title>");
  expect((await get("/api/openapi.json")).headers.get("content-type")).toBe("application/json; charset=utf-8");
  expect(events).toEqual([]);
  await get("/api/openapi.json/more");
  expect(events).toHaveLength(1);
});

const post = (path: string, headers: Record<string, string>, body = "") =>
  get(path, { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded", ...headers }, body });

test("forms are accepted from these pages and from scripts, not from other sites", async () => {
  expect((await post("/clock", { "sec-fetch-site": "cross-site" })).status).toBe(403);
  expect((await post("/clock", { origin: "https://example.com" })).status).toBe(403);
  expect((await post("/queues/redrive", { origin: "null" }, "queue=work-dead")).status).toBe(403);
  expect({ clockRuns, redriven }).toEqual({ clockRuns: 0, redriven: [] });

  expect((await post("/clock", { "sec-fetch-site": "same-origin" })).headers.get("location")).toBe("/queues");
  expect((await post("/queues/redrive", { origin: gateway.endpoint }, "queue=work-dead")).status).toBe(303);
  expect((await post("/clock", {})).status).toBe(303);
  expect({ clockRuns, redriven }).toEqual({ clockRuns: 2, redriven: ["work-dead"] });
  expect((await post("/start", {})).status).toBe(404);
});

test("another host name is refused, and a browser goes from 127.0.0.1 to localhost, where passkeys work", async () => {
  expect((await rawGet("/mailbox", { host: "attacker.example" })).status).toBe(421);
  expect((await rawGet("/api/v1/health", { host: "attacker.example" })).status).toBe(421);
  const opened = { "sec-fetch-dest": "document" };
  expect((await rawGet("/mailbox", { host: `127.0.0.1:${gateway.port}`, ...opened })).status).toBe(303);
  expect((await rawGet("/mailbox", { host: `localhost:${gateway.port}`, ...opened })).status).toBe(200);
  expect((await rawGet("/mailbox", { host: `127.0.0.1:${gateway.port}` })).status).toBe(200);
  expect((await rawGet("/api/v1/health", { host: `127.0.0.1:${gateway.port}` })).status).toBe(200);
});

test("the page of DNS records shows, adds and removes them, for forms of its own only", async () => {
  const record = { name: "_muster.acme.com", type: "TXT", value: "<muster>" } as const;
  const form = new URLSearchParams(record).toString();
  expect((await post("/dns", { origin: "null" }, form)).status).toBe(403);
  expect(zone.records()).toEqual([]);
  const added = await post("/dns", { origin: gateway.endpoint }, form);
  expect([added.status, added.headers.get("location")]).toEqual([303, "/dns"]);
  await post("/dns", { origin: gateway.endpoint }, "name=&value=x");
  expect(zone.records()).toEqual([record]);
  const tooLong = await post("/dns", { origin: gateway.endpoint }, `name=a.example&value=${"x".repeat(20_000)}`);
  expect([tooLong.status, tooLong.headers.get("content-type")]).toEqual([413, "text/html; charset=utf-8"]);
  expect(await tooLong.text()).toContain("<h1>This is too long</h1>");
  const page = await (await get("/dns")).text();
  expect(page).toContain("_muster.acme.com");
  expect(page).not.toContain("<muster>");
  await post("/dns/remove", { origin: gateway.endpoint }, form);
  expect(zone.records()).toEqual([]);
});
