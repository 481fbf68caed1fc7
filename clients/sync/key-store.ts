import { diskFiles, type Files } from "./files.ts";

/**
 * Keeps one text that nobody else may read: the device's private keys and its token, about 2 kB of JSON. Implement it with
 * the platform's key store where there is one, such as Electron's `safeStorage`. A write is whole or has not happened.
 */
export type KeyStore = {
  read: () => Promise<string | undefined>;
  write: (text: string) => Promise<void>;
  remove: () => Promise<void>;
};

/** A file of mode 0600. */
export function fileKeyStore(folder: string): KeyStore {
  return keyStoreOf(diskFiles(folder));
}

export function keyStoreOf(files: Files): KeyStore {
  const name = "identity.json";
  return {
    read: () => files.read(name),
    write: (text) => files.write(name, text),
    remove: () => files.remove(name),
  };
}
