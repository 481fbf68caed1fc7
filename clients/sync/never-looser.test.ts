import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { depth } from "@muster/local/testing/random.ts";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { endorsed } from "./answer.ts";
import type { Client } from "./client.ts";
import { type Json, makeServerKey, openServer, type ServerKey, sealed, sha256, signed } from "./double.testing.ts";
import { emitter } from "./events.ts";
import { diskFiles } from "./files.ts";
import { atEnd, emptyFolder, type Fixture, linked, openFixture } from "./fixture.testing.ts";
import { request, Unreachable } from "./http.ts";
import { openDevice } from "./open.ts";
import { dayMs, hourMs, minuteMs, secondMs, system } from "./system.ts";

const runs = depth(30, 10_000);

type Draft = { payload: Json; sections: Json; secretList: string; secrets: Json };
/** An answer of the server, and a body that is none. What is signed has what the request wanted to be signed. */
type Answer = { body: unknown; headers?: Record<string, string>; status?: number };
type Signed = (nonce: string) => Json;
type Scene = Fixture & {
  client: Client;
  codes: string[];
  /** Returns the answer that the server would give now, to be changed before it is signed. */
  draft: () => Promise<Draft>;
  sign: (draft: Draft, key?: ServerKey, header?: Json) => Signed;
  answer: (answer: Answer) => Promise<unknown>;
  applied: () => Promise<unknown>;
};

/** A device with restrictions and a secret, whose server answers what a test says. */
async function restricted(): Promise<Scene> {
  const fixture = await openFixture();
  const { server, clock, identity } = fixture;
  server.state.secrets.push({ id: "sec_1", kind: "openai", name: "Key", version: 1, fields: { apiKey: "sk-1" } });
  server.state.revision = 4;
  server.change({
    "features.telemetry": false,
    "models.isRestricted": true,
    "models.allowed": ["openai/gpt-4.1"],
    "websites.isManaged": true,
    "websites.denied": Array.from({ length: 150 }, (_, i) => `site-${i}.example.com`),
  });
  const client = await fixture.start();
  const codes: string[] = [];
  // each once: an answer to receipts may name a newer revision, and the client asks again
  client.on("error", ({ code }) => void (codes.includes(code) || codes.push(code)));
  client.on("wipe", () => void codes.push("wiped"));
  await client.refresh();
  clock.advance(minuteMs);
  const device = server.state.devices.get(identity.device);
  if (!device) throw new Error("The device is not linked.");
  return {
    ...fixture,
    client,
    codes,
    draft: () => server.answerFor(device),
    sign:
      ({ payload, ...rest }, key = server.key(), header = {}) =>
      (nonce) => ({ document: signed({ nonce, ...payload }, key, header), ...rest }),
    answer: ({ body, headers = {}, status = 200 }) => {
      server.state.intercept = async (path, genuine, query) => {
        if (path !== "/sync") return dated(await genuine(), headers["date"]);
        const sent: unknown = typeof body === "function" ? (body as Signed)(query.get("nonce") ?? "") : body;
        const text = typeof sent === "string" ? sent : JSON.stringify(sent);
        return new Response([204, 304].includes(status) ? null : text, {
          status,
          headers: { date: new Date(clock.now()).toUTCString(), etag: '"forged"', ...headers },
        });
      };
      return client.refresh();
    },
    applied: async () => ({
      values: client.all(),
      secrets: client.secrets(),
      onDisk: await readFile(join(fixture.folder, "document.json"), "utf8"),
    }),
  };
}

/** A server has one clock: what it says beside the answer has the same date. */
function dated(answer: Response, date: string | undefined): Response {
  if (date === undefined) return answer;
  const { status, headers, body } = answer;
  return new Response(body, { status, headers: { ...Object.fromEntries(headers), date } });
}

/** With another list of secrets, signed as it is. */
function listing({ payload, secretList, ...rest }: Draft, change: (info: Json) => Json): Draft {
  const text = JSON.stringify((JSON.parse(secretList) as Json[]).map(change));
  return { ...rest, payload: { ...payload, secrets: { hash: sha256(text) } }, secretList: text };
}

/** The answer of a server whose settings are looser, unsigned. */
async function looser(scene: Scene): Promise<Draft> {
  const { state } = scene.server;
  const { values, revision } = state;
  scene.server.change({ "features.telemetry": true, "models.isRestricted": false, "websites.denied": [] });
  const draft = await scene.draft();
  Object.assign(state, { values, revision });
  return draft;
}

