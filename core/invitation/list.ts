import * as v from "valibot";
import * as ID from "../base/id.ts";
import { roles } from "../base/role.ts";
import { shown } from "../base/row.ts";
import { Integer } from "../base/shape.ts";
import { withoutUndefined } from "../base/without-undefined.ts";
import { Cursor, failures as cursorFailures, listOf, pageOf } from "../kernel/cursor.ts";
import { fn } from "../kernel/fn.ts";
import { positionOf, queryAll } from "../kernel/merged-query.ts";
import { table } from "../kernel/ports.ts";
import { After } from "../kernel/position.ts";
import { type Read, readAll, readOnly } from "../kernel/stored.ts";
import { mailKeys } from "../mail/keys.ts";
import { type MailState, mailStates, notLeft, suppressionOf } from "../mail/shape.ts";
import { namesOf, type Names as People } from "../member/names.ts";
import { organizationKeys } from "../organization/keys.ts";
import type { OrganizationRow } from "../organization/row.ts";
import * as Windows from "../rate/windows.ts";
import { include } from "../search/included.ts";
import type { Page, Position } from "../table/table.ts";
import * as Team from "../team/names.ts";
import { addressOf, failures, idOf, keyOf, listsIn } from "./invitation.ts";
import { invitationKeys } from "./keys.ts";
import { maxExamined, pageSize } from "./limits.ts";
import { AddressRow } from "./row.ts";
import { ended, revocationReasons } from "./shape.ts";

// Shapes

/** The tabs of the list, each with the letter that its ranks begin with. */
const tabs = { pending: "p", ended: "e", former: "f" } as const;
type Tab = keyof typeof tabs;

/** An email address that was invited, or that belonged to a member who left. */
export const Entry = v.object({
  /** The id of the invitation. The same address in the same organization always has the same one. */
  id: ID.schema("invitation"),
  /** The invited address. */
  email: v.string(),
  /** The role that is offered, or that the member had. */
  role: shown(roles),
  /** The name of the person, if the inviter gave one. */
  name: v.optional(v.string()),
  /** The teams that the person joins on accepting, or was in, by name. */
  teams: v.array(Team.Named),
  /** The state: pending, or the way it ended; `former` for a member who left or was removed. */
  state: shown(["pending", "former", ...ended]),
  /** The sender of the invitation. */
  invitedBy: v.optional(
    v.object({
      account: ID.schema("account"),
      /** Their name. Missing if they left the organization. */
      name: v.optional(v.string()),
    }),
  ),
  /** The state of the last email. */
  mail: v.optional(shown(mailStates)),
  /**
   * The time that email was requested, if it is not known to have left. Only in the details, and in lists by `mail`.
   */
  mailAt: v.optional(v.string()),
  /** The reason that it was revoked although nobody revoked it: its inviter left, or may no longer give its role. */
  reason: v.optional(shown(revocationReasons)),
  /** The time it expires if it is pending, the time it ended if not, or the time the member left. */
  at: v.string(),
});
export type Entry = v.InferOutput<typeof Entry>;

/** An invitation with all its details. */
export const Info = v.object({
  ...Entry.entries,
  /** The message from the inviter. */
  message: v.optional(v.string()),
  /** The time the person was first invited. */
  invitedAt: v.optional(v.string()),
  /** The time the last email was sent. */
  sentAt: v.optional(v.string()),
  /** Days that it stays open after an email. */
  lifetimeDays: v.optional(Integer),
  /** The number of links that were created. Only the newest one works. */
  attempt: Integer,
  /** The state of the reminder's email, if there is a reminder. */
  reminder: v.optional(shown(mailStates)),
  /** The reason that the organization sends no email to this address: it bounced, or its owner reported one as spam. */
  suppressed: v.optional(v.picklist(["bounced", "complained"])),
});
export type Info = v.InferOutput<typeof Info>;

export const Filter = v.object({
  /** The addresses to list: those with a pending invitation, with one that ended, or of former members. */
  state: v.optional(v.picklist(Object.keys(tabs) as [Tab, ...Tab[]])),
  /** Only those whose last email has this status. A page may then have few items; follow `next` until it is missing. */
  mail: v.optional(v.picklist(notLeft)),
  cursor: v.optional(Cursor),
  after: v.optional(After),
});

// Functions

/**
 * Lists addresses that are not members: pending ones by expiration, latest first; ended and former ones, newest first.
 */
export const list = fn(
  "invitation.list",
  {
    input: v.strictObject(Filter.entries),
    output: listOf(Entry, pageSize),
    failures: [cursorFailures.invalid, Windows.failures.limited],
    reads: (_, { organization }) => [organizationKeys.organization(organization)],
  },
  async ({ state = "pending", mail, cursor, after }, actor, [organizationRow]) => {
    const { organization } = actor;
    // threat: looking for a status of emails is not counted
    if (mail) await Windows.takeReads(unitsOfMany + pageSize, actor);
    const gone = await include(organization, after);
    const read = readerOf(organization, { organizationRow, state, mail, limit: pageSize });
    const { items, next } = await pageOf(scopeOf("invitation.list", { organization, state, mail }), cursor, read);
    const known = items.filter(({ pk }) => !gone.has(pk));
    return {
      items: await describeAll(organization, mail ? await readStored(known, { state, mail }) : known),
      ...(next && { next }),
    };
  },
);

