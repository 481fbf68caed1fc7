import type { ID } from "../base/id.ts";
import { instant, table } from "../kernel/ports.ts";
import { writeUnless } from "../kernel/write-unless.ts";
import { present, update, when } from "../table/table.ts";
import { mailKeys } from "./keys.ts";
import { failures } from "./mailing.ts";
import { isQuiet } from "./mailing-state.ts";

// What the row of an import says of mails that wait.

/** Records that the mails of an import wait for the account's quota, until it is checked again. */
export const waitForQuota = (id: ID<"import">, waitsUntil: string): Promise<void> =>
  table.write(update(mailKeys.importMails(id), { set: { waitsUntil, queuedAt: instant() } }));

/**
 * Records now and then that mails of an import are on the queue, so that they are not taken for given up.
 * @param since from when on the provider has taken none of them, if they wait for it
 */
export async function keepQueued(id: ID<"import">, since?: string): Promise<void> {
  const row = await table.get(mailKeys.importMails(id));
  if (!row || !isQuiet(row)) return;
  const set = { queuedAt: instant(), ...(since !== undefined && { waitsSince: row.waitsSince ?? since }) };
  await writeUnless(failures.queued, update(mailKeys.importMails(id), { set }, when(present, failures.queued)));
}
