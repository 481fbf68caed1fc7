import * as HPKE from "hpke";
import type { Identity } from "./identity.ts";
import { isRecord, parse } from "./read.ts";
import { Refusal } from "./refusal.ts";

// Secrets on the wire: HPKE (RFC 9180), base mode, sealed to the key of one device.

const encapsulatedBytes = 32;
const info = new TextEncoder().encode("muster secret v1");
const suite = () =>
  new HPKE.CipherSuite(HPKE.KEM_DHKEM_X25519_HKDF_SHA256, HPKE.KDF_HKDF_SHA256, HPKE.AEAD_AES_256_GCM);

/** Returns the fields of a secret, as JSON text. @throws Refusal if it was sealed for something else */
export async function openSealed(
  identity: Identity,
  { id, version }: { id: string; version: number },
  sealed: string,
): Promise<string> {
  const { organization, device, sealingKey } = identity;
  const bytes = Buffer.from(sealed, "base64url");
  const aad = new TextEncoder().encode(JSON.stringify([organization.id, device, id, version]));
  const text = await openBytes(sealingKey, bytes, aad).catch(() => undefined);
  if (text === undefined || !isRecord(parse(text))) {
    throw new Refusal("sealed_for_another", "A secret does not open with the key of this device.");
  }
  return text;
}

async function openBytes({ x, d }: Identity["sealingKey"], bytes: Buffer, aad: Uint8Array): Promise<string> {
  const cipher = suite();
  // the library wants both keys, unless the private one may be exported again
  const pair = {
    privateKey: await cipher.DeserializePrivateKey(Buffer.from(d, "base64url"), false),
    publicKey: await cipher.DeserializePublicKey(Buffer.from(x, "base64url")),
  };
  const [encapsulated, text] = [bytes.subarray(0, encapsulatedBytes), bytes.subarray(encapsulatedBytes)];
  return new TextDecoder().decode(await cipher.Open(pair, encapsulated, text, { aad, info }));
}
