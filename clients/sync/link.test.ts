import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { start } from "./client.ts";
import { type Json, makeServerKey, openServer, type Server } from "./double.testing.ts";
import { atEnd, type Clock, emptyFolder, stillClock } from "./fixture.testing.ts";
import { type Code, link, linkWithBrowser } from "./link.ts";
import { secondMs } from "./system.ts";

async function unlinked() {
  const folder = await emptyFolder();
  const server = openServer({ now: () => clock.now() });
  const clock: Clock = stillClock((...sent) => server.fetch(...sent));
  const asked = { ...named, server: server.state.url, folder, system: clock };
  return { folder, server, clock, asked };
}
const named = { app: "Example", appVersion: "1.2.3", deviceName: "Laptop", platform: "linux" as const };

const authorization =
  (server: Server, more: Json = {}) =>
  () =>
    server.json(200, {
      device_code: "device-code",
      user_code: "BCDF-GHJK",
      verification_uri: "https://muster.example/device",
      verification_uri_complete: "https://muster.example/device#BCDF-GHJK",
      expires_in: 600,
      interval: 5,
      ...more,
    });
const problem = (server: Server, error: string) => () => server.json(400, { code: `device.${error}`, error });
const lost = () => {
  throw new Error("The answer was lost.");
};
/** Returns the answer that an approved device gets. */
const grant = (server: Server, more: Json = {}) => {
  const { signingKey = "", sealingKey = "" } = (server.state.linking?.first ?? {}) as Record<string, string>;
  const device = server.admit({ signingKey, sealingKey });
  const { account, organization, url } = server.state;
  return server.json(200, {
    access_token: device.token,
    token_type: "Bearer",
    device: device.id,
    account,
    organization,
    issuer: url,
    ...more,
  });
};

/** Returns the times of the requests for the token, in seconds after the first request. */
const askedAt = ({ state: { requests } }: Server) =>
  requests.filter(({ path }) => path === "/device-token").map(({ at }) => (at - (requests[0]?.at ?? 0)) / secondMs);

/** Lets time pass until it is done. */
async function until<T>(clock: Clock, linking: Promise<T>): Promise<T | { code: string }> {
  const results: (T | { code: string })[] = [];
  const done = linking.then(
    (value) => results.push(value),
    (error: { code: string }) => results.push(error),
  );
  while (results.length === 0) {
    for (let round = 0; round < 20; round++) await setImmediate();
    if (results.length === 0) clock.advance(secondMs);
  }
  await done;
  return results[0] as T;
}

