import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "./fixtures.ts";

type Lock = { table: { endpoint: string }; environment: Record<string, string> };

/** Sends to each address what a page can send. Returns what it could read. */
async function attack(urls: string[]): Promise<string[]> {
  const form = new URLSearchParams({ days: "365", name: "evil.example", value: "x", queue: "mail-dead" });
  const json = "application/x-amz-json-1.0";
  const target = (name: string) => ({ "content-type": json, "x-amz-target": name });
  const signed = { authorization: "AWS4-HMAC-SHA256 Credential=local/20261128/eu-central-1/sqs/aws4_request" };
  const ways: RequestInit[] = [
    {},
    { credentials: "include" },
    { mode: "no-cors", credentials: "include" },
    { mode: "no-cors", credentials: "include", method: "POST", body: form },
    { mode: "no-cors", credentials: "include", method: "POST", body: '{"TableName":"muster"}' },
    { method: "POST", body: form, credentials: "include" },
    { method: "POST", body: '{"TableName":"muster"}', headers: target("DynamoDB_20120810.Scan") },
    { method: "POST", body: "{}", headers: { ...target("AmazonSQS.ListQueues"), ...signed } },
    { method: "PUT", body: "x" },
    { method: "DELETE", credentials: "include" },
  ];
  const read: string[] = [];
  for (const url of urls) {
    for (const [way, init] of ways.entries()) {
      const answer = await fetch(url, init).catch(() => undefined);
      if (answer !== undefined && answer.type !== "opaque") read.push(`${way} ${url}: ${answer.status}`);
    }
  }
  return read;
}

test("a page of another origin reads and changes nothing on this machine", async ({
  person: { page },
  watcher,
}, info) => {
  const site = String(info.project.use.baseURL);
  const { table, environment } = JSON.parse(readFileSync("test-results/muster/lock.json", "utf8")) as Lock;
  const of = (name: string) => environment[`AWS_ENDPOINT_URL_${name}`] ?? "";
  const stripe = environment["MUSTER_STRIPE_URL"] ?? "";
  const engine = new URL(table.endpoint);
  // all else is behind a key; the engine has none, so its address is not to be found
  expect(engine.hostname).not.toBe("127.0.0.1");
  const paths = ["/", "/api/v1/account", "/api/v1/sign-out", "/api/v1/organizations", "/api/webhooks/stripe"];
  const pages = [
    "/mailbox",
    "/mailbox/api/mails",
    "/queues",
    "/queues/redrive",
    "/clock",
    "/start",
    "/dns",
    "/dns/remove",
  ];
  const urls = [
    ...[...paths, ...pages].map((path) => `${site}${path}`),
    ...["/", "/clock", "/v1/customers"].map((path) => `${stripe}${path}`),
    ...["/", "/muster", "/muster/imports/x.csv"].map((path) => `${of("S3")}${path}`),
    of("SQS"),
    of("SES"),
    `http://127.0.0.1:${engine.port}/`,
  ];
  const text = async (url: string) => (await page.request.get(url)).text();
  const day = async () => /It is <strong>([\d-]+)/.exec(await text(`${stripe}/clock`))?.[1];
  const before = await day();

  const server = createServer((_, response) => void response.setHeader("content-type", "text/html").end("<p>Evil"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  watcher.forgive(/./);
  // the same site with another port gets the cookies, another name does not
  for (const host of ["127.0.0.1", "localhost"]) {
    await page.goto(`http://${host}:${port}/`);
    expect(await page.evaluate(attack, urls), `what a page of ${host} reads`).toEqual([]);
  }
  server.close();
  watcher.forgive(/./);
  expect(before).toBeDefined();
  expect(await day()).toBe(before);
  expect(await text(`${site}/dns`)).not.toContain("evil.example");
  expect((await page.request.get(`${site}/api/v1/account`)).status(), "still signed in").toBe(200);
});
