import { compactVerify, importJWK } from "jose";

const algorithm = "EdDSA";

/** What a device signs. */
export const receiptTyp = "muster-receipt+jwt";

/**
 * Returns the payload of a JWS that this key has signed for this purpose, or nothing.
 * @param x the raw key as base64url
 */
export async function verifyJws(typ: string, jws: string, x: string): Promise<unknown> {
  try {
    const key = await importJWK({ kty: "OKP", crv: "Ed25519", x }, algorithm);
    const { payload, protectedHeader } = await compactVerify(jws, key, { algorithms: [algorithm] });
    return protectedHeader.typ === typ ? JSON.parse(new TextDecoder().decode(payload)) : undefined;
  } catch {
    return undefined; // no JWS, by another key, or not JSON
  }
}
