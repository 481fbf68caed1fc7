import { compactVerify, importJWK } from "jose";

const algorithm = "EdDSA";

/** The type of a device's signed receipt. */
export const receiptTyp = "muster-receipt+jwt";

/**
 * Returns what reads the payload of a JWS that this key has signed for this purpose; it returns nothing of any other.
 * @param x the raw key as base64url
 */
export function verifier(typ: string, x: string): (jws: string) => Promise<unknown> {
  let key: ReturnType<typeof importJWK> | undefined;
  return async (jws) => {
    try {
      key ??= importJWK({ kty: "OKP", crv: "Ed25519", x }, algorithm);
      const { payload, protectedHeader } = await compactVerify(jws, await key, { algorithms: [algorithm] });
      // threat: a document is signed for another purpose than the one it is shown for
      return protectedHeader.typ === typ ? JSON.parse(new TextDecoder().decode(payload)) : undefined;
    } catch {
      return undefined; // no JWS, by another key, or not JSON
    }
  };
}
