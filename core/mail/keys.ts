import type * as ID from "../base/id.ts";
import { position } from "../table/key-text.ts";
import { type Key, type Range, rowName } from "../table/table.ts";
import type { BacklogRow, BlockRow, ImportMailsRow, MailingRow } from "./row.ts";

type Import = ID.ID<"import">;

export const mailKeys = {
  /** Bounces and complaints of an address. */
  suppression: (address: ID.ID<"address">): Key<BlockRow> => ({ pk: address, sk: "#mail" }),
  /** Counts of its mails, and their pause. Expires after 90 days. */
  importMails: (id: Import): Key<ImportMailsRow> => ({ pk: id, sk: "#mails" }),
  /** The mails of one of its events. Expires after 90 days. */
  mailing: (id: Import, seq: number): Key<MailingRow> => ({ pk: id, sk: `mail#${position(seq)}` }),
  mailings: (id: Import): Range<MailingRow> => ({ pk: id, prefix: "mail#" }),
  /** A row whose mail waited or failed on a day such as 2026-12-01. Expires 9 days later. */
  backlog: (day: string, kind: string, mail: Key): Key<BacklogRow> => ({
    pk: backlogOf(day, kind),
    sk: rowName(mail),
  }),
  backlogs: (day: string, kind: string): Range<BacklogRow> => ({ pk: backlogOf(day, kind) }),
};

const backlogOf = (day: string, kind: string) => `backlog#${day}#${kind}`;
