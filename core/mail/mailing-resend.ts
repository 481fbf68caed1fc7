import * as ID from "../base/id.ts";
import type { AddressRow } from "../invitation/row.ts";
import { resendable } from "../invitation/shape.ts";
import { queues, table } from "../kernel/ports.ts";
import type { Page, Position } from "../table/table.ts";
import { mailKeys } from "./keys.ts";
import * as Mailing from "./mailing.ts";
import type { MailingRow } from "./row.ts";
import type { MailStatus } from "./shape.ts";

// Mails of an import that are requested again: with the mailing that they were in, which counts them once.

/** Mailings that one page looks at, and mails that it names; the last mailing of a page may have more. */
const mailingsPerPage = 500;
const mailsPerPage = 100;

/** Those of one mailing, which are between two of its positions, the second one exclusive. */
export type Some = { mailing: Mailing.Named; addresses: ID.ID<"address">[]; range: Range };
type Range = { from: number; to: number };

/** Returns mails of an import that have a status, by mailing, a page at a time. */
export async function having(
  { organization, import: id }: Omit<Mailing.Named, "seq">,
  { status, start }: { status: MailStatus; start: Position | undefined },
): Promise<Page<Some>> {
  const { items, next } = await table.query({
    ...mailKeys.mailings(id),
    limit: mailingsPerPage,
    start,
    consistent: true,
  });
  const found: Some[] = [];
  let count = 0;
  for (const row of items) {
    const { letters: codes, pk, sk } = row;
    if (!codes.includes(Mailing.statusCodes[status])) continue;
    const mailing = { organization, import: id, seq: seqOf(row) };
    const addresses = (await Mailing.invited(mailing)).filter((_, i) => codes[i] === Mailing.statusCodes[status]);
    found.push({ mailing, addresses, range: rangeOf(codes, [status]) });
    count += addresses.length;
    // threat: a page of an import's failed emails skips mailings
    if (count >= mailsPerPage) return { items: found, next: row === items.at(-1) ? next : { pk, sk } };
  }
  return { items: found, next };
}

/** Shows that mails of a mailing wait again, and queues them. Can be repeated. */
export async function resend(mailing: Mailing.Named): Promise<void> {
  const row = await table.get(mailKeys.mailing(mailing.import, mailing.seq));
  if (!row) return; // long over
  // threat: some that are sent again are never counted
  // threat: the reaction to a resend reads whole mailings
  const range = rangeOf(row.letters, ["queued", ...resendable]);
  // threat: the end of a pause forgets what was requested during it while others counted
  await Mailing.recount(mailing, range);
  // threat: emails before those that are sent again are looked at, too
  await queues.send("bulk", [Object.assign(sending(mailing), { from: range.from })]);
}

/** Returns where the mails that have one of these statuses begin and end. */
function rangeOf(codes: string, statuses: readonly MailStatus[]): Range {
  const wanted = statuses.map((status) => Mailing.statusCodes[status]);
  const found = [...codes].flatMap((code, i) => (wanted.includes(code) ? [i] : []));
  return { from: found[0] ?? codes.length, to: (found.at(-1) ?? codes.length - 1) + 1 };
}

/** Returns the message that sends its mails. */
export const sending = ({ organization, import: id, seq }: Mailing.Named): Mailing.Send => ({
  job: "send",
  organization,
  import: id,
  seq,
  from: 0,
});

/** Returns the position of its event in the organization's log. */
export const seqOf = ({ sk }: MailingRow): number => Number(sk.slice("mail#".length));

/** Returns the mailing that an invitation's email counts in, if an import made it. */
export function mailingOf({ sk: organization, src, mailing }: AddressRow): Mailing.Named | undefined {
  return mailing !== undefined && ID.is("import", src) ? { organization, import: src, seq: mailing } : undefined;
}

// threat: a changed invitation of an import is never emailed after a pause of its organization
/** Returns whether its email leaves with its mailing. What was changed since is emailed by itself. */
export const isBulk = ({ line, changeSrc }: AddressRow): boolean => line !== undefined && changeSrc === undefined;
