import { randomBytes } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import {
  type KeyContext,
  type KeyMaker,
  type KeyOpener,
  type KeyRotator,
  Unreadable,
} from "@muster/core/kernel/keys-port.ts";
import { keyBytes } from "@muster/core/key/envelope.ts";
import { openBytes } from "@muster/core/key/open.ts";
import { sealBytes } from "@muster/core/key/seal.ts";

// What KMS is to a deployment, these are to a local run: wrapping keys in a file. No bundle for Lambda holds this.

/** Wrapping keys by name, and the name of the current one. */
type Content = { current: string; keys: Record<string, string> };
/** The place of wrapping keys, as text. */
export type KeyStore = { read: () => string; write: (text: string) => void };

/** Makes the text of a new store: one wrapping key. */
export const newKeys = (): string => JSON.stringify(withNewKey({ current: "", keys: {} }));

/** The file that holds them. An operator's command replaces it while functions run. */
export const keyFile = (path: string): KeyStore => ({
  read: () => readFileSync(path, "utf8"),
  write: (text) => {
    writeFileSync(`${path}.new`, text, { mode: 0o600 });
    renameSync(`${path}.new`, path);
  },
});

/** The same in memory, for tests. */
export function memoryKeys(): KeyStore {
  let kept = newKeys();
  return {
    read: () => kept,
    write: (text) => {
      kept = text;
    },
  };
}

/** Wraps data keys by the keys of a store, which is read at each use. */
export function keysOf(store: KeyStore): KeyMaker & KeyOpener & KeyRotator {
  const read = () => JSON.parse(store.read()) as Content;
  const write = (content: Content) => store.write(JSON.stringify(content));

  function unwrap(wrapped: string, context: KeyContext): Buffer {
    const [name = "", sealed = ""] = wrapped.split(".");
    const key = read().keys[name];
    if (key === undefined) throw new Unreadable("The wrapping key of this data key is gone.");
    return openBytes(Buffer.from(key, "base64url"), aadOf(name, context), Buffer.from(sealed, "base64url"));
  }

  return {
    generate: async (context) => {
      const key = randomBytes(keyBytes);
      return { key, wrapped: wrap(read(), key, context) };
    },
    unwrap: async (wrapped, context) => unwrap(wrapped, context),
    renew: async () => write(withNewKey(read())),
    rewrap: async (wrapped, context) => wrap(read(), unwrap(wrapped, context), context),
    retire: async () => {
      const { current, keys } = read();
      write({ current, keys: { [current]: keys[current] ?? "" } });
    },
  };
}

function wrap({ current, keys }: Content, key: Uint8Array, context: KeyContext): string {
  const wrapping = Buffer.from(keys[current] ?? "", "base64url");
  return `${current}.${sealBytes(wrapping, aadOf(current, context), key).toString("base64url")}`;
}

const aadOf = (name: string, { organization, dataKey }: KeyContext): Buffer =>
  Buffer.from(JSON.stringify(["v1", organization, "dek", dataKey, name]));

function withNewKey({ keys }: Content): Content {
  const current = `key_${randomBytes(6).toString("hex")}`;
  return { current, keys: { ...keys, [current]: randomBytes(keyBytes).toString("base64url") } };
}
