import { AEAD_AES_256_GCM, CipherSuite, KDF_HKDF_SHA256, KEM_DHKEM_X25519_HKDF_SHA256 } from "hpke";

// A secret travels sealed to one device (RFC 9180): between Muster and the device nobody can read it.

const suite = new CipherSuite(KEM_DHKEM_X25519_HKDF_SHA256, KDF_HKDF_SHA256, AEAD_AES_256_GCM);
const info = new TextEncoder().encode("muster secret v1");

/** The place of a sealed secret. It opens nowhere else. */
export type Place = { organization: string; device: string; secret: string; version: number };

/** Seals a text to a device. @param sealingKey its raw X25519 key as base64url */
export async function sealTo(sealingKey: string, place: Place, text: string): Promise<string> {
  const key = await suite.DeserializePublicKey(new Uint8Array(Buffer.from(sealingKey, "base64url")));
  // threat: a sealed key opens in another place
  const sealed = await suite.Seal(key, new TextEncoder().encode(text), { info, aad: aadOf(place) });
  return Buffer.concat([sealed.encapsulatedSecret, sealed.ciphertext]).toString("base64url");
}

const aadOf = ({ organization, device, secret, version }: Place) =>
  new TextEncoder().encode(JSON.stringify([organization, device, secret, version]));
