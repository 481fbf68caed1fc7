import { generateKeyPairSync, sign } from "node:crypto";
import { request, test } from "@playwright/test";
import { call } from "./api.ts";
import type { Client } from "./fixtures.ts";

const grant_type = "urn:ietf:params:oauth:grant-type:device_code";
const raw = ({ x = "" }: { x?: string }) => x;
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
const sections = ["features", "models", "sources", "websites"];

type Said = {
  section: string;
  state: string;
  revision: number;
  code?: string;
  message?: string;
  key?: string;
};

/** A client that links a device of the person who is signed in, asks for settings, and reports what it is told to. */
export async function linkDevice(owner: Client, organization: string, more: { name: string; platform: string }) {
  const [signing, sealing] = [generateKeyPairSync("ed25519"), generateKeyPairSync("x25519")];
  const client = await request.newContext({ baseURL: String(test.info().project.use.baseURL) });
  const { device_code, user_code } = await call<{ device_code: string; user_code: string }>(
    client,
    "POST",
    "/device-authorization",
    {
      clientName: "muster-agent",
      deviceName: more.name,
      platform: more.platform,
      appVersion: "1.0.0",
      signingKey: raw(signing.publicKey.export({ format: "jwk" })),
      sealingKey: raw(sealing.publicKey.export({ format: "jwk" })),
    },
  );
  await call(owner.request, "POST", "/device-authorization/approve", { userCode: user_code, organization });
  const linked = await client.post("/api/v1/device-token", { data: { grant_type, device_code } });
  const { access_token, device } = (await linked.json()) as { access_token: string; device: string };
  const headers = { authorization: `Bearer ${access_token}` };
  let seq = 0;

  /** Returns the hash of the document that applies now, which receipts name. */
  async function documentNow(): Promise<string> {
    const answer = await client.get("/api/v1/sync", { headers });
    const { document } = (await answer.json()) as { document: string };
    const [, payload = ""] = document.split(".");
    return (JSON.parse(Buffer.from(payload, "base64url").toString()) as { document?: string }).document ?? "";
  }
  function signed(document: string, said: Said) {
    const about = { app: "muster-agent", appVersion: "1.0.0", platform: more.platform, at: new Date().toISOString() };
    const payload = { seq: ++seq, device, organization, document, ...said, ...about };
    const text = `${part({ alg: "EdDSA", typ: "muster-receipt+jwt" })}.${part(payload)}`;
    return `${text}.${sign(null, Buffer.from(text), signing.privateKey).toString("base64url")}`;
  }
  async function report(...said: Said[]) {
    const document = await documentNow();
    const receipts = said.map((one) => signed(document, one));
    const answer = await client.post("/api/v1/sync/receipts", { headers, data: { receipts } });
    if (!answer.ok()) throw new Error(await answer.text());
    const { rejected } = (await answer.json()) as { rejected: object[] };
    if (rejected.length > 0) throw new Error(`Receipts were refused: ${JSON.stringify(rejected)}.`);
  }
  return {
    report,
    sync: async () => (await client.get("/api/v1/sync", { headers })).json() as Promise<{ secrets?: object }>,
    confirmWipe: () => report({ section: "device", state: "wiped", revision: 0 }),
    close: () => client.dispose(),
    enforce: (revision: number) => report(...sections.map((section) => ({ section, state: "enforced", revision }))),
  };
}
