import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign as signBytes,
  verify as verifyBytes,
} from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from "@hpke/core";
import { type FieldKey, fieldKeys, sectionOf, sections, type Values } from "@muster/settings/fields.ts";
import { isInForce, resolve } from "@muster/settings/resolve.ts";
import { dayMs } from "./system.ts";

// A server by the contract, of other parts than the client: signatures by node:crypto, seals by @hpke/core.

export type ServerKey = { kid: string; x: string; privateKey: KeyObject; exp?: number };
export type Json = Record<string, unknown>;
export type SecretRow = { id: string; kind: string; name: string; version: number; fields: Json };
export type Receipt = Json & { seq: number; section: string; state: string; document: string; revision: number };
type Device = { id: string; token: string; nextToken?: string; signingKey: string; sealingKey: string };

const base64url = (bytes: Uint8Array | string) => Buffer.from(bytes).toString("base64url");
export const sha256 = (text: string) => createHash("sha256").update(text).digest("base64url");
const ulid = () => randomBytes(20).toString("hex").toUpperCase().slice(0, 26);

export function makeServerKey(): ServerKey {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const { x = "" } = publicKey.export({ format: "jwk" });
  return { kid: sha256(JSON.stringify({ crv: "Ed25519", kty: "OKP", x })), x, privateKey };
}

/** A compact JWS, by the standard alone. */
export function signed(payload: unknown, key: ServerKey, header: Json = {}): string {
  const head = { alg: "EdDSA", kid: key.kid, typ: "muster-document+jwt", ...header };
  const text = `${base64url(JSON.stringify(head))}.${base64url(JSON.stringify(payload))}`;
  return `${text}.${base64url(signBytes(null, Buffer.from(text), key.privateKey))}`;
}

/** Returns what a device has signed, or throws. */
export function verified(jws: string, x: string, type: string): Json {
  const [head = "", body = "", signature = ""] = jws.split(".");
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
  const { alg, typ } = JSON.parse(Buffer.from(head, "base64url").toString()) as Json;
  const isRight = verifyBytes(null, Buffer.from(`${head}.${body}`), key, Buffer.from(signature, "base64url"));
  if (!isRight || alg !== "EdDSA" || typ !== type) throw new Error("The signature is not right.");
  return JSON.parse(Buffer.from(body, "base64url").toString()) as Json;
}

export async function sealed(sealingKey: string, aad: unknown, fields: Json): Promise<string> {
  const suite = new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
  const recipientPublicKey = await suite.kem.importKey("raw", new Uint8Array(Buffer.from(sealingKey, "base64url")));
  const sender = await suite.createSenderContext({
    recipientPublicKey,
    info: new TextEncoder().encode("muster secret v1"),
  });
  const text = await sender.seal(
    new TextEncoder().encode(JSON.stringify(fields)),
    new TextEncoder().encode(JSON.stringify(aad)),
  );
  return base64url(Buffer.concat([new Uint8Array(sender.enc), new Uint8Array(text)]));
}

export type Server = ReturnType<typeof openServer>;
const inlineEntries = 100;

