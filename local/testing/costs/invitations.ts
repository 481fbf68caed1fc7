import { addressOf } from "@muster/core/account/account.ts";
import type * as Audit from "@muster/core/audit/audit.ts";
import { follow } from "@muster/core/audit/audit.ts";
import { daySeconds } from "@muster/core/base/duration.ts";
import { derive, type ID } from "@muster/core/base/id.ts";
import type { Role } from "@muster/core/base/role.ts";
import { listFor, listsIn, maxShards } from "@muster/core/invitation/invitation.ts";
import * as Schedule from "@muster/core/invitation/schedule.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import { kernelKeys } from "@muster/core/kernel/keys.ts";
import { mailKeys } from "@muster/core/mail/keys.ts";
import { react } from "@muster/core/mail/react.ts";
import { organizationKeys } from "@muster/core/organization/keys.ts";
import type { OrganizationRow } from "@muster/core/organization/row.ts";
import { sessionKeys } from "@muster/core/session/keys.ts";
import { type Item, keyOf, update } from "@muster/core/table/table.ts";
import { raw } from "@muster/local/testing/fixtures/raw.ts";
import type { Pending } from "../fixtures/rows.ts";
import type { TestApi } from "../worlds/api.ts";
import type { Person } from "../worlds/world.ts";
import type { Case } from "./case.ts";

type Place = { api: TestApi; ada: Person; acme: ID<"organization"> };

