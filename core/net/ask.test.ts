import { Hash } from "@smithy/hash-node";
import { afterEach, describe, expect, test } from "vitest";
import { bind } from "../kernel/ports.ts";
import {
  address,
  certificate,
  host,
  openProvider,
  privateAddress,
  resolving,
  type TestProvider,
} from "./ask.testing.ts";
import { asker, type Options } from "./ask.ts";
import { isPublicAddress } from "./public-address.ts";

const sha256 = Hash.bind(null, "sha256");
const isPublic = (one: string) => one === address || isPublicAddress(one);

let provider: TestProvider | undefined;
afterEach(async () => {
  await provider?.stop();
  provider = undefined;
});

const ask = (url: string, options: Options = {}) =>
  asker(sha256, { isPublic, ca: certificate, ...resolving([address]), ...options }).ask({
    method: "GET",
    url,
    headers: { authorization: "Bearer a-key" },
  });

describe("a provider that is asked", () => {
  test("gets the request, and of its answer the status is read", async () => {
    provider = await openProvider((_, response) => response.writeHead(200).end("{}"));
    expect(await ask(`${provider.url}/v1/models?limit=1`)).toEqual({ status: 200 });
    expect(provider.asked).toEqual([
      expect.stringMatching(/^GET \/v1\/models\?limit=1 .*"authorization":"Bearer a-key"/),
    ]);
  });

  test("is sent what a request has as its body", async () => {
    let body = "";
    provider = await openProvider((request, response) => {
      request.on("data", (chunk) => {
        body += chunk;
      });
      request.on("end", () => response.writeHead(204).end());
    });
    const sent = { method: "POST" as const, url: provider.url, headers: { "content-length": "3" }, body: "a=b" };
    const providers = asker(sha256, { isPublic, ca: certificate, ...resolving([address]) });
    expect(await providers.ask(sent)).toEqual({ status: 204 });
    expect(body).toBe("a=b");
  });

  test("sees the signature of AWS, and no key", async () => {
    bind({ now: () => new Date("2026-11-24T09:00:00.000Z") });
    provider = await openProvider((_, response) => response.writeHead(200).end());
    const keys = { accessKeyId: "AKIAEXAMPLE000000000", secretAccessKey: "hidden", sessionToken: "token" };
    const signature = { service: "sts", region: "eu-central-1", ...keys };
    const url = `${provider.url}/?Action=GetCallerIdentity&Version=2011-06-15`;
    const providers = asker(sha256, { isPublic, ca: certificate, ...resolving([address]) });
    expect(await providers.ask({ method: "GET", url, headers: {}, signature })).toEqual({ status: 200 });
    const [asked = ""] = provider.asked;
    expect(asked).toMatch(/^GET \/\?Action=GetCallerIdentity&Version=2011-06-15 /);
    expect(asked).toContain("AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE000000000/20261124/eu-central-1/sts/aws4_request");
    expect(asked).toContain('"x-amz-security-token":"token"');
    expect(asked).not.toContain("hidden");
  });

  test("is not followed elsewhere", async () => {
    const inside = await openProvider((_, response) => response.writeHead(200).end());
    provider = await openProvider((_, response) => response.writeHead(302, { location: inside.url }).end());
    expect(await ask(provider.url)).toEqual({ status: 302 });
    expect(inside.asked).toEqual([]);
    await inside.stop();
  });

  test("cannot fill the memory: neither with a body nor with headers", async () => {
    let sent = 0;
    provider = await openProvider((request, response) => {
      if (request.url === "/headers") return response.writeHead(200, { long: "x".repeat(20_000) }).end();
      const pour = () => {
        while (!response.destroyed && response.write("x".repeat(65_536))) sent += 65_536;
      };
      return response.writeHead(200).on("drain", pour) && pour();
    });
    expect(await ask(`${provider.url}/body`)).toEqual({ status: 200 });
    expect(sent).toBeLessThan(8_000_000);
    expect(await ask(`${provider.url}/headers`)).toEqual({ fault: "connection" });
  });

  test("cannot keep the check waiting", async () => {
    provider = await openProvider(() => {});
    expect(await ask(provider.url, { timeoutMs: 50 })).toEqual({ fault: "timeout" });
  });

  test("that nobody resolves, or that nothing answers at, is told apart", async () => {
    provider = await openProvider((_, response) => response.destroy());
    expect(await ask(provider.url)).toEqual({ fault: "connection" });
    expect(await ask(provider.url, resolving([]))).toEqual({ fault: "name" });
    const { url } = provider;
    await provider.stop();
    provider = undefined;
    expect(await ask(url)).toEqual({ fault: "connection" });
  });

  test("proves by its certificate that it has that name", async () => {
    provider = await openProvider((_, response) => response.writeHead(200).end());
    expect(await ask(provider.url, { ca: "" })).toEqual({ fault: "certificate" });
    expect(await ask(provider.url.replace(host, "other.test"))).toEqual({ fault: "certificate" });
    expect(provider.asked).toEqual([]);
  });
});

describe("nothing is sent", () => {
  const inside = [
    privateAddress,
    "10.0.0.1",
    "169.254.169.254",
    "192.168.0.1",
    "::1",
    "::ffff:127.0.0.2",
    "fd00:ec2::254",
  ];

  test.each(inside)("to a name that resolves to %s", async (one) => {
    provider = await openProvider((_, response) => response.writeHead(200).end());
    expect(await ask(provider.url, resolving([one]))).toEqual({ fault: "address" });
    expect(await ask(provider.url, resolving([address, one]))).toEqual({ fault: "address" });
    expect(provider.asked).toEqual([]);
  });

  test.each(["127.0.0.2", "[::1]", "[::ffff:127.0.0.2]", "2130706434", "0x7f.2", "169.254.169.254"])(
    "to the number of a host: %s",
    async (number) => {
      provider = await openProvider((_, response) => response.writeHead(200).end());
      expect(await ask(`https://${number}:${provider.port}/`)).toEqual({ fault: "address" });
      expect(provider.asked).toEqual([]);
    },
  );

  test("without TLS", async () => {
    expect(await ask("http://provider.test/")).toEqual({ fault: "address" });
  });

  test("to another address than the one that was checked, when a name resolves differently each time", async () => {
    provider = await openProvider((_, response) => response.writeHead(200).end());
    const rebinding = resolving([address], [privateAddress]);
    expect(await ask(provider.url, rebinding)).toEqual({ status: 200 });
    expect(rebinding.asked).toHaveLength(1);
    expect(await ask(provider.url, rebinding)).toEqual({ fault: "address" });
  });
});
