import type * as ID from "../base/id.ts";
import type * as Mail from "../mail/row.ts";
import { counter, position } from "./key-text.ts";
import { type Key, type Range, rowName } from "./table.ts";

type Import = ID.ID<"import">;

/** Those of mails. The picture is in keys.ts. */
export const mailKeys = {
  suppression: (address: ID.ID<"address">): Key<Mail.BlockRow> => ({ pk: address, sk: "#mail" }),
  importMails: (id: Import): Key<Mail.ImportMailsRow> => ({ pk: id, sk: "#mails" }),
  mailing: (id: Import, seq: number): Key<Mail.MailingRow> => ({ pk: id, sk: `mail#${position(seq)}` }),
  mailings: (id: Import): Range<Mail.MailingRow> => ({ pk: id, prefix: "mail#" }),
  sendTokens: (): Key<Mail.SendTokensRow> => counter("mails", "slots", 0),
  mailBudget: (name: string): Key<Mail.MailBudgetRow> => counter("mail-budget", name, 0),
  /** Of an organization or an account by the week, of codes from a network by the hour. */
  mailOutcomes: (
    who: ID.ID<"organization"> | ID.ID<"account"> | `codes of ${string}`,
    period: number,
  ): Key<Mail.MailOutcomesRow> => counter("mail-outcomes", who, period),
  /** @param day on which the provider did not take it, such as 2026-12-01 */
  backlog: (day: string, kind: string, mail: Key): Key<Mail.BacklogRow> => ({
    pk: backlogOf(day, kind),
    sk: rowName(mail),
  }),
  backlogs: (day: string, kind: string): Range<Mail.BacklogRow> => ({ pk: backlogOf(day, kind) }),
  slowness: (): Key<Mail.SlownessRow> => counter("mails", "slowness", 0),
};

const backlogOf = (day: string, kind: string) => `backlog#${day}#${kind}`;
