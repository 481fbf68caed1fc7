import { createPrivateKey, createPublicKey, generateKeyPairSync, type JsonWebKey, sign } from "node:crypto";
import type { Signer } from "@muster/core/kernel/signer-port.ts";
import type { KeyStore } from "./keys.ts";

// What KMS is to a deployment, this is to a local run: Ed25519 keys in a file. No bundle for Lambda holds this.

/** What a new store holds: one key, as a list of JSON Web Keys, the current one first. */
export const newSigningKeys = (): string => JSON.stringify([newKey()]);

/** Adds a key. Documents are signed by it from now on, and the keys before vouch for it. */
export const withNewSigningKey = (text: string): string => JSON.stringify([newKey(), ...keysIn(text)]);

/** Signs by the keys of a store, which is read at each use. */
export function signerOf(store: Pick<KeyStore, "read">): Signer {
  return {
    publicKeys: async () => keysIn(store.read()).map(publicOf),
    async sign(publicKey, data) {
      const key = keysIn(store.read()).find((one) => publicOf(one) === publicKey);
      if (!key) throw new Error("This is no signing key of the deployment.");
      return sign(null, data, createPrivateKey({ key, format: "jwk" }));
    },
  };
}

const newKey = () => generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
const keysIn = (text: string) => JSON.parse(text) as JsonWebKey[];
const publicOf = (key: JsonWebKey) => String(createPublicKey({ key, format: "jwk" }).export({ format: "jwk" }).x);