describe("a device keeps the last good document when an answer", () => {
  const cases: [string, string, (scene: Scene, loose: Draft) => Answer | Promise<Answer>][] = [
    ["is empty", "unreadable", () => ({ body: "" })],
    ["is an empty object", "unreadable", () => ({ body: {} })],
    ["has no content", "unavailable", () => ({ body: "", status: 204 })],
    ["is a page", "unreadable", () => ({ body: "<html>Sign in to the network</html>" })],
    [
      "is cut short",
      "unreadable",
      ({ sign }, loose) => ({ body: (nonce: string) => JSON.stringify(sign(loose)(nonce)).slice(0, -20) }),
    ],
    [
      "is signed by a key that nobody vouches for",
      "unknown_key",
      ({ sign }, loose) => ({ body: sign(loose, makeServerKey()) }),
    ],
    [
      "is signed by another key under the name of one that is pinned",
      "bad_signature",
      ({ sign, server }, loose) => ({ body: sign(loose, { ...makeServerKey(), kid: server.key().kid }) }),
    ],
    [
      "says that it needs no signature",
      "bad_signature",
      ({ sign }, loose) => {
        const body = (nonce: string) => {
          const { document, ...rest } = sign(loose, undefined, { alg: "none" })(nonce);
          return { ...rest, document: String(document).replace(/[^.]*$/, "") };
        };
        return { body };
      },
    ],
    [
      "is signed as something else",
      "bad_signature",
      ({ sign }, loose) => ({ body: sign(loose, undefined, { typ: "muster-certificate+jwt" }) }),
    ],
    [
      "was changed after it was signed",
      "bad_signature",
      ({ sign }, loose) => {
        const body = (nonce: string) => {
          const { document, ...rest } = sign(loose)(nonce);
          const [head, , signature] = String(document).split(".");
          const payload = Buffer.from(JSON.stringify({ ...loose.payload, nonce, revision: 9 })).toString("base64url");
          return { ...rest, document: `${head}.${payload}.${signature}` };
        };
        return { body };
      },
    ],
    ...(["iss", "aud", "sub", "organization"] as const).map((member): (typeof cases)[number] => [
      `is for another ${member}`,
      "foreign",
      ({ sign }, loose) => ({ body: sign({ ...loose, payload: { ...loose.payload, [member]: "another" } }) }),
    ]),
    [
      "is an older revision",
      "older",
      ({ sign }, loose) => ({ body: sign({ ...loose, payload: { ...loose.payload, revision: 4 } }) }),
    ],
    [
      "is the answer to another request",
      "replayed",
      ({ sign }, loose) => ({ body: () => sign(loose)("the-nonce-of-another-request") }),
    ],
    [
      "is the answer to no request",
      "replayed",
      ({ server }, { payload, ...rest }) => ({ body: { document: signed(payload, server.key()), ...rest } }),
    ],
    [
      "lacks a section",
      "incomplete",
      ({ sign }, { sections: { features: _, ...sections }, ...loose }) => ({ body: sign({ ...loose, sections }) }),
    ],
    [
      "does not name a section",
      "unreadable",
      ({ sign }, { payload, ...rest }) => {
        const { websites: _, ...sections } = payload["sections"] as Json;
        return { body: sign({ ...rest, payload: { ...payload, sections } }) };
      },
    ],
    [
      "has another section than the signed one",
      "hash_mismatch",
      ({ sign }, loose) => ({
        body: sign({ ...loose, sections: { ...loose.sections, models: loose.sections["features"] } }),
      }),
    ],
    [
      "has a section that is no object",
      "unreadable",
      ({ sign }, { payload, sections, ...rest }) => {
        const hashes = { ...(payload["sections"] as Json), features: { hash: sha256("[]") } };
        return {
          body: sign({ ...rest, payload: { ...payload, sections: hashes }, sections: { ...sections, features: "[]" } }),
        };
      },
    ],
    [
      "has another secret than the signed one",
      "hash_mismatch",
      async ({ sign, identity, server, client }, loose) => {
        client.effective("features.telemetry");
        const place = [server.state.organization.id, identity.device, "sec_1", 1];
        const planted = await sealed(identity.sealingKey.x, place, { apiKey: "sk-planted" });
        return { body: sign({ ...loose, secrets: { sec_1: planted } }) };
      },
    ],
    [
      "has a secret that the document gives no hash of",
      "hash_mismatch",
      ({ sign }, loose) => ({ body: sign(listing(loose, ({ hash: _, ...info }) => info)) }),
    ],
    [
      "has a secret that was sealed for another place",
      "sealed_for_another",
      async ({ sign, identity, server }, loose) => {
        const place = [server.state.organization.id, identity.device, "sec_1", 2];
        const other = await sealed(identity.sealingKey.x, place, { apiKey: "sk-other" });
        const listed = listing(loose, (info) => ({ ...info, hash: sha256(other) }));
        return { body: sign({ ...listed, secrets: { sec_1: other } }) };
      },
    ],
    [
      "has another list of secrets than the signed one",
      "hash_mismatch",
      ({ sign }, loose) => ({ body: sign({ ...loose, secretList: "[]" }) }),
    ],
    [
      "has a list of secrets that is none",
      "unreadable",
      ({ sign }, { payload, ...rest }) => ({
        body: sign({ ...rest, payload: { ...payload, secrets: { hash: sha256("{}") } }, secretList: "{}" }),
      }),
    ],
    [
      "lacks a secret that the device does not have",
      "incomplete",
      ({ sign }, loose) => ({ body: sign({ ...listing(loose, (info) => ({ ...info, version: 7 })), secrets: {} }) }),
    ],
    [
      "wants a newer client",
      "version_too_old",
      ({ sign }, { payload, ...rest }) => ({
        body: sign({
          ...rest,
          payload: { ...payload, policy: { ...(payload["policy"] as Json), minimumVersion: "1.2.4" } },
        }),
      }),
    ],
    [
      "is an unsigned wipe",
      "unreadable",
      () => ({ body: { wipe: { reason: "removed", at: "2026-11-27T12:00:00Z" } } }),
    ],
    ...[false, null, 0, "", [], "now"].map((wipe): (typeof cases)[number] => [
      `is a document that says ${JSON.stringify(wipe)} where a wipe would be, and is no whole one`,
      "unreadable",
      ({ sign }, { payload: { sections: _, ...rest }, ...others }) => ({
        body: sign({ ...others, payload: { ...rest, wipe } }),
      }),
    ]),
    [
      "is longer than anything that is signed",
      "too_long",
      ({ sign }, loose) => ({ body: sign({ ...loose, payload: { ...loose.payload, filler: "x".repeat(100_000) } }) }),
    ],
    [
      "is a wipe that somebody else signed",
      "unknown_key",
      ({ sign }, { payload }) => {
        const { sections: _, secrets: __, policy: ___, ...rest } = payload;
        return {
          body: sign(
            { payload: { ...rest, wipe: { reason: "removed", at: "x" } }, sections: {}, secretList: "[]", secrets: {} },
            makeServerKey(),
          ),
        };
      },
    ],
    [
      "is a wipe in answer to another request",
      "replayed",
      ({ server }, { payload }) => {
        const { sections: _, secrets: __, policy: ___, ...rest } = payload;
        return { body: { document: signed({ ...rest, wipe: { reason: "removed", at: "x" } }, server.key()) } };
      },
    ],
    [
      "is a wipe of another device",
      "foreign",
      ({ sign }, { payload }) => {
        const wipe = { ...payload, aud: "dev_another", wipe: { reason: "removed", at: "x" } };
        return { body: sign({ payload: wipe, sections: {}, secretList: "[]", secrets: {} }) };
      },
    ],
  ];

  test.each(cases)("%s", async (_, code, make) => {
    const scene = await restricted();
    const before = await scene.applied();
    const answer = await make(scene, await looser(scene));
    const outcome = await scene.answer(answer);
    expect(outcome).toMatchObject({ kind: code === "unavailable" ? "failed" : "refused" });
    expect(code === "version_too_old" ? [code] : scene.codes).toEqual([code]);
    expect(await scene.applied()).toEqual(before);
  });

  test("has a section that speaks for the settings of another", async () => {
    const scene = await restricted();
    const { payload, sections, ...rest } = await scene.draft();
    const own = JSON.parse(String(sections["websites"])) as Json;
    const websites = JSON.stringify({ ...own, "features.telemetry": { value: true } });
    const hashes = { ...(payload["sections"] as Json), websites: { hash: sha256(websites) } };
    const draft = { ...rest, payload: { ...payload, sections: hashes }, sections: { ...sections, websites } };
    await scene.answer({ body: scene.sign(draft) });
    expect(scene.client.effective("features.telemetry")).toBe(false);
  });

  test("says in an unknown way what applies after too long offline", async () => {
    const scene = await restricted();
    const { payload, ...rest } = await scene.draft();
    const policy = { ...(payload["policy"] as Json), maxOfflineDays: 7, whenStale: "ask" };
    await scene.answer({ body: scene.sign({ ...rest, payload: { ...payload, policy } }) });
    expect(scene.client.status().mode).toBe("current");
    scene.clock.advance(8 * dayMs);
    expect(scene.client.status().mode).toBe("stale");
  });

  test("lacks a part of a list, or has another part than the signed one", async () => {
    const scene = await restricted();
    const before = await scene.applied();
    scene.server.change({ "websites.denied": Array.from({ length: 300 }, (_, i) => `new-${i}.example.com`) });
    for (const body of [undefined, '["a.example.com"]']) {
      scene.server.state.intercept = async (path, genuine) => {
        if (path !== "/sync/lists") return genuine();
        return new Response(body ?? null, { status: body === undefined ? 404 : 200 });
      };
      await scene.client.refresh();
    }
    expect(scene.codes).toEqual(["incomplete", "hash_mismatch"]);
    expect(await scene.applied()).toEqual(before);
  });

  test("names parts that are not the whole list, or that are no names", async () => {
    const scene = await restricted();
    const before = await scene.applied();
    for (const change of [
      (text: string) => text.replace('"count":150', '"count":151'),
      (text: string) => text.replace(/"parts":\["[^"]+"/, '"parts":["../../identity.json/xx"'),
    ]) {
      const { payload, sections, ...rest } = await looser(scene);
      const genuine = String((await scene.draft()).sections["websites"]);
      const websites = change(genuine);
      expect(websites).not.toBe(genuine);
      const hashes = { ...(payload["sections"] as Json), websites: { hash: sha256(websites) } };
      const draft = { ...rest, payload: { ...payload, sections: hashes }, sections: { ...sections, websites } };
      await scene.answer({ body: scene.sign(draft) });
    }
    expect(scene.codes).toEqual(["incomplete", "unreadable"]);
    expect(await scene.applied()).toEqual(before);
  });

  test("is older than a document whose copy was lost", async () => {
    const scene = await restricted();
    const old = scene.sign({ ...(await scene.draft()) });
    scene.clock.advance(minuteMs);
    scene.server.change({ "features.telemetry": false });
    await scene.client.refresh();
    await scene.client.stop();
    await writeFile(join(scene.folder, "document.json"), "");
    scene.server.state.intercept = async (path, genuine, query) =>
      path === "/sync" ? new Response(JSON.stringify(old(query.get("nonce") ?? ""))) : genuine();
    const again = await scene.start();
    expect(await again.refresh()).toMatchObject({ code: "older" });
    expect(again.status().mode).toBe("damaged");
  });

  test("redirects to another server", async () => {
    const [right, other] = [openServer(), openServer()];
    atEnd(await right.listen());
    atEnd(await other.listen());
    right.state.intercept = () =>
      Promise.resolve(new Response(null, { status: 302, headers: { location: other.state.url } }));
    const sent = request(`${right.state.url}/api/v1/sync`, {}, { system, timeoutMs: minuteMs });
    await expect(sent).rejects.toBeInstanceOf(Unreachable);
    expect(other.state.requests).toEqual([]);
  });
});

describe("a clock that is wrong", () => {
  test.each([30, -30, 4_000, -4_000])(
    "by %i days keeps no right answer from being taken, and is reported",
    async (days) => {
      const scene = await restricted();
      scene.skew.ms = days * dayMs;
      scene.server.change({ "features.telemetry": true });
      const date = new Date(0).toUTCString();
      scene.server.state.intercept = async (_, genuine) => dated(await genuine(), date);
      await scene.client.refresh();
      expect(scene.client.effective("features.telemetry")).toBe(true);
      expect(scene.codes).toEqual(["clock_wrong"]);
      // and it is right for the server to sign earlier than before
      scene.skew.ms = 0;
      scene.server.change({ "features.telemetry": false });
      await scene.client.refresh();
      expect(scene.client.effective("features.telemetry")).toBe(false);
    },
  );
});

describe("an answer to an earlier request", () => {
  /** A device with telemetry off, and what a server answers to it that has telemetry on at this moment. */
  async function kept() {
    const fixture = await openFixture();
    Object.assign(fixture.server.state.policy, { maxOfflineDays: 7, whenStale: "strict" });
    const client = await fixture.start();
    await client.refresh();
    const record = async () => {
      let copy: { text: string; headers: Headers } | undefined;
      fixture.server.state.intercept = async (path, genuine) => {
        const answer = await genuine();
        if (path === "/sync" && answer.status === 200) {
          copy = { text: await answer.clone().text(), headers: answer.headers };
        }
        throw new Error("The answer never arrives.");
      };
      await client.refresh();
      const { text = "", headers } = copy ?? {};
      fixture.server.state.intercept = async (path) =>
        path === "/sync" ? new Response(text, { headers: headers ?? {} }) : new Response(null, { status: 503 });
      expect(text).toContain("document");
    };
    return { ...fixture, client, record };
  }

  test("loosens nothing, although its date is as it was", async () => {
    const { server, clock, client, record } = await kept();
    clock.advance(minuteMs);
    server.change({ "features.telemetry": true });
    await record();
    server.change({ "features.telemetry": false });
    clock.advance(60 * dayMs);
    expect(await client.refresh()).toEqual({ kind: "refused", code: "replayed" });
    expect(client.effective("features.telemetry")).toBe(false);
  });

  test("holds off no limit", async () => {
    const { server, clock, client, record } = await kept();
    clock.advance(4 * dayMs);
    await record();
    server.change({ "features.telemetry": false });
    for (let day = 0; day < 4; day++) {
      clock.advance(dayMs);
      expect(await client.refresh()).toEqual({ kind: "refused", code: "replayed" });
    }
    expect(client.status().mode).toBe("stale");
  });
});

describe("files of different moments", () => {
  const file = (folder: string, name: string) => join(folder, `${name}.json`);
  /** A device that was tightened, and its files of before. */
  async function tightened() {
    const fixture = await openFixture();
    const { folder, server, clock } = fixture;
    server.state.values = { "features.telemetry": true };
    const client = await fixture.start();
    await client.refresh();
    const read = (name: string) => readFile(file(folder, name), "utf8");
    const old = { document: await read("document"), state: await read("state") };
    clock.advance(minuteMs);
    server.change({ "features.telemetry": false });
    await client.refresh();
    await client.stop();
    /** An answer of before, as if the request was of now. */
    const answerOld = () => {
      server.state.intercept = async (path, genuine, query) => {
        if (path !== "/sync") return genuine();
        const { signed: document, sections, secretList } = JSON.parse(old.document) as Json;
        const payload = JSON.parse(Buffer.from(String(document).split(".")[1] ?? "", "base64url").toString()) as Json;
        const anew = signed({ ...payload, nonce: query.get("nonce") }, server.key());
        return new Response(JSON.stringify({ document: anew, sections, secretList }));
      };
    };
    return { ...fixture, old, answerOld };
  }

  test.each(["older", "lost"])("whose state is %s let no older document be taken", async (which) => {
    const { folder, old, answerOld, start } = await tightened();
    if (which === "older") await writeFile(file(folder, "state"), old.state);
    else await rm(file(folder, "state"));
    answerOld();
    const client = await start();
    expect(client.effective("features.telemetry")).toBe(false);
    expect(await client.refresh()).toMatchObject({ code: "older" });
    expect(client.effective("features.telemetry")).toBe(false);
  });

  test("whose document is older apply no longer, until there is a right one", async () => {
    const { folder, old, server, start } = await tightened();
    await writeFile(file(folder, "document"), old.document);
    server.state.intercept = () => Promise.reject(new Error("No network."));
    const client = await start();
    expect(client.status().mode).toBe("damaged");
    expect(client.effective("features.telemetry")).toBe(false);
    server.state.intercept = undefined;
    await client.refresh();
    expect(client.status()).toMatchObject({ mode: "current", revision: 2 });
  });

  test("whose document is of another device do not apply", async () => {
    const { folder, server, start } = await openFixture();
    const another = await emptyFolder();
    await linked(server, another);
    for (const each of [folder, another]) {
      const client = await start({ folder: each });
      await client.refresh();
      await client.stop();
    }
    await writeFile(file(folder, "document"), await readFile(file(another, "document"), "utf8"));
    await rm(file(folder, "state"));
    server.state.intercept = () => Promise.reject(new Error("No network."));
    expect((await start()).status().mode).toBe("damaged");
  });

  test.each([
    ["was signed before", -1],
    ["is another of the same second", 0],
  ])("whose document has the same revision and %s apply no longer", async (_, seconds) => {
    const fixture = await openFixture();
    const client = await fixture.start();
    await client.refresh();
    const before = await readFile(file(fixture.folder, "document"), "utf8");
    fixture.clock.advance(-seconds * secondMs);
    // what changes no revision
    fixture.server.state.secrets.push({ id: "sec_1", kind: "openai", name: "Key", version: 1, fields: {} });
    await client.refresh();
    await client.stop();
    await writeFile(file(fixture.folder, "document"), before);
    const again = await fixture.start();
    expect(again.status().mode).toBe("damaged");
  });

  test.each([
    ["was signed by another clock", -2],
    ["is another of the same second", 0],
  ])("apply after a crash between the two, although the newer document %s", async (_, seconds) => {
    const { folder, server, clock, skew, start } = await openFixture();
    const client = await start();
    await client.refresh();
    await client.stop();
    skew.ms = seconds * secondMs;
    server.state.secrets.push({ id: "sec_1", kind: "openai", name: "Key", version: 1, fields: {} });
    const disk = diskFiles(folder);
    let isDown = false;
    const write = async (name: string, text: string) => {
      if (isDown) throw new Error("The process has ended.");
      await disk.write(name, text);
      isDown = name === "document.json";
    };
    const device = await openDevice(
      { app: "Example", appVersion: "1.2.3", folder },
      { ...disk, write },
      clock,
      emitter(),
    );
    await device.following.attempt(0);
    expect(isDown).toBe(true);
    const again = await start();
    expect(again.status().mode).toBe("current");
    expect(again.secrets()).toHaveLength(1);
  });
});

describe("a new key of the server", () => {
  async function rotated(endorse: (scene: Scene, next: ServerKey) => string[]) {
    const scene = await restricted();
    const next = makeServerKey();
    const { state } = scene.server;
    state.endorsements.set(next.kid, endorse(scene, next));
    state.keys.push(next);
    scene.server.change({ "features.telemetry": true });
    await scene.client.refresh();
    return scene;
  }
  const over = ({ kid, x }: ServerKey) => ({ kid, x });
  const vouch = (payload: object, by: ServerKey) => signed(payload, by, { typ: "muster-key+jwt" });

  test("is pinned when a pinned key has signed it", async () => {
    const scene = await rotated(({ server }, next) => [vouch(over(next), server.key())]);
    expect(scene.client.effective("features.telemetry")).toBe(true);
    await scene.client.stop();
    const again = await scene.start();
    expect(again.status().mode).toBe("current");
    const asked = scene.server.state.requests.filter(({ path }) => path === "/sync/keys");
    expect(asked).toHaveLength(1);
  });

  test.each<[string, (scene: Scene, next: ServerKey) => string[]]>([
    ["nobody has signed it", () => []],
    ["it has signed itself", (_, next) => [vouch(over(next), next)]],
    ["it was signed as something else", ({ server }, next) => [signed(over(next), server.key())]],
    ["another key was signed", ({ server }) => [vouch(over(makeServerKey()), server.key())]],
    [
      "a pinned key is only named",
      ({ server }, next) => [vouch(over(next), { ...makeServerKey(), kid: server.key().kid })],
    ],
  ])("is not pinned when %s", async (_, endorse) => {
    const scene = await rotated(endorse);
    expect(scene.codes).toEqual(["unknown_key"]);
    expect(scene.client.effective("features.telemetry")).toBe(false);
  });

  test("is pinned over a key that came and went while the device was offline", async () => {
    const scene = await restricted();
    const [between, last] = [makeServerKey(), makeServerKey()];
    const { state } = scene.server;
    state.endorsements.set(between.kid, [vouch(over(between), scene.server.key())]);
    state.endorsements.set(last.kid, [vouch(over(last), between)]);
    state.keys = [between, last];
    scene.server.change({ "features.telemetry": true });
    await scene.client.refresh();
    expect(scene.client.effective("features.telemetry")).toBe(true);
  });

  test("is not looked for among many, and no signature of them is checked", async () => {
    const scene = await restricted();
    const { state } = scene.server;
    const [pinned, next] = [scene.server.key(), makeServerKey()];
    const forged = vouch(over(next), { ...makeServerKey(), kid: pinned.kid });
    state.endorsements.set(next.kid, [...Array.from({ length: 30_000 }, () => forged), vouch(over(next), pinned)]);
    state.keys.push(next);
    scene.server.change({ "features.telemetry": true });
    await scene.client.refresh();
    expect(scene.client.effective("features.telemetry")).toBe(false);
    state.endorsements.set(next.kid, [vouch(over(next), pinned)]);
    await scene.client.refresh();
    expect(scene.client.effective("features.telemetry")).toBe(true);
    state.keys = [...Array.from({ length: 21 }, makeServerKey), next];
    expect(await endorsed(JSON.stringify({ keys: state.keys }), [over(next)], 0)).toEqual([over(next)]);
  });

  /** A device with two keys of the server. The first one was replaced and ends in an hour, as the second one has signed. */
  async function replaced() {
    const scene = await rotated(({ server }, next) => [vouch(over(next), server.key())]);
    const [old, next] = scene.server.state.keys as [ServerKey, ServerKey];
    const learn = async (exp: number, signedExp = exp, by = next) => {
      const third = makeServerKey();
      const { state } = scene.server;
      state.endorsements.set(third.kid, [vouch(over(third), next)]);
      state.endorsements.set(old.kid, [vouch({ ...over(old), exp: signedExp }, by)]);
      state.keys = [{ ...old, exp }, next, third];
      scene.server.change();
      await scene.client.refresh();
      state.keys = [{ ...old, exp }, next, { ...old, exp }];
      scene.codes.length = 0;
    };
    /** Lets the first key sign a change, and returns what the device says to it. */
    const signedByOld = async () => {
      scene.server.change({ "features.telemetry": scene.server.state.revision % 2 === 0 });
      return scene.client.refresh();
    };
    const inSeconds = (ms: number) => Math.floor((scene.clock.now() + ms) / secondMs);
    return { ...scene, old, next, learn, signedByOld, inSeconds };
  }
  const refused = { kind: "refused", code: "expired_key" };

  test("lets the one that it replaces end", async () => {
    const { server, client, clock, learn, signedByOld, inSeconds } = await replaced();
    await learn(inSeconds(hourMs));
    await signedByOld();
    expect(client.status().revision).toBe(server.state.revision);
    clock.advance(2 * hourMs);
    expect(await signedByOld()).toEqual(refused);
  });

  test("lets the one that it replaces end also for a device that trusted both before", async () => {
    const { server, client, clock, old, next, signedByOld, inSeconds } = await replaced();
    clock.advance(dayMs);
    const exp = inSeconds(hourMs);
    server.state.endorsements.set(old.kid, [vouch({ ...over(old), exp }, next)]);
    server.state.keys = [{ ...old, exp }, next];
    await client.refresh();
    clock.advance(2 * hourMs);
    server.state.keys = [next, old];
    expect(await signedByOld()).toEqual(refused);
  });

  test("gives another one no end that it has not signed, and none that is later", async () => {
    const { server, client, clock, learn, signedByOld, inSeconds } = await replaced();
    await learn(inSeconds(hourMs), inSeconds(2 * hourMs));
    await learn(inSeconds(hourMs), inSeconds(hourMs), makeServerKey());
    clock.advance(2 * hourMs);
    await signedByOld();
    expect(client.status().revision).toBe(server.state.revision);
    await learn(inSeconds(hourMs));
    await learn(inSeconds(100 * dayMs));
    clock.advance(2 * hourMs);
    expect(await signedByOld()).toEqual(refused);
  });

  test("is not pinned when the one that vouches for it has ended", async () => {
    const { server, client, clock, codes, old, next, learn, inSeconds } = await replaced();
    await learn(inSeconds(hourMs));
    clock.advance(2 * hourMs);
    const planted = makeServerKey();
    server.state.endorsements.set(planted.kid, [vouch(over(planted), old)]);
    server.state.keys = [old, next, planted];
    server.change({ "features.telemetry": false });
    expect(await client.refresh()).toMatchObject({ code: "unknown_key" });
    expect(codes).toContain("unknown_key");
  });

  test("ends also for a device whose clock was turned back to before that", async () => {
    const { server, client, clock, skew, old, next, learn, signedByOld, inSeconds } = await replaced();
    await learn(inSeconds(hourMs));
    clock.advance(2 * hourMs);
    server.state.keys = [old, next];
    server.change();
    await client.refresh();
    expect(client.status().revision).toBe(server.state.revision);
    clock.advance(-3 * hourMs);
    skew.ms = 3 * hourMs;
    server.state.keys = [next, old];
    expect(await signedByOld()).toEqual(refused);
  });

  test("locks no device out whose clock is far ahead, for any longer than that", async () => {
    const { server, client, clock, skew, old, next, learn, signedByOld, inSeconds } = await replaced();
    await learn(inSeconds(90 * dayMs));
    clock.advance(1_000 * dayMs);
    skew.ms = -1_000 * dayMs;
    const { revision } = client.status();
    expect(await signedByOld()).toEqual(refused);
    expect(client.status()).toMatchObject({ revision });
    // the current key has no end
    server.state.keys = [old, next];
    server.change();
    await client.refresh();
    expect(client.status().revision).toBe(server.state.revision);
    clock.advance(-1_000 * dayMs);
    skew.ms = 0;
    server.state.keys = [next, old];
    await signedByOld();
    expect(client.status().revision).toBe(server.state.revision);
  });

  test("signs nothing after it has expired", async () => {
    const scene = await restricted();
    const next = makeServerKey();
    const exp = (scene.clock.now() + hourMs) / secondMs;
    const { state } = scene.server;
    state.endorsements.set(next.kid, [vouch({ ...over(next), exp }, scene.server.key())]);
    state.keys.push({ ...next, exp });
    scene.server.change({ "features.telemetry": true });
    await scene.client.refresh();
    expect(scene.client.effective("features.telemetry")).toBe(true);
    scene.clock.advance(2 * hourMs);
    scene.server.change({ "features.processing": false });
    await scene.client.refresh();
    expect(scene.codes).toEqual(["expired_key"]);
  });
});

test(`nothing is loosened by ${runs} answers that are old, foreign, forged, changed or cut`, async () => {
  const scene = await restricted();
  const { server, clock } = scene;
  const before = await scene.applied();
  const old = { ...(await scene.draft()) };
  old.payload = { ...old.payload, revision: 4 };
  const loose = await looser(scene);
  const stranger = makeServerKey();

  const member = fc.constantFrom(...Object.keys(loose.payload));
  const junk = fc.oneof(
    fc.constant(null),
    fc.integer(),
    fc.string({ maxLength: 20 }),
    fc.constant([]),
    fc.constant({}),
  );
  const base = fc.constantFrom(old, loose);
  /** A wrong signature over anything, or a right one over what is not for this device, or old. */
  const unsigned = fc.record({
    draft: base,
    name: member,
    value: junk,
    how: fc.constantFrom("stranger", "named", "body"),
  });
  const foreign = fc.record({
    draft: base,
    name: fc.constantFrom("iss", "aud", "sub", "organization"),
    value: fc.string({ maxLength: 30 }),
  });
  const bodies = fc.oneof(
    unsigned.map(({ draft, name, value, how }): unknown => {
      const payload = { ...draft.payload, [name]: value };
      const key = how === "named" ? { ...stranger, kid: server.key().kid } : stranger;
      if (how !== "body") return scene.sign({ ...draft, payload }, key);
      return (nonce: string) => {
        const genuine = { nonce, ...draft.payload };
        const [head, , signature] = signed(genuine, server.key()).split(".");
        const changed = Buffer.from(JSON.stringify({ ...genuine, [name]: value })).toString("base64url");
        // a member that is as it was leaves the text as it was
        const isSame = JSON.stringify(payload) === JSON.stringify(draft.payload);
        return {
          ...scene.sign(draft, stranger)(nonce),
          ...(!isSame && { document: `${head}.${changed}.${signature}` }),
        };
      };
    }),
    foreign.map(({ draft, name, value }): unknown =>
      scene.sign({ ...draft, payload: { ...draft.payload, [name]: value } }),
    ),
    fc
      .record({ draft: base, revision: fc.integer({ min: 0, max: 4 }) })
      .map(({ draft, revision }): unknown => scene.sign({ ...draft, payload: { ...draft.payload, revision } })),
    fc
      .record({
        draft: base,
        sections: fc.dictionary(
          fc.constantFrom("features", "models", "sources", "websites"),
          fc.oneof(junk, fc.json()),
        ),
      })
      .map(({ draft, sections }): unknown => scene.sign({ ...draft, sections })),
    fc
      .record({ draft: base, cut: fc.double({ min: 0, max: 0.999, noNaN: true }) })
      .map(({ draft, cut }): unknown => (nonce: string) => {
        const text = JSON.stringify(scene.sign(draft)(nonce));
        return text.slice(0, Math.floor(text.length * cut));
      }),
    // what was right for another request
    fc
      .record({ draft: base, nonce: fc.oneof(junk, fc.string({ minLength: 16, maxLength: 64 })) })
      .map(({ draft, nonce }): unknown => scene.sign({ ...draft, payload: { ...draft.payload, nonce } })),
    fc.json(),
    junk,
  );
  const headers = fc.record(
    {
      date: fc.integer({ min: -400, max: 400 }).map((days) => new Date(clock.now() + days * dayMs).toUTCString()),
      "muster-poll-seconds": fc.constantFrom("0", "-1", "x", "1e99"),
      "x-settings-revision": fc.constantFrom("0", "999"),
      "retry-after": fc.constantFrom("0", "1e9", "x"),
    },
    { requiredKeys: [] },
  );
  const status = fc.constantFrom(200, 200, 200, 200, 200, 204, 301, 304, 400, 404, 410, 429, 500, 503);
  await fc.assert(
    fc.asyncProperty(bodies, headers, status, async (body, headers, status) => {
      const isNothing = body === undefined || body === null;
      await scene.answer({ body: isNothing ? "null" : body, headers, status });
      expect(scene.client.all()).toEqual((before as { values: unknown }).values);
      expect(scene.client.secrets()).toEqual((before as { secrets: unknown }).secrets);
    }),
    { numRuns: runs },
  );
  expect(scene.codes).not.toContain("wiped");
  expect(await scene.applied()).toEqual(before);

  server.state.intercept = undefined;
  server.change({ "features.telemetry": true });
  await scene.client.refresh();
  expect(scene.client.effective("features.telemetry")).toBe(true);
});
