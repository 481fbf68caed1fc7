import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  sign,
} from "node:crypto";
import { promisify } from "node:util";
import type { Signer } from "@muster/core/kernel/signer-port.ts";
import type { KeyStore } from "./keys.ts";

// What KMS is to a deployment, this is to a local run: Ed25519 keys in a file. No bundle for Lambda holds this.

/** On another core, where a change goes to thousands of devices. */
const signElsewhere = promisify(sign);

/** Makes the text of a new store: one key, as a list of JSON Web Keys, the current one first. */
export const newSigningKeys = (): string => JSON.stringify([newKey()]);

/** Adds a key. Documents are signed by it from now on, and the keys before vouch for it. */
export const withNewSigningKey = (text: string): string => JSON.stringify([newKey(), ...keysIn(text)]);

/** Signs by the keys of a store, which is read at each use. */
export function signerOf(store: Pick<KeyStore, "read">): Signer {
  let known: { text: string; keys: Map<string, KeyObject> } | undefined;

  /** Reading keys costs more than signing. */
  function keys(): Map<string, KeyObject> {
    const text = store.read();
    if (known?.text !== text) {
      const found = keysIn(text).map((key) => [publicOf(key), createPrivateKey({ key, format: "jwk" })] as const);
      known = { text, keys: new Map(found) };
    }
    return known.keys;
  }

  return {
    hasQuota: () => false,
    publicKeys: async () => [...keys().keys()],
    async sign(publicKey, data) {
      const key = keys().get(publicKey);
      if (!key) throw new Error("This is no signing key of the deployment.");
      return signElsewhere(null, data, key);
    },
  };
}

const newKey = () => generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
const keysIn = (text: string) => JSON.parse(text) as JsonWebKey[];
const publicOf = (key: JsonWebKey) => String(createPublicKey({ key, format: "jwk" }).export({ format: "jwk" }).x);
