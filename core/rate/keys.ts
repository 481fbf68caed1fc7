import type * as ID from "../base/id.ts";
import { counter } from "../table/key-text.ts";
import type { Key } from "../table/table.ts";
import type { CountRow, MailBudgetRow, MailOutcomesRow, SendTokensRow, SlownessRow } from "./row.ts";

export const rateKeys = {
  /** Counters of one limit. Expires after 2 windows. */
  limit: (name: string, who: string, window: number): Key<CountRow> => counter(name, who, window),
  /** Tokens of send slots. Expires an hour after use. */
  sendTokens: (): Key<SendTokensRow> => counter("mails", "slots", 0),
  /** The time until which a budget of mails is used up. Expires 30 days after use. */
  mailBudget: (name: string): Key<MailBudgetRow> => counter("mail-budget", name, 0),
  /**
   * Outcomes of invitation mails by sender (by the week, 3 weeks), of codes to strangers by network (by the hour, 3
   * hours).
   */
  mailOutcomes: (
    who: ID.ID<"organization"> | ID.ID<"account"> | `codes of ${string}`,
    period: number,
  ): Key<MailOutcomesRow> => counter("mail-outcomes", who, period),
  /** A rate that is lower. Expires an hour after use. */
  slowness: (): Key<SlownessRow> => counter("mails", "slowness", 0),
};
