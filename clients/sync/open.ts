import type { Emitter } from "./events.ts";
import type { Files } from "./files.ts";
import { follower } from "./follower.ts";
import { readIdentity, signingKeyOf } from "./identity.ts";
import { type KeyStore, keyStoreOf } from "./key-store.ts";
import { remember } from "./memory.ts";
import { thisPlatform } from "./platform.ts";
import { openReceipts } from "./receipts.ts";
import { openSession } from "./session.ts";
import type { System } from "./system.ts";

/** A client on a device: where its files are, and what the server is told about it. */
export type Place = {
  /** One folder per client. */
  folder: string;
  /** The name of the embedding client, at most 60 characters. */
  app: string;
  /** Its version, three numbers and perhaps more: "2.10.0", "2.10.0-beta.1". An organization may want a newer one. */
  appVersion: string;
  platform?: "macos" | "windows" | "linux" | "other" | undefined;
  /** A file of mode 0600 in the folder, if it is left out. */
  keyStore?: KeyStore | undefined;
  /** Replacements of the network, the clock and so on. */
  system?: Partial<System> | undefined;
};

/** The forms that the server takes. It takes nothing of a client with another version or name. */
const versionForm = /^\d+\.\d+\.\d+([.+-][\w.+-]*)?$/;
const nameForm = /^\P{C}+$/u;
const [maxName, maxVersion] = [60, 40];

/** @throws TypeError if the server would not take what a client says of itself */
export function checkApp({ app, appVersion }: Pick<Place, "app" | "appVersion">): void {
  if (typeof app !== "string" || app.trim() === "" || app.length > maxName || !nameForm.test(app)) {
    throw new TypeError(`app is the name of your client, at most ${maxName} characters.`);
  }
  // threat: the server rejects all receipts of a client for its version
  if (typeof appVersion !== "string" || appVersion.length > maxVersion || !versionForm.test(appVersion)) {
    throw new TypeError(`appVersion is like "2.10.0" or "2.10.0-beta.1", not "${appVersion}".`);
  }
}

/** Opens what a device has on disk. @throws NotLinked, KeysDamaged */
export async function openDevice(place: Place, files: Files, system: System, events: Emitter) {
  const { app, appVersion, platform = thisPlatform(), keyStore = keyStoreOf(files) } = place;
  const identity = await readIdentity(keyStore);
  const { device, organization } = identity;
  const session = openSession(identity, keyStore, system);
  const signer = { device, organization: organization.id, app, appVersion, platform, now: system.now };
  const receipts = await openReceipts(files, { ...signer, key: signingKeyOf(identity) });
  const memory = await remember(files, identity, system.now());
  const forgetKeys = () => keyStore.remove();
  const following = follower(memory, { files, session, receipts, events, system, appVersion, forgetKeys });
  return { identity, session, receipts, memory, following };
}
