import { sha256 } from "../base/hash.ts";
import { signer } from "../kernel/ports.ts";

// What is signed here is read by clients: a JWS in its compact form (RFC 7515), by Ed25519 (RFC 8037).

const algorithm = "EdDSA";

/** Returns the id of a public key: its thumbprint (RFC 7638). @param x the raw key as base64url */
export const keyId = (x: string): string => sha256(JSON.stringify({ crv: "Ed25519", kty: "OKP", x }));

/** Signs a payload by a key of the deployment, its current one if none is named. @throws key.unavailable */
export async function signJws(typ: string, payload: object, by?: string): Promise<string> {
  const x = by ?? (await signer.publicKeys())[0];
  if (x === undefined) throw new Error("The deployment has no signing key.");
  const text = [{ alg: algorithm, kid: keyId(x), typ }, payload].map(encoded).join(".");
  return `${text}.${Buffer.from(await signer.sign(x, Buffer.from(text))).toString("base64url")}`;
}

const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