export const get = fn(
  "invitation.get",
  {
    input: v.strictObject({ invitation: ID.schema("invitation") }),
    output: Info,
    failures: [failures.missing],
    reads: (input, actor) => [keyOf(actor, input), mailKeys.suppression(addressOf(input.invitation))],
  },
  async (_, { organization }, [row, block]) => {
    // threat: a member is shown as somebody invited
    if (!row || row.state === "member") throw failures.missing();
    // removed, and the account was deleted since: there is nobody to show
    if (row.state === "former" && !row.account && !row.email) throw failures.missing();
    const read = readOnly(AddressRow, row);
    const { attempt = 0, message, invitedAt, sentAt, lifetimeDays, reminder } = read;
    const suppressed = suppressionOf(block, row.allowedAt);
    const more = withoutUndefined({ message, invitedAt, sentAt, lifetimeDays, reminder });
    const entry = describe(read, await namesFor(organization, [row]));
    return { ...entry, attempt, ...more, ...(suppressed && { suppressed }) };
  },
);

// For exports

/** Read units for 1,000 rows of the list. */
export const unitsOfMany = 40;

type Reading = {
  organizationRow: OrganizationRow | undefined;
  state: Tab;
  mail?: MailState | undefined;
  limit: number;
  /** Those that end first come first. */
  isOldestFirst?: boolean;
};

/** Reads pages of one tab of an organization's list, or those of its rows whose last email has a status. */
export function readerOf(
  organization: ID.ID<"organization">,
  { organizationRow, state, mail, limit, isOldestFirst = false }: Reading,
) {
  const examined = mail ? Math.max(limit, maxExamined) : limit;
  const range = { prefix: `${tabs[state]}#`, limit: examined, newestFirst: !isOldestFirst };
  return async (start: Position | undefined): Promise<Page<AddressRow>> => {
    const page = await queryAll(listsIn(organization, organizationRow), { ...range, start });
    if (!mail) return page;
    const found = page.items.filter((row) => row.mail === mail);
    if (found.length <= limit) return { items: found, next: page.next };
    const items = found.slice(0, limit);
    // threat: a page of the failed ones skips those beyond it
    return { items, next: positionOf(items.at(-1)) };
  };
}

/** A cursor works only in the list that it is of. */
export const scopeOf = (
  name: string,
  of: { organization: ID.ID<"organization">; state: Tab; mail?: string | undefined },
) => [name, of.organization, of.state, ...(of.mail ? [of.mail] : [])].join(" ");

/** Returns the rows of which the index knows, as far as their email still has this status; when it was requested, only they say. */
async function readStored(rows: readonly AddressRow[], { state, mail }: { state: Tab; mail: MailState }) {
  const found = await table.getMany(rows.map(({ pk, sk }) => invitationKeys.addressIn(sk, pk)));
  return found.filter(
    (row): row is AddressRow => row?.mail === mail && row.rank?.startsWith(`${tabs[state]}#`) === true,
  );
}

/** Returns rows of the list as its entries. */
export async function describeAll(organization: ID.ID<"organization">, rows: readonly AddressRow[]): Promise<Entry[]> {
  const names = await namesFor(organization, rows);
  return readAll(AddressRow, rows).map((row) => describe(row, names));
}

/** The current names of teams and inviters; those who left have none. */
type Names = { teams: Team.Names; people: People };

function describe(row: Read<typeof AddressRow>, { teams, people }: Names): Entry {
  const { pk, email = "", role, name, by, mail, sentAt, status: reason } = row;
  const state = row.state === "member" ? "unknown" : row.state;
  const [, at = ""] = (row.rank ?? "").split("#");
  const inviter = by && people.get(by);
  return {
    id: idOf(pk),
    email,
    role,
    state,
    at,
    teams: Team.named(row, teams),
    ...(by && {
      invitedBy: {
        account: by,
        ...(inviter !== undefined && { name: inviter }),
      },
    }),
    ...withoutUndefined({
      name,
      mail,
      mailAt: notLeft.some((one) => one === mail) ? sentAt : undefined,
      reason,
    }),
  };
}

async function namesFor(organization: ID.ID<"organization">, rows: readonly AddressRow[]): Promise<Names> {
  const [teams, people] = await Promise.all([
    Team.namesFor(organization, rows, Team.seesAll),
    namesOf(
      organization,
      rows.map(({ by }) => by),
    ),
  ]);
  return { teams, people };
}