/** Actions of people and workers on invitations and members. */
export function invitationCases(place: () => Place): Case[] {
  const send =
    (method: string, path: string, json?: object, person = place().ada) =>
    () =>
      place().api.call(method, path, { token: person.token, ...(json && { json }) });
  const inAcme = (method: string, path: string, json?: object, person?: Person) =>
    send(method, `/organizations/${place().acme}${path}`, json, person);
  const emails = (count: number) => Array.from({ length: count }, () => ({ email: `costs-${number++}@example.com` }));
  let number = 0;

  /** Seats for everything that is measured, once. */
  const grant = () =>
    place().api.world.table.write(
      update(organizationKeys.organization(place().acme), { set: { capacity: 5001, free: 5000, grantedSeats: 4998 } }),
    );
  const pending = async (more: Pending = {}) => {
    const [row = { email: "" }] = emails(1);
    const token = await place().api.invitation(place().acme, row.email, more);
    return { email: row.email, token, path: `/invitations/${derive("invitation", row.email)}` };
  };
  /** 25 of an hour ago, with which the list begins. */
  const old = async (mail: Pending["mail"] & string, expiresAt = "2027-11-24T09:00:00.000Z") => {
    const more = { mail, sentAt: "2026-11-24T08:00:00.000Z", expiresAt };
    for (let row = 0; row < 25; row++) await pending(more);
  };
  const invited = async (role: Role = "read") => {
    const person = await place().api.stranger();
    return { person, token: await place().api.invitation(place().acme, person.email, { role }) };
  };
  const member = async (role: "owner" | "read" = "read") => (await place().api.member(place().acme, role)).account;
  const list = async (state: string) => {
    const lists = listsIn(place().acme, { shards: maxShards } as OrganizationRow);
    const pages = await Promise.all(lists.map((one) => place().api.world.table.query({ list: one, prefix: state })));
    return pages.flatMap(({ items }) => items);
  };
  /** Writes all pending invitations again, with another place in the lists or in none. */
  const rewrite = async (listOf: (row: Item) => { list?: string }) => {
    const { table } = place().api.world;
    const rows = (await table.getMany((await list("p#")).map(keyOf))).flatMap((row) => row ?? []);
    await table.project(rows.map(({ list: _, ...row }) => ({ put: { ...row, ...listOf(row) } })));
  };
  const divide = async (shards: number) => {
    await place().api.world.table.write(update(raw(organizationKeys.organization(place().acme)), { set: { shards } }));
    await rewrite(({ pk }) => ({ list: listFor(place().acme, pk as ID<"address">, { shards } as OrganizationRow) }));
  };
  const asClock = (run: () => Promise<unknown>) => () => asSystem("costs", run);

  const cases: Case[] = [
    {
      of: "invitation.review",
      case: "25 rows",
      auth: "member",
      why: "1 RRU per address, 1 RRU for what the account has sent today; all are read with authentication.",
      prepare: async () => {
        await grant();
        return inAcme("POST", "/invitations/review", { invitations: emails(25) });
      },
    },
    {
      of: "invitation.previewRevocation",
      case: "1,000 pending",
      auth: "member",
      why: "One query of the list of pending invitations, at most 1,000 of them.",
      prepare: async () => {
        await grant();
        for (let page = 0; page < 10; page++) await inAcme("POST", "/invitations", { invitations: emails(100) })();
        return inAcme("GET", `/members/${place().ada.account}/sent-invitations?role=read`);
      },
    },
    {
      of: "invitation.send",
      case: "1 row",
      auth: "member",
      why: "Budget 1 RRU. +1 RRU: what the account has sent today for organizations that do not pay; it is read with authentication.",
      prepare: async () => inAcme("POST", "/invitations", { invitations: emails(1) }),
    },
    {
      of: "invitation.send",
      case: "25 rows",
      auth: "member",
      why: "Budget 25 RRU. +1 RRU: the same.",
      prepare: async () => inAcme("POST", "/invitations", { invitations: emails(25) }),
    },
    {
      of: "invitation.send",
      case: "100 rows",
      auth: "member",
      why: "Four writes of 25 one after the other: smaller ones wait less for each other at the seats.",
      prepare: async () => inAcme("POST", "/invitations", { invitations: emails(100) }),
    },
    {
      of: "invitation.list",
      case: "100 of 126",
      auth: "member",
      why: "Budget 3 RRU, up to 4 with long addresses. +½ RRU per inviter, in a second trip: their current names.",
      prepare: async () => inAcme("GET", "/invitations"),
    },
    {
      of: "invitation.get",
      auth: "member",
      why: "Row and suppression are read with authentication; then the inviter's name, ½ RRU.",
      prepare: async () => inAcme("GET", (await pending()).path),
    },
    {
      of: "invitation.changeRole",
      auth: "member",
      why: "Like a member's role: row and event.",
      prepare: async () => inAcme("PATCH", (await pending()).path, { role: "write" }),
    },
    {
      of: "invitation.resend",
      auth: "member",
      why: "Like inviting one; its place in the list moves: +1 WRU.",
      prepare: async () => inAcme("POST", `${(await pending()).path}/resend`),
    },
    {
      of: "invitation.resendMany",
      case: "25 failed",
      auth: "member",
      why: "One query of up to 1,000 pending invitations; the 25 are read to sort them and again for their write, which has a row and an event for each.",
      prepare: async () => {
        await grant();
        await old("failed");
        return inAcme("POST", "/invitations/resend", { mail: "failed" });
      },
    },
    {
      of: "invitation.link",
      auth: "member",
      why: "The link is derived from the row, which is read with authentication.",
      prepare: async () => inAcme("POST", `${(await pending()).path}/link`),
    },
    { of: "invitation.revoke", auth: "member", prepare: async () => inAcme("DELETE", (await pending()).path) },
    {
      of: "invitation.removeSuppression",
      auth: "member",
      why: "Row and suppression are read with authentication; the row says that the organization allows email again, and the event is written.",
      prepare: async () => {
        const { email, path } = await pending();
        await place().api.world.table.write(
          update(mailKeys.suppression(addressOf(email)), { set: { bounced: "then" } }),
        );
        return inAcme("POST", `${path}/remove-suppression`);
      },
    },
    {
      of: "invitation.preview",
      auth: "nobody",
      why: "All in one trip: invitation, organization, inviter's membership and name.",
      prepare: async () => {
        const { token } = await pending();
        return () => place().api.call("POST", "/invitations/preview", { json: { token } });
      },
    },
    {
      of: "invitation.request",
      auth: "nobody",
      why: "The rows that a link names in one trip, without a session; the time of the request, and the event.",
      prepare: async () => {
        const { token } = await pending({
          state: "revoked",
          endedAt: "2026-11-24T08:00:00.000Z",
        });
        return () => place().api.call("POST", "/invitations/request", { json: { token } });
      },
    },
    {
      of: "invitation.mine",
      case: "1 invitation",
      auth: "session",
      why: "Budget 1 trip. Each shows the name of its organization and inviter, and whether the inviter may still invite: 3 RRU each.",
      prepare: async () => send("GET", "/invitations", undefined, (await invited()).person),
    },
    {
      of: "invitation.accept",
      auth: "session",
      why: "Budget 4 RRU with the session. +1 RRU: the profile of the new member, whose name the membership shows; it is read with authentication.",
      prepare: async () => {
        const { person, token } = await invited();
        return send("POST", "/invitations/accept", { token }, person);
      },
    },
    {
      of: "invitation.accept",
      case: "as an owner",
      auth: "session",
      why: "+2 WRU: the number of owners.",
      prepare: async () => {
        const { person, token } = await invited("owner");
        return send("POST", "/invitations/accept", { token }, person);
      },
    },
    {
      of: "invitation.decline",
      auth: "session",
      prepare: async () => {
        const { person, token } = await invited();
        return send("POST", "/invitations/decline", { token }, person);
      },
    },
    {
      of: "member.changeRole",
      auth: "member",
      why: "Budget 4 + 1 WRU. +2 WRU: a check that the actor's role is unchanged, so that a demoted member cannot grant one.",
      prepare: async () => inAcme("PATCH", `/members/${await member()}`, { role: "write" }),
    },
    {
      of: "member.changeRole",
      case: "to owner",
      auth: "member",
      why: "Budget 6 + 1 WRU. +2 WRU for the same check.",
      prepare: async () => inAcme("PATCH", `/members/${await member()}`, { role: "owner" }),
    },
    {
      of: "member.remove",
      auth: "member",
      prepare: async () => inAcme("DELETE", `/members/${await member()}`),
    },
    {
      of: "member.reinstate",
      auth: "member",
      why: "Budget 1 trip, 1 RRU, 8 + 2 WRU. +2 WRU: a check of the actor's role. +1 RRU in a trip of its own: the profile, whose name the membership shows; the row has its account.",
      prepare: async () => {
        const person = await place().api.member(place().acme, "read");
        await inAcme("DELETE", `/members/${person.account}`)();
        return inAcme("POST", `/invitations/${derive("invitation", person.email)}/reinstate`);
      },
    },
    {
      of: "member.leave",
      auth: "member",
      prepare: async () => {
        const person = await place().api.member(place().acme, "read");
        return inAcme("POST", "/members/leave", undefined, person);
      },
    },
    {
      of: "member.transfer",
      auth: "member",
      prepare: async () => {
        const person = await place().api.member(place().acme, "owner");
        const { via } = person.context.actor as {
          via: {
            id: ID<"session">;
          };
        };
        const authenticatedAt = new Date(place().api.world.clock.at).toISOString();
        await place().api.world.table.write(
          update(sessionKeys.session(person.account, via.id), { set: { authenticatedAt } }),
        );
        return inAcme("POST", `/members/${await member()}/transfer`, undefined, person);
      },
    },
    {
      of: "organization.get",
      case: "with members and invitations",
      auth: "member",
      why: "+2 trips, +3 RRU for owners and admins, unless owners use all seats: events that are not in the log yet, then both rows again, so that all numbers are of one moment.",
      prepare: async () => {
        await asSystem("costs", () => follow({ owner: place().acme }));
        return inAcme("GET", "");
      },
    },
    {
      of: "react",
      case: "25 invitations",
      auth: "nobody",
      why: "The event, and each invitation: whether its mail still has to be sent.",
      prepare: async () => {
        await inAcme("POST", "/invitations", { invitations: emails(25) })();
        await asSystem("costs", () => follow({ owner: place().acme }));
        const query = {
          ...kernelKeys.log(place().acme),
          to: "9",
          limit: 1,
          newestFirst: true,
        };
        const [last] = (await place().api.world.table.query(query)).items;
        const announcement = {
          owner: place().acme,
          seq: Number(last?.sk),
          event: last?.id,
          type: last?.type,
        };
        return asClock(() => react(announcement as Audit.Announcement));
      },
    },
    {
      of: "invitation.list",
      case: "100 in 16 shards",
      auth: "member",
      why: "Budget 8 RRU and 2 trips, 11 and 3 while rows are in few shards: at least ½ RRU for each, all at once. +½ RRU per inviter.",
      prepare: async () => {
        await divide(maxShards);
        return inAcme("GET", "/invitations");
      },
    },
    {
      of: "mail.resumeStalled",
      case: "25 of 100, in 16 shards",
      auth: "member",
      why: "Found like those that are counted; a row for each, and one event.",
      prepare: async () => {
        await old("queued", "2026-11-26T09:00:00.000Z");
        return inAcme("POST", "/invitations/resume-emails", {});
      },
    },
    {
      of: "mail.getStalled",
      case: "25 of 100, in 16 shards",
      auth: "member",
      why: "A query of each list of pending invitations; the 100 whose email waits are read, and two budgets; of the 25, whether a worker has tried them today or yesterday.",
      prepare: async () => {
        await old("queued", "2026-11-26T09:00:00.000Z");
        return inAcme("GET", "/invitations/stalled");
      },
    },
    {
      of: "expire",
      case: "25 invitations",
      auth: "nobody",
      why: "+1 trip, 1 RRU: the number of shards of the list; the query of the index costs 1 RRU if 25 rows are longer than 4 KB. +1 trip, 1 RRU for each invitation: the list does not have which import sent it, which the event says.",
      prepare: async () => {
        await divide(1);
        await rewrite(() => ({}));
        await inAcme("POST", "/invitations", {
          invitations: emails(25),
          lifetimeDays: 1,
        })();
        place().api.world.clock.pass(daySeconds);
        const until = new Date(place().api.world.clock.at).toISOString();
        return asClock(() =>
          Schedule.expire({
            job: "expire",
            organization: place().acme,
            until,
          }),
        );
      },
    },
    {
      of: "clock",
      case: "nothing due",
      auth: "nobody",
      why: "Its progress, the hour that ends and the one two days ahead, and the new progress.",
      prepare: async () => {
        await asSystem("costs", () => Schedule.due({}));
        place().api.world.clock.pass(300);
        return asClock(() => Schedule.due({}));
      },
    },
  ];
  return cases;
}
