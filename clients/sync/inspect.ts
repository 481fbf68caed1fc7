import { diskFiles } from "./files.ts";
import { readIdentity } from "./identity.ts";
import { type KeyStore, keyStoreOf } from "./key-store.ts";
import { remember } from "./memory.ts";
import { countReceipts } from "./receipts.ts";
import { type Status, statusOf } from "./status.ts";
import { modeNow } from "./values.ts";
import { whyOf } from "./why.ts";

/**
 * Reads what a device has on disk, also while another process follows its settings. Changes nothing.
 * @throws NotLinked, KeysDamaged
 */
export async function inspect({
  folder,
  keyStore,
  now = Date.now(),
}: {
  folder: string;
  keyStore?: KeyStore;
  now?: number;
}): Promise<{ status: Status; why: ReturnType<typeof whyOf> }> {
  const files = diskFiles(folder);
  const identity = await readIdentity(keyStore ?? keyStoreOf(files));
  const memory = await remember(files, identity, now);
  const pendingReceipts = await countReceipts(files, { device: identity.device, now: () => now });
  const mode = modeNow(memory, now);
  return {
    status: statusOf(identity, memory, { now, pendingReceipts }),
    why: whyOf(() => ({ held: memory.held, mode })),
  };
}
