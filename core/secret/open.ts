import type * as ID from "../base/id.ts";
import { Unreadable } from "../kernel/keys-port.ts";
import { keys, table } from "../kernel/ports.ts";
import { wrappedKeys } from "../key/keys.ts";
import { open } from "../key/open.ts";
import type { SecretRow } from "./row.ts";
import type { Values } from "./shape.ts";

/**
 * Returns all fields of a version of a secret. One function of a deployment may unwrap data keys, and so run this.
 * @throws Unreadable if its data key was deleted, or if anything of it belongs elsewhere; key.unavailable
 */
export async function openVersion(
  { organization, id, kind }: { organization: ID.ID<"organization">; id: ID.ID<"secret">; kind: string },
  { version, sealed, dataKey }: Pick<SecretRow, "version" | "sealed" | "dataKey">,
): Promise<Values> {
  const row = await table.get(wrappedKeys.dataKey(organization, dataKey));
  if (!row) throw new Unreadable("The data key of this secret was deleted.");
  const key = await keys.unwrap(row.wrapped, { organization, dataKey });
  try {
    return JSON.parse(open(key, { organization, kind, id, version, dataKey }, sealed)) as Values;
  } finally {
    key.fill(0);
  }
}