describe("linking with a code", () => {
  test("shows the code, waits for the approval, and keeps keys that start uses", async () => {
    const { folder, server, clock, asked } = await unlinked();
    server.state.linking = {
      answers: [authorization(server), problem(server, "authorization_pending"), () => grant(server)],
    };
    const codes: Code[] = [];
    const result = await until(
      clock,
      link({ ...asked, organization: "org_1" }, (code) => void codes.push(code)),
    );
    expect(codes).toMatchObject([
      { userCode: "BCDF-GHJK", verificationUriComplete: "https://muster.example/device#BCDF-GHJK" },
    ]);
    expect(result).toMatchObject({ account: server.state.account, organization: { name: "Acme" } });
    expect(askedAt(server)).toEqual([5, 10]);
    const { linking } = server.state;
    expect(linking?.first).toMatchObject({ clientName: "Example", deviceName: "Laptop", organization: "org_1" });
    expect(linking?.body).toEqual({
      grant_type: "urn:ietf:params:oauth:grant-type:device_code",
      device_code: "device-code",
    });

    const client = await start({ ...named, folder, system: clock, on: { wipe: () => {} } });
    atEnd(() => client.stop());
    expect(await client.refresh()).toMatchObject({ kind: "changed" });
  });

  test("asks five seconds less often each time that it is told to slow down", async () => {
    const { server, clock, asked } = await unlinked();
    const slowDown = problem(server, "slow_down");
    server.state.linking = { answers: [authorization(server), slowDown, slowDown, () => grant(server)] };
    await until(
      clock,
      link(asked, () => {}),
    );
    expect(askedAt(server)).toEqual([5, 15, 30]);
  });

  test("goes on when answers are lost or the server has none", async () => {
    const { server, clock, asked } = await unlinked();
    const answers = [authorization(server), lost, () => server.json(503, {}), () => grant(server)];
    server.state.linking = { answers };
    expect(
      await until(
        clock,
        link(asked, () => {}),
      ),
    ).toHaveProperty("device");
  });

  test.each([
    ["is denied", "access_denied", "access_denied"],
    ["has expired at the server", "expired_token", "expired"],
    ["is used up", "invalid_grant", "refused"],
  ])("ends when the code %s", async (_, error, code) => {
    const { folder, server, clock, asked } = await unlinked();
    server.state.linking = { answers: [authorization(server), problem(server, error)] };
    const result = await until(
      clock,
      link(asked, () => {}),
    );
    expect(result).toMatchObject({ code });
    expect(askedAt(server)).toEqual([5]);
    await expect(readFile(join(folder, "identity.json"))).rejects.toThrow("ENOENT");
  });

  test("ends when the code has expired by the device's clock", async () => {
    const { server, clock, asked } = await unlinked();
    const pending = Array.from({ length: 3 }, () => problem(server, "authorization_pending"));
    server.state.linking = { answers: [authorization(server, { expires_in: 18 }), ...pending] };
    const result = await until(
      clock,
      link(asked, () => {}),
    );
    expect(result).toMatchObject({ code: "expired" });
    expect(askedAt(server)).toEqual([5, 10, 15]);
  });

  test("ends when it is given up", async () => {
    const { server, clock, asked } = await unlinked();
    server.state.linking = { answers: [authorization(server)] };
    const giving = new AbortController();
    const linking = link({ ...asked, signal: giving.signal }, () => giving.abort());
    expect(await until(clock, linking)).toMatchObject({ code: "aborted" });
  });

  test.each(["/sync/keys", "/device-authorization"])(
    "says so when it is given up while it waits for %s",
    async (of) => {
      const { server, asked } = await unlinked();
      server.state.linking = { answers: [authorization(server)] };
      const giving = new AbortController();
      server.state.intercept = async (path, genuine) => {
        if (path !== of) return genuine();
        await Promise.resolve(); // the request is under way
        giving.abort();
        return new Promise(() => {});
      };
      await expect(link({ ...asked, signal: giving.signal }, () => {})).rejects.toMatchObject({ code: "aborted" });
    },
  );

  test("reads the keys that it will trust before it asks anybody: what was approved is not thrown away", async () => {
    const { folder, server, clock, asked } = await unlinked();
    server.state.linking = { answers: [authorization(server), () => grant(server)] };
    const [current] = server.state.keys;
    server.state.keys.unshift({ ...makeServerKey(), exp: 4_000_000_000 });
    await until(
      clock,
      link(asked, () => {}),
    );
    const paths = server.state.requests.map(({ path }) => path);
    expect(paths).toEqual(["/sync/keys", "/device-authorization", "/device-token"]);
    const { keys } = JSON.parse(await readFile(join(folder, "identity.json"), "utf8")) as { keys: unknown[] };
    // a key that was replaced is of no use to a new device
    expect(keys).toEqual([{ kid: current?.kid, x: current?.x }]);
  });

  test.each([
    ["there is none", 503, {}],
    ["it has none", 200, { keys: [] }],
    ["one has another's name", 200, { keys: [{ kid: "x", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" }] }],
  ])("asks nobody without a set of keys: %s", async (_, status, keys) => {
    const { server, asked } = await unlinked();
    server.state.intercept = async () => server.json(status, keys);
    await expect(link(asked, () => {})).rejects.toMatchObject({ code: "refused" });
    expect(server.state.requests.map(({ path }) => path)).toEqual(["/sync/keys"]);
  });

  test("takes no answer with a token of another device", async () => {
    const { server, clock, asked } = await unlinked();
    server.state.linking = { answers: [authorization(server), () => grant(server, { device: "dev_ANOTHER" })] };
    expect(
      await until(
        clock,
        link(asked, () => {}),
      ),
    ).toMatchObject({ code: "refused" });
  });

  test("removes what a former device has left in the folder", async () => {
    const { folder, server, clock, asked } = await unlinked();
    const names = ["state.json", "receipts.json", "document.json"];
    for (const name of names) await writeFile(join(folder, name), "{}");
    server.state.linking = { answers: [authorization(server), () => grant(server)] };
    await until(
      clock,
      link(asked, () => {}),
    );
    expect(await readdir(folder)).toEqual(["identity.json"]);
  });

  test("does not link a device twice", async () => {
    const { server, clock, asked } = await unlinked();
    server.state.linking = { answers: [authorization(server), () => grant(server)] };
    await until(
      clock,
      link(asked, () => {}),
    );
    await expect(link(asked, () => {})).rejects.toMatchObject({ code: "already_linked" });
  });
});

describe("linking with a browser on the same machine", () => {
  /** Comes back as the approval page would. */
  const comeBack = (server: Server, change: (query: URLSearchParams) => void = () => {}) => {
    const { challenge } = (server.state.linking?.first ?? {}) as { challenge: { redirectUri: string; state: string } };
    const query = new URLSearchParams({ code: "the-code", state: challenge.state });
    change(query);
    return fetch(`${challenge.redirectUri}?${query.toString()}`);
  };

  test("proves with PKCE that it is who asked", async () => {
    const { server, clock, asked } = await unlinked();
    server.state.linking = { answers: [authorization(server), () => grant(server)] };
    const linking = linkWithBrowser(asked, async () => {
      expect((await comeBack(server)).status).toBe(200);
    });
    expect(await linking).toHaveProperty("device");
    const { challenge } = server.state.linking.first as { challenge: { codeChallenge: string; redirectUri: string } };
    const { code_verifier: verifier, ...body } = server.state.linking.body as { code_verifier: string };
    expect(createHash("sha256").update(verifier).digest("base64url")).toBe(challenge.codeChallenge);
    expect(body).toEqual({ grant_type: "authorization_code", code: "the-code", redirect_uri: challenge.redirectUri });
    expect(challenge.redirectUri).toMatch(/^http:\/\/127\.0\.0\.1:\d+\//);
    expect(clock.now()).toBeGreaterThan(0);
  });

  test("goes on when the exchange is told to wait, and waits as long", async () => {
    const { server, clock, asked } = await unlinked();
    const busy = () => server.json(429, {}, { "retry-after": "40" });
    server.state.linking = { answers: [authorization(server), busy, () => grant(server)] };
    const linking = linkWithBrowser(asked, async () => void (await comeBack(server)));
    expect(await until(clock, linking)).toHaveProperty("device");
    const [first = 0, second = 0] = askedAt(server);
    expect(second - first).toBe(40);
  });

  test("takes no code from others", async () => {
    const { server, asked } = await unlinked();
    server.state.linking = { answers: [authorization(server), () => grant(server)] };
    const linking = linkWithBrowser(asked, async () => {
      for (const state of ["", "another", "x".repeat(22)]) {
        const planted = await comeBack(server, (query) => {
          query.set("state", state);
          query.set("code", "planted");
        });
        expect(planted.status).toBe(404);
      }
      await comeBack(server);
    });
    await linking;
    expect(server.state.linking.body).toMatchObject({ code: "the-code" });
  });

  test("ends when it is denied", async () => {
    const { server, asked } = await unlinked();
    server.state.linking = { answers: [authorization(server)] };
    const linking = linkWithBrowser(asked, async () => {
      await comeBack(server, (query) => {
        query.delete("code");
        query.set("error", "access_denied");
      });
    });
    await expect(linking).rejects.toMatchObject({ code: "access_denied" });
  });

  test("ends when nobody comes back", async () => {
    const { server, clock, asked } = await unlinked();
    server.state.linking = { answers: [authorization(server, { expires_in: 60 })] };
    expect(
      await until(
        clock,
        linkWithBrowser(asked, () => {}),
      ),
    ).toMatchObject({ code: "expired" });
  });
});