export function openServer({ now = Date.now }: { now?: () => number } = {}) {
  const state = {
    url: "https://muster.example",
    keys: [makeServerKey()],
    endorsements: new Map<string, string[]>(),
    account: `acc_${ulid()}`,
    organization: { id: `org_${ulid()}`, name: "Acme" },
    revision: 1,
    values: {} as Partial<Values>,
    secrets: [] as SecretRow[],
    policy: { pollSeconds: 1_800, maxOfflineDays: 7, whenStale: "keep", minimumVersion: "0.0.0" } as Json,
    /** The seconds over which devices spread their return. */
    spreadSeconds: 0,
    wipe: undefined as { reason: string; at: string } | undefined,
    devices: new Map<string, Device>(),
    receipts: [] as Receipt[],
    requests: [] as { path: string; headers: Headers; status: number; at: number }[],
    parts: new Map<string, string>(),
    /** Answers instead of the server, once or always. */
    intercept: undefined as
      | ((path: string, genuine: () => Promise<Response>, query: URLSearchParams) => Promise<Response>)
      | undefined,
    /** True to say only what the first servers said. */
    isOlder: false,
    waiting: new Set<() => void>(),
    /** The answers to linking, with the first request and the last one. */
    linking: undefined as { answers: (() => Response)[]; first?: Json; body?: Json } | undefined,
  };

  const key = () => state.keys.at(-1) as ServerKey;

  function sectionTexts(): Record<string, string> {
    const entries = Object.fromEntries(Object.entries(state.values).map(([name, value]) => [name, { value }]));
    const effective = resolve([{ kind: "organization", entries }]);
    const shown = (name: FieldKey) => {
      const resolved = { ...effective[name], isInForce: isInForce(name, effective) } as Json;
      const { value } = resolved;
      if (!Array.isArray(value) || value.length <= inlineEntries) return resolved;
      const half = Math.ceil(value.length / 2);
      const texts = [value.slice(0, half), value.slice(half)].map((list) => JSON.stringify(list));
      for (const text of texts) state.parts.set(sha256(text).slice(0, 22), text);
      const { value: _, ...rest } = resolved;
      return { ...rest, parts: texts.map((text) => sha256(text).slice(0, 22)), count: value.length };
    };
    return Object.fromEntries(
      sections.map((section) => [
        section,
        JSON.stringify(
          Object.fromEntries(fieldKeys.filter((one) => sectionOf(one) === section).map((one) => [one, shown(one)])),
        ),
      ]),
    );
  }

  const secretListFor = (sealedTexts: Record<string, string>) =>
    JSON.stringify(
      state.secrets.map(({ fields: _, ...info }) => {
        const text = sealedTexts[info.id];
        return { ...info, ...(text !== undefined && { hash: sha256(text) }) };
      }),
    );

  /** Returns the content of a document. Tests change it before it is signed. */
  async function payloadFor(device: Device, sealedTexts: Record<string, string>, nonce: string | null): Promise<Json> {
    const seconds = Math.floor(now() / 1_000);
    const common = {
      iss: state.url,
      aud: device.id,
      sub: state.account,
      organization: state.organization.id,
      iat: seconds,
      exp: seconds + dayMs / 1_000,
      ...(nonce !== null && { nonce }),
    };
    if (state.wipe) return { ...common, wipe: state.wipe };
    const hashes = Object.fromEntries(
      Object.entries(sectionTexts()).map(([section, text]) => [section, { hash: sha256(text) }]),
    );
    const versions = state.secrets.map(({ id, version }) => `${id}:${version}`);
    const document = sha256(
      JSON.stringify([state.organization.id, state.revision, hashes, versions, state.policy["minimumVersion"]]),
    );
    const secrets = { hash: sha256(secretListFor(sealedTexts)) };
    const { revision, policy } = state;
    return { ...common, revision, sections: hashes, secrets, policy, document };
  }

  /** The answer for a client that has nothing, as an object. */
  async function answerFor(device: Device, query = new URLSearchParams()) {
    const listed = (name: string) => (query.get(name) ?? "").split(",").map((one) => one.split(":"));
    const have = new Map(listed("have") as [string, string][]);
    const haveSecrets = new Map(listed("secrets") as [string, string][]);
    const wanted = state.secrets.filter(({ id, version }) => haveSecrets.get(id) !== String(version));
    const texts: Record<string, string> = {};
    for (const { id, version, fields } of wanted) {
      texts[id] = await sealed(device.sealingKey, [state.organization.id, device.id, id, version], fields);
    }
    const payload = await payloadFor(device, texts, query.get("nonce"));
    const given = Object.entries(sectionTexts()).filter(([section, text]) => have.get(section) !== sha256(text));
    return { payload, sections: Object.fromEntries(given), secretList: secretListFor(texts), secrets: texts };
  }

  const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
    new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json", ...headers } });
  const dated = (response: Response) => {
    response.headers.set("date", new Date(now()).toUTCString());
    return response;
  };

  async function sync(url: URL, headers: Headers, device: Device): Promise<Response> {
    const { payload, ...rest } = await answerFor(device, url.searchParams);
    const common = {
      "muster-poll-seconds": String(state.policy["pollSeconds"]),
      "x-settings-revision": String(state.revision),
      ...(device.nextToken && { "muster-device-token": device.nextToken }),
      ...(state.spreadSeconds > 0 && { "muster-spread-seconds": String(state.spreadSeconds) }),
    };
    const etag = `"${sha256(JSON.stringify([payload["document"], state.policy, state.wipe]))}"`;
    if (headers.get("if-none-match") !== etag) {
      const body = state.wipe ? { document: signed(payload, key()) } : { document: signed(payload, key()), ...rest };
      return json(200, body, { ...common, etag });
    }
    const wait = Number(url.searchParams.get("wait") ?? 0);
    const hasChanged = wait > 0 && (await changeWithin(wait * 1_000));
    if (hasChanged) {
      url.searchParams.delete("wait");
      return sync(url, headers, device);
    }
    return new Response(null, { status: 304, headers: common });
  }

  const changeWithin = (ms: number) =>
    new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => done(false), ms).unref();
      const done = (hasChanged: boolean) => {
        clearTimeout(timer);
        state.waiting.delete(notify);
        resolve(hasChanged);
      };
      const notify = () => done(true);
      state.waiting.add(notify);
    });

  function receive(text: string, device: Device): Response {
    const { receipts } = JSON.parse(text) as { receipts: string[] };
    const own = state.receipts.filter((one) => one["device"] === device.id);
    const known = Math.max(0, ...own.map(({ seq }) => seq));
    const read = receipts.map((one) => verified(one, device.signingKey, "muster-receipt+jwt") as Receipt);
    for (const receipt of read) {
      if (receipt["device"] !== device.id) throw new Error("A receipt of another device.");
      if (receipt.seq > known) state.receipts.push(receipt);
    }
    const headers = { "x-settings-revision": String(state.revision) };
    const received = Math.max(known, ...read.map(({ seq }) => seq));
    const had = state.isOlder ? {} : { receivedBefore: known };
    return json(200, { received, ...had, rejected: [] }, headers);
  }

  const keySet = () =>
    state.keys.map(({ kid, x, exp }) => ({
      kid,
      x,
      exp,
      kty: "OKP",
      crv: "Ed25519",
      alg: "EdDSA",
      use: "sig",
      endorsements: state.endorsements.get(kid) ?? [],
    }));

  function link(body: string): Response {
    const { linking } = state;
    if (!linking) return json(404, {});
    linking.body = JSON.parse(body) as Json;
    linking.first ??= linking.body;
    return linking.answers.shift()?.() ?? json(500, {});
  }

  async function answer(url: URL, init: { method: string; headers: Headers; body: string }): Promise<Response> {
    const path = url.pathname.replace("/api/v1", "");
    if (path === "/sync/keys") return json(200, { keys: keySet() });
    if (path.startsWith("/device-")) return link(init.body);
    const token = init.headers.get("authorization")?.replace("Bearer ", "");
    const device = [...state.devices.values()].find((one) => one.token === token || one.nextToken === token);
    if (!device) return json(401, { code: "session.unauthenticated" });
    if (device.nextToken === token) {
      device.token = token as string;
      delete device.nextToken;
    }
    const isOther = [...url.searchParams.keys()].some((name) => !/^(have|secrets|nonce|wait|name)$/.test(name));
    if (isOther) return json(400, { code: "input.invalid" });
    if (path === "/sync") return sync(url, init.headers, device);
    if (path === "/sync/receipts") return receive(init.body, device);
    const part = path === "/sync/lists" ? state.parts.get(url.searchParams.get("name") ?? "") : undefined;
    return part === undefined ? json(404, {}) : new Response(part, { status: 200 });
  }

  async function handle(href: string, init: { method?: string; headers?: Headers; body?: string }): Promise<Response> {
    const url = new URL(href);
    const { method = "GET", headers = new Headers(), body = "" } = init;
    const genuine = async () => dated(await answer(url, { method, headers, body }));
    const response = await (state.intercept
      ? state.intercept(url.pathname.replace("/api/v1", ""), genuine, url.searchParams)
      : genuine());
    state.requests.push({
      path: url.pathname.replace("/api/v1", "") + url.search,
      headers,
      status: response.status,
      at: now(),
    });
    return response;
  }

  return {
    state,
    key,
    answerFor,
    json,
    /** The client's `fetch`. */
    fetch: (href: string, init: RequestInit): Promise<Response> => {
      const { method, headers, body, signal } = init;
      const answered = handle(href, {
        headers: new Headers(headers),
        ...(method && { method }),
        ...(typeof body === "string" && { body }),
      });
      const aborted = new Promise<never>((_, reject) => {
        signal?.addEventListener("abort", () => reject(new DOMException("Aborted", "AbortError")));
      });
      return Promise.race([answered, aborted]);
    },
    /** Changes settings: one revision. */
    change: (values: Partial<Values> = {}) => {
      state.values = { ...state.values, ...values };
      state.revision += 1;
      for (const notify of state.waiting) notify();
    },
    notify: () => {
      for (const notify of state.waiting) notify();
    },
    /** Takes in a device as linking does. */
    admit: (keys: { signingKey: string; sealingKey: string }): Device => {
      const id = ulid();
      const device = { id: `dev_${id}`, token: tokenOf(id), ...keys };
      state.devices.set(device.id, device);
      return device;
    },
    tokenOf,
    /** Listens on this machine. */
    listen: async () => {
      const server = createServer((request, response) => {
        void (async () => {
          let body = "";
          for await (const chunk of request) body += String(chunk);
          const headers = new Headers(request.headers as Record<string, string>);
          const init = { method: request.method ?? "GET", headers, body };
          const answered = await handle(`${state.url}${request.url}`, init).catch(() => undefined);
          if (!answered) return request.destroy();
          response.writeHead(answered.status, Object.fromEntries(answered.headers));
          response.end(await answered.text());
        })();
      });
      await new Promise<void>((resolve) => {
        server.listen(0, "127.0.0.1", resolve);
      });
      state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      return async () => {
        server.closeAllConnections();
        await new Promise((resolve) => {
          server.close(resolve);
        });
      };
    },
  };
}

function tokenOf(device: string): string {
  return `mst_dev_${ulid()}${ulid()}${device}${randomBytes(24).toString("hex")}A`;
}
