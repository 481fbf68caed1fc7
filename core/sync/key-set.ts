import * as v from "valibot";
import { daySeconds } from "../base/duration.ts";
import { Integer } from "../base/shape.ts";
import { fn } from "../kernel/fn.ts";
import { epoch, signer } from "../kernel/ports.ts";
import { keyId, signJws } from "./jws.ts";
import { replacedKeyDays, replacedKeyPeriodDays } from "./limits.ts";

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
  /** Its use: signatures. */
  use: v.literal("sig"),
  /** The key itself, as base64url. */
  x: v.string(),
  /**
   * The end of the key, in seconds since 1970, if another one has replaced it: from then on it signs nothing, and
   * vouches for nothing. Believe it only if an endorsement says so, and never a later time than one that you know.
   */
  exp: v.optional(Integer),
  /**
   * A signature of this key, with its `kid`, `x`, and `exp`, by each of the others. A client trusts a new key only by one of
   * a key that it knows.
   */
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
  const exp = endOfReplaced();
  const of = [exp, ...all].join();
  if (kept?.of === of) return kept.keys;
  // threat: a key that was replaced never ends
  // threat: the current key ends, and with it all devices
  const keys = await Promise.all(all.map((x, i) => described(x, all, i === 0 ? {} : { exp })));
  kept = { of, keys };
  return keys;
}

/**
 * Returns when a key ends that is not the current one. Later, the longer it is listed: a device that was offline learns
 * of the new key by it. The same for a while, so that its signatures are.
 */
function endOfReplaced(): number {
  const period = replacedKeyPeriodDays * daySeconds;
  return Math.ceil((epoch() + replacedKeyDays * daySeconds) / period) * period;
}

async function described(x: string, all: readonly string[], end: { exp?: number }): Promise<SigningKey> {
  const kid = keyId(x);
  const others = all.filter((other) => other !== x);
  const endorsements = await Promise.all(others.map((other) => signJws(typ, { kid, x, ...end }, other)));
  return { kid, kty: "OKP", crv: "Ed25519", alg: "EdDSA", use: "sig", x, ...end, endorsements };
}
