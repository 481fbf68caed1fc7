import { createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { sha256 } from "@muster/core/base/hash.ts";
import * as ID from "@muster/core/base/id.ts";
import { linking } from "@muster/core/device/linked.ts";
import * as Token from "@muster/core/device/token.ts";
import { provide } from "@muster/core/kernel/context.ts";
import { bind } from "@muster/core/kernel/ports.ts";
import * as Member from "@muster/core/member/member.ts";
import { put } from "@muster/core/table/table.ts";
import { syncApp } from "@muster/functions/api/sync-app.ts";
import { newSigningKeys, signerOf } from "@muster/local/signing-keys.ts";
import type { Deployment } from "./deployment.ts";

// Devices and the API that they ask.

const devicesUrl = "https://muster.example";
const rowsAtOnce = 400;

export type Device = {
  id: ID.ID<"device">;
  token: string;
  etag: string;
  have: string;
  /** The fields with which its receipts name the document that it got. */
  about: { document: string; revision: number };
  seq: number;
  key: KeyObject;
};
export type SyncApi = Awaited<ReturnType<typeof openSync>>;

/** The API of devices, with keys of its own, and the public one of them. */
export async function openSync() {
  const signingKeys = newSigningKeys();
  const signer = signerOf({ read: () => signingKeys });
  bind({ signer });
  const [x = ""] = await signer.publicKeys();
  const publicKey = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
  return { api: syncApp({ url: devicesUrl, secure: true }), publicKey };
}

/** Members with a device each, as the domain links them. */
export async function link(
  { table, founder }: Deployment,
  organization: ID.ID<"organization">,
  size: number,
): Promise<Device[]> {
  const { privateKey: key, publicKey } = generateKeyPairSync("ed25519");
  const sealing = generateKeyPairSync("x25519").publicKey.export({ format: "jwk" }).x;
  const signingKey = publicKey.export({ format: "jwk" }).x;
  const described = { name: "Bench", platform: "linux" as const, app: "bench", appVersion: "1.0.0" };
  const keys = { signingKey: String(signingKey), sealingKey: String(sealing) };
  const devices: Device[] = [];
  let steps: Promise<void>[] = [];
  for (let number = 0; number < size; number++) {
    const account = ID.derive("account", `${organization} ${number}`);
    const email = `member.${number}@example.com`;
    const { key: place, item } = Member.joined(organization, { account, email, name: "Bench", color: "teal" }, "read");
    const device = ID.create("device");
    const token = Token.derive({ account, organization, device }, device);
    const linkSteps = await provide({ actor: founder }, async () =>
      linking({ account, organization, device }, { ...described, ...keys }, sha256(token)),
    );
    steps.push(table.write(put(place, item)).then(() => table.write(...linkSteps)));
    devices.push({ id: device, token, etag: "", have: "", about: { document: "", revision: 0 }, seq: 0, key });
    if (steps.length < rowsAtOnce / 4) continue;
    await Promise.all(steps);
    steps = [];
  }
  await Promise.all(steps);
  return devices;
}
