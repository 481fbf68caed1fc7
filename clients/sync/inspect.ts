import { isFieldKey } from "@muster/settings/fields.ts";
import { NotLinked, notLinked } from "./client.ts";
import { diskFiles } from "./files.ts";
import { readIdentity } from "./identity.ts";
import { type KeyStore, keyStoreOf } from "./key-store.ts";
import { remember } from "./memory.ts";
import { countReceipts } from "./receipts.ts";
import { type Status, statusOf } from "./status.ts";
import { explain, explainAll, modeNow, type Why } from "./values.ts";

/**
 * Reads what a device has on disk, also while another process follows its settings. Changes nothing.
 * @throws NotLinked
 */
export async function inspect({
  folder,
  keyStore,
  now = Date.now(),
}: {
  folder: string;
  keyStore?: KeyStore;
  now?: number;
}): Promise<{ status: Status; why: (key: string) => Why | undefined }> {
  const files = diskFiles(folder);
  const identity = await readIdentity(keyStore ?? keyStoreOf(files));
  if (!identity) throw new NotLinked(notLinked);
  const memory = await remember(files, identity, now);
  const pendingReceipts = await countReceipts(files, now);
  const mode = modeNow(memory, now);
  return {
    status: statusOf(identity, memory, { now, pendingReceipts }),
    why: (key) => (isFieldKey(key) ? explain(key, memory.held, mode) : explainAll(memory.held, mode)[key]),
  };
}
