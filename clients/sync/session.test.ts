import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { type Fixture, openFixture } from "./fixture.testing.ts";
import { apiOf } from "./http.ts";

const deviceOf = ({ server, identity }: Fixture) => {
  const device = server.state.devices.get(identity.device);
  if (!device) throw new Error("The device is not linked.");
  return device;
};
const kept = async ({ folder }: Fixture) =>
  JSON.parse(await readFile(join(folder, "identity.json"), "utf8")) as { token: string; nextToken?: string };
const tokensIn = ({ server }: Fixture) =>
  server.state.requests.map(({ headers }) => headers.get("authorization")?.slice("Bearer ".length));

describe("a token's successor", () => {
  test("is kept before it is used, and replaces the token when it has been", async () => {
    const fixture = await openFixture();
    const device = deviceOf(fixture);
    const [old, next] = [device.token, fixture.server.tokenOf(device.id.slice(4))];
    device.nextToken = next;
    const client = await fixture.start();
    await client.refresh();
    expect(await kept(fixture)).toMatchObject({ token: old, nextToken: next });
    await client.refresh();
    expect(await kept(fixture)).toMatchObject({ token: next });
    expect((await kept(fixture)).nextToken).toBeUndefined();
    expect(new Set(tokensIn(fixture))).toEqual(new Set([old, next]));
  });

  test("that the server does not know is dropped for the token before", async () => {
    const fixture = await openFixture();
    const device = deviceOf(fixture);
    const forged = fixture.server.tokenOf(device.id.slice(4));
    fixture.server.state.intercept = async (path, genuine) => {
      const answer = await genuine();
      if (path === "/sync" && answer.status === 200) answer.headers.set("muster-device-token", forged);
      return answer;
    };
    const client = await fixture.start();
    await client.refresh();
    expect(await kept(fixture)).toMatchObject({ nextToken: forged });
    expect(await client.refresh()).toMatchObject({ kind: "unchanged" });
    expect(await kept(fixture)).toEqual(expect.not.objectContaining({ nextToken: forged }));
  });

  test("of another device is not taken", async () => {
    const fixture = await openFixture();
    fixture.server.state.intercept = async (_, genuine) => {
      const answer = await genuine();
      answer.headers.set("muster-device-token", fixture.server.tokenOf("01ANOTHERDEVICE00000000000"));
      return answer;
    };
    const client = await fixture.start();
    await client.refresh();
    expect((await kept(fixture)).nextToken).toBeUndefined();
  });

  test("is not used while a request with the old token is under way", async () => {
    const fixture = await openFixture();
    const { server } = fixture;
    const device = deviceOf(fixture);
    const arrived: string[] = [];
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    server.state.intercept = async (path, genuine) => {
      arrived.push(path);
      if (path === "/sync/receipts") await held;
      return genuine();
    };
    const client = await fixture.start();
    await client.refresh();
    await expect.poll(() => arrived).toEqual(["/sync", "/sync/receipts"]);
    device.nextToken = server.tokenOf(device.id.slice(4));
    await client.refresh();
    expect(await kept(fixture)).toMatchObject({ nextToken: device.nextToken });
    const third = client.refresh();
    for (let round = 0; round < 100; round++) await setImmediate();
    release();
    await third;
    await expect.poll(() => client.status().pendingReceipts).toBe(0);
    const used = tokensIn(fixture);
    const firstNew = used.indexOf(device.token);
    expect(used.slice(firstNew).filter((token) => token !== device.token)).toEqual([]);
  });
});

test.each(["http://muster.example", "ftp://muster.example", "muster.example", "http://localhost.evil.example"])(
  "%s is no address to send a token to",
  (server) => {
    expect(() => apiOf(server)).toThrow(/https|address/);
  },
);

test.each([
  ["https://muster.example/settings?a=b", "https://muster.example/api/v1"],
  ["http://localhost:4000", "http://localhost:4000/api/v1"],
  ["http://127.0.0.1:4000", "http://127.0.0.1:4000/api/v1"],
])("%s has its API at %s", (server, api) => {
  expect(apiOf(server)).toBe(api);
});
