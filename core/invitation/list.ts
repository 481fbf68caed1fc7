import * as v from "valibot";
import { fn } from "../kernel/fn.ts";
import * as ID from "../kernel/id.ts";
import { roles } from "../kernel/permission.ts";
import { table } from "../kernel/ports.ts";
import { Integer } from "../kernel/shape.ts";
import { parse } from "../kernel/valid.ts";
import { mailStates } from "../mail/state.ts";
import { Cursor, failures as cursorFailures, listOf, pageOf } from "../table/cursor.ts";
import { Keys } from "../table/keys.ts";
import { queryAll } from "../table/parts.ts";
import type { Item, Page, Position } from "../table/table.ts";
import * as Team from "../team/names.ts";
import { failures, idOf, keyOf } from "./invitation.ts";
import { listsIn } from "./parts.ts";
import { ended } from "./shape.ts";

const pageSize = 100;

// Shapes

/** The tabs of the list, each with the letter that its ranks begin with. */
const tabs = { pending: "p", ended: "e", former: "f" } as const;
type Tab = keyof typeof tabs;

/** An email address that was invited, or that belonged to a member who left. */
export const Entry = v.object({
  /** The id of the invitation. The same address in the same organization always has the same one. */
  invitation: ID.schema("invitation"),
  /** The invited address. */
  email: v.string(),
  /** The role that is offered, or that the member had. */
  role: v.picklist(roles),
  /** The name of the person, if the inviter gave one. */
  name: v.optional(v.string()),
  /** The teams that the person joins on accepting, or was in, by name. */
  teams: v.array(Team.Named),
  /** Whether it is pending or how it ended; `former` for a member who left or was removed. */
  state: v.picklist(["pending", "former", ...ended]),
  /** Who sent the invitation. */
  invitedBy: v.optional(
    v.object({
      account: ID.schema("account"),
      /** Their name. Missing if they left the organization. */
      name: v.optional(v.string()),
    }),
  ),
  /** The state of the last email. */
  mail: v.optional(v.picklist(mailStates)),
  /** When it expires if it is pending, when it ended if not, or when the member left. */
  at: v.string(),
});
export type Entry = v.InferOutput<typeof Entry>;

/** An invitation with all its details. */
export const Info = v.object({
  ...Entry.entries,
  /** The message from the inviter. */
  message: v.optional(v.string()),
  /** When the person was first invited. */
  invitedAt: v.optional(v.string()),
  /** When the last email was sent. */
  sentAt: v.optional(v.string()),
  /** Days that it stays open after an email. */
  lifetimeDays: v.optional(Integer),
  /** How many links were created. Only the newest one works. */
  attempt: Integer,
  /** Why no email goes to this address: it bounced, or its owner reported one as spam. */
  blocked: v.optional(v.picklist(["bounced", "complained"])),
});
export type Info = v.InferOutput<typeof Info>;

export const Filter = v.object({
  /** Which addresses: those with a pending invitation, with one that ended, or of former members. */
  state: v.optional(v.picklist(Object.keys(tabs) as [Tab, ...Tab[]])),
  cursor: v.optional(Cursor),
});

// Functions

/** Addresses that are no members: pending ones, those that expire last first; ended and former ones, newest first. */
export const list = fn(
  "invitation.list",
  {
    input: v.strictObject(Filter.entries),
    output: listOf(Entry, pageSize),
    failures: [cursorFailures.invalid],
    reads: (_, { organization }) => [Keys.organization(organization)],
  },
  async ({ state = "pending", cursor }, { organization }, [home]) => {
    const read = readerOf(organization, { home, state, limit: pageSize });
    const { items, next } = await pageOf(`invitation.list ${organization} ${state}`, cursor, read);
    const [rows, names] = await Promise.all([withInviters(organization, items), Team.namesFor(organization, items)]);
    return { items: rows.map((row) => describe(row, names)), ...(next && { next }) };
  },
);

export const get = fn(
  "invitation.get",
  {
    input: v.strictObject({ invitation: ID.schema("invitation") }),
    output: Info,
    failures: [failures.missing],
    reads: (input, actor) => {
      const key = keyOf(actor, input);
      return [key, Keys.mailBlock(key.pk as ID.ID<"address">)];
    },
  },
  async (_, { organization }, [row, block]) => {
    if (!row || row.state === "member") throw failures.missing();
    const [[named], names] = await Promise.all([withInviters(organization, [row]), Team.namesFor(organization, [row])]);
    const blocked = block?.complained ? "complained" : block?.bounced ? "bounced" : undefined;
    return parse(Info, { ...row, ...describe(named ?? row, names), ...(blocked && { blocked }) });
  },
);

// For exports

type Reading = { home: Item | undefined; state: Tab; limit: number };

/** Reads pages of one tab of an organization's list. */
export function readerOf(organization: ID.ID<"organization">, { home, state, limit }: Reading) {
  const range = { prefix: `${tabs[state]}#`, limit, newestFirst: true };
  return (start: Position | undefined): Promise<Page> => queryAll(listsIn(organization, home), { ...range, start });
}

/** A row of the list, or the invitation itself, as an entry. */
export function describe(row: Item, names: Team.Names = new Map()): Entry {
  const [, at] = String(row.rank).split("#");
  return parse(Entry, { ...row, invitation: idOf(String(row.pk)), teams: Team.named(row, names), at });
}

/** Adds who invited, by the names that they have in the organization today; those who left have none. */
export async function withInviters(organization: ID.ID<"organization">, rows: readonly Item[]): Promise<Item[]> {
  const inviters = [...new Set(rows.map(({ by }) => by))].filter((by) => ID.is("account", by));
  const members = await table.getMany(
    inviters.map((account) => Keys.member(organization, account)),
    { consistent: false },
  );
  const names = new Map(inviters.map((account, i) => [account, members[i]?.name]));
  return rows.map((row) => {
    if (!ID.is("account", row.by)) return row;
    const name = names.get(row.by);
    return { ...row, invitedBy: { account: row.by, ...(name !== undefined && { name }) } };
  });
}
