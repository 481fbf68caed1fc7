import type * as ID from "../base/id.ts";
import type { Actor } from "../kernel/actor.ts";
import type { OrganizationRow } from "../organization/row.ts";
import type { Step } from "../table/table.ts";
import type { Answers, Command } from "./commands.ts";
import type { Snapshot } from "./observe.ts";
import type { Checkout, Op, Row } from "./row.ts";
import type { Side } from "./shape.ts";
import type { Own } from "./subscriptions.ts";

// What a decision about an organization is made from, and what it is.

/**
 * `made`: Stripe has applied the change. `waits`: for its payment. `over`: it will have no effect. `unsent`: Stripe does
 * not know it. `unclear`: Stripe must be asked again later. `failed`: Stripe keeps an error for its key. `refused`: Stripe
 * does not make it. Of one that is paid by an invoice, `drafted`: the invoice is not final. `givenUp`: nobody is to pay it.
 */
export type StateOfChange =
  | "made"
  | "drafted"
  | "givenUp"
  | "waits"
  | "over"
  | "unsent"
  | "unclear"
  | "failed"
  | "refused";

export type Given = {
  organization: ID.ID<"organization">;
  organizationRow: OrganizationRow;
  row: Row;
  snapshot: Snapshot;
  /** The answers of Stripe in this run. */
  answers: Answers;
  actor: Actor;
};

/** Everything that is given, with what it says of the organization's subscriptions and of its change. */
export type Facts = Given & Own & { isDeleted: boolean; state: StateOfChange | undefined };

export type Decision = {
  /** Steps of one write, with the next row. */
  write?: {
    next?: Row;
    steps: readonly Step[];
    /** A change that is over ends the requests that it was made for. */
    ended?: { op: Op; isMade: boolean; charged: Op["shown"] };
    /** A checkout that can't be paid anymore ends its hold of a trial. */
    expired?: Checkout;
  };
  /** Sent once that is written. */
  commands?: readonly Command[];
  /** Names of answers that need no more. */
  taken?: readonly string[];
  copied?: Copied;
  /** Nothing more is decided in this run: a later one looks again, or all that is left needs attention. */
  ends?: "unclear" | "attention";
};

/** `sides` are those of the event, if there is one. `isExpected`: only time or a release explains it. */
export type Copied = { isExpected: boolean; isOrphaned: boolean; sides: { before?: Side; after?: Side } };
