import * as v from "valibot";
import { fn } from "../kernel/fn.ts";
import { signer } from "../kernel/ports.ts";
import { keyId, signJws } from "./jws.ts";

// The keys by which clients recognize documents. A client keeps those that it was linked with, and takes another one
// only if one of these vouches for it.

const typ = "muster-key+jwt";

/** A public key of the deployment, as a JSON Web Key (RFC 7517). */
export const SigningKey = v.object({
  /** The id of the key: its thumbprint by RFC 7638. */
  kid: v.string(),
  /** The family of the key. */
  kty: v.literal("OKP"),
  /** Its curve. */
  crv: v.literal("Ed25519"),
  /** The algorithm of its signatures. */
  alg: v.literal("EdDSA"),
  /** What it is for: signatures. */
  use: v.literal("sig"),
  /** The key itself, as base64url. */
  x: v.string(),
  /** A signature of this key by each of the others. A client trusts a new key only by one of a key that it knows. */
  endorsements: v.array(v.string()),
});
export type SigningKey = v.InferOutput<typeof SigningKey>;

/** Kept while the keys are the same: what is signed twice has the same signature. */
let kept: { of: string; keys: SigningKey[] } | undefined;

/** Returns the public keys that documents are signed with, the current one first. */
export const signingKeys = fn(
  "sync.signingKeys",
  {
    input: v.strictObject({}),
    output: v.object({
      /** The keys, the current one first. */
      keys: v.array(SigningKey),
    }),
  },
  async () => ({ keys: await keySet() }),
);

/** Returns the same inside the server. */
export async function keySet(): Promise<SigningKey[]> {
  const all = await signer.publicKeys();
  const of = all.join();
  if (kept?.of === of) return kept.keys;
  const keys = await Promise.all(all.map((x) => described(x, all)));
  kept = { of, keys };
  return keys;
}

async function described(x: string, all: readonly string[]): Promise<SigningKey> {
  const kid = keyId(x);
  const others = all.filter((other) => other !== x);
  const endorsements = await Promise.all(others.map((other) => signJws(typ, { kid, x }, other)));
  return { kid, kty: "OKP", crv: "Ed25519", alg: "EdDSA", use: "sig", x, endorsements };
}
