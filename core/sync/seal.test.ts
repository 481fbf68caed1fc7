import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256, OpenError } from "@hpke/core";
import { beforeAll, expect, test } from "vitest";
import { sealTo } from "./seal.ts";

// Opened by another implementation of RFC 9180 than the one that seals.
const suite = new CipherSuite({
  kem: new DhkemX25519HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes256Gcm(),
});
const place = { organization: "org_1", device: "dev_1", secret: "sec_1", version: 3 };
const bytes = (text: string) => new TextEncoder().encode(text).buffer;
const info = bytes("muster secret v1");
let pair: Awaited<ReturnType<typeof suite.kem.generateKeyPair>>;
let publicKey: string;
beforeAll(async () => {
  pair = await suite.kem.generateKeyPair();
  publicKey = Buffer.from(await suite.kem.serializePublicKey(pair.publicKey)).toString("base64url");
});

async function open(sealed: string, aad: unknown[], recipientKey = pair): Promise<string> {
  const raw = Buffer.from(sealed, "base64url");
  const [enc, text] = [raw.subarray(0, 32), raw.subarray(32)].map((part) => new Uint8Array(part).buffer) as [
    ArrayBuffer,
    ArrayBuffer,
  ];
  const recipient = await suite.createRecipientContext({ recipientKey, enc, info });
  return Buffer.from(await recipient.open(text, bytes(JSON.stringify(aad)))).toString();
}

test("a secret opens for its device, in its place", async () => {
  const sealed = await sealTo(publicKey, place, "sk-secret");
  expect(await open(sealed, ["org_1", "dev_1", "sec_1", 3])).toBe("sk-secret");
});

test.each([
  ["another organization", ["org_2", "dev_1", "sec_1", 3]],
  ["another device", ["org_1", "dev_2", "sec_1", 3]],
  ["another secret", ["org_1", "dev_1", "sec_2", 3]],
  ["another version", ["org_1", "dev_1", "sec_1", 2]],
])("it opens for nothing of %s", async (_, aad) => {
  const sealed = await sealTo(publicKey, place, "sk-secret");
  await expect(open(sealed, aad)).rejects.toThrow(OpenError);
});

test("it opens by no other key, and not after a change; it differs each time", async () => {
  const [sealed, again] = [await sealTo(publicKey, place, "sk-secret"), await sealTo(publicKey, place, "sk-secret")];
  expect(sealed).not.toBe(again);
  const aad = ["org_1", "dev_1", "sec_1", 3];
  await expect(open(sealed, aad, await suite.kem.generateKeyPair())).rejects.toThrow(OpenError);
  const raw = Buffer.from(sealed, "base64url");
  raw[40] = (raw[40] ?? 0) ^ 1;
  await expect(open(raw.toString("base64url"), aad)).rejects.toThrow(OpenError);
});
