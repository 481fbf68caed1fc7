import type * as ID from "../base/id.ts";
import { counter, position } from "../table/key-text.ts";
import { type Key, type Range, rowName } from "../table/table.ts";
import type {
  BacklogRow,
  BlockRow,
  ImportMailsRow,
  MailBudgetRow,
  MailingRow,
  MailOutcomesRow,
  SendTokensRow,
  SlownessRow,
} from "./row.ts";

type Import = ID.ID<"import">;

export const mailKeys = {
  /** Bounces and complaints of an address. */
  suppression: (address: ID.ID<"address">): Key<BlockRow> => ({ pk: address, sk: "#mail" }),
  /** Counts of its mails, and their pause. Expires after 90 days. */
  importMails: (id: Import): Key<ImportMailsRow> => ({ pk: id, sk: "#mails" }),
  /** The mails of one of its events. Expires after 90 days. */
  mailing: (id: Import, seq: number): Key<MailingRow> => ({ pk: id, sk: `mail#${position(seq)}` }),
  mailings: (id: Import): Range<MailingRow> => ({ pk: id, prefix: "mail#" }),
  /** Tokens of send slots. Expires an hour after use. */
  sendTokens: (): Key<SendTokensRow> => counter("mails", "slots", 0),
  /** Until when a budget of mails is used up. Expires 30 days after use. */
  mailBudget: (name: string): Key<MailBudgetRow> => counter("mail-budget", name, 0),
  /**
   * Outcomes of invitation mails by sender (by the week, 3 weeks), of codes to strangers by network (by the hour, 3
   * hours).
   */
  mailOutcomes: (
    who: ID.ID<"organization"> | ID.ID<"account"> | `codes of ${string}`,
    period: number,
  ): Key<MailOutcomesRow> => counter("mail-outcomes", who, period),
  /** A row whose mail waited or failed on a day such as 2026-12-01. Expires 9 days later. */
  backlog: (day: string, kind: string, mail: Key): Key<BacklogRow> => ({
    pk: backlogOf(day, kind),
    sk: rowName(mail),
  }),
  backlogs: (day: string, kind: string): Range<BacklogRow> => ({ pk: backlogOf(day, kind) }),
  /** A rate that is lower. Expires an hour after use. */
  slowness: (): Key<SlownessRow> => counter("mails", "slowness", 0),
};

const backlogOf = (day: string, kind: string) => `backlog#${day}#${kind}`;
