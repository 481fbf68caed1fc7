import type * as ID from "../base/id.ts";
import { epoch, queues, table } from "../kernel/ports.ts";
import { readOnly } from "../kernel/stored.ts";
import { writeUnless } from "../kernel/write-unless.ts";
import { settingKeys } from "../setting/keys.ts";
import { GeneralRow } from "../setting/row.ts";
import { absent, put, when } from "../table/table.ts";
import { notificationKeys } from "./keys.ts";
import { keptSeconds } from "./limits.ts";
import type { Draft } from "./rules.ts";
import { failures } from "./write.ts";

type Organization = ID.ID<"organization">;

// What owners are notified of about payment also goes to the billing address of their organization, which may be nobody's
// account.

// Functions

/** Queues one mail for a notification about payment, if there is a billing address. It may be repeated. */
export async function mailBilling(
  organization: Organization,
  notification: ID.ID<"notification">,
  { kind, until }: Pick<Draft, "kind" | "until">,
): Promise<void> {
  if ((await billingEmailOf(organization)) === undefined) return;
  const item = { kind, mail: "queued" as const, ttl: epoch(keptSeconds), ...(until !== undefined && { until }) };
  // threat: a repeated event sends a mail about payment twice
  const first = when(absent, failures.exists);
  await writeUnless(failures.exists, put(notificationKeys.billingMail(organization, notification), item, first));
  await queues.send("mail", [{ kind: "billing", organization, notification }]);
}

/** Returns where mails about payment go besides owners. */
export async function billingEmailOf(organization: Organization): Promise<string | undefined> {
  const row = await table.get(settingKeys.section(organization, "general"));
  return row && readOnly(GeneralRow, row).value.contact?.billingEmail;
}
