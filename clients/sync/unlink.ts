import { checkHandlers, type Emitter, emitter, type Handlers } from "./events.ts";
import { diskFiles, type Files } from "./files.ts";
import { KeysDamaged } from "./identity.ts";
import { type KeyStore, keyStoreOf } from "./key-store.ts";
import { takeLock } from "./lock.ts";
import { checkApp, openDevice, type Place } from "./open.ts";
import { system as ownSystem, type System } from "./system.ts";
import { removeLeftovers, unlinked } from "./wiping.ts";

export type UnlinkOptions = Place & {
  /** Removes what the embedding client has kept of the organization's. The server is told "wiped" afterwards. */
  on: Pick<Handlers, "wipe">;
};

/**
 * Removes the document, secrets and keys of this device, and tells the server so if it can be reached. Its member revokes it
 * in the account. Keys that cannot be read are removed too: nobody can be told then.
 * @throws NotLinked, or Locked if a process follows the settings in this folder, or what `on.wipe` threw, or why a file
 * cannot be removed: then call it again
 */
export async function unlink(options: UnlinkOptions): Promise<{ isReported: boolean }> {
  checkApp(options);
  checkHandlers(options.on);
  const system: System = { ...ownSystem, ...options.system };
  const files = diskFiles(options.folder);
  const events = emitter({ wipe: options.on.wipe });
  const lock = await takeLock(options.folder, system, () => {});
  try {
    const device = await openDevice(options, files, system, events).catch((error: unknown) => {
      // threat: a key store that fails keeps a device from being unlinked
      if (!(error instanceof KeysDamaged)) throw error;
    });
    if (device) return await device.following.leave();
    await removeUnread(files, options.keyStore ?? keyStoreOf(files), { events, at: system.now() });
    return { isReported: false };
  } finally {
    await lock.release();
  }
}

async function removeUnread(files: Files, keyStore: KeyStore, { events, at }: { events: Emitter; at: number }) {
  const failure = await events.tell("wipe", { reason: unlinked, at: new Date(at).toISOString() });
  // threat: keys that cannot be read are gone before the embedding client has removed its own
  if (failure) throw failure;
  await removeLeftovers(files);
  await keyStore.remove();
}
