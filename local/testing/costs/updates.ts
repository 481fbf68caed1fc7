import * as Audit from "@muster/core/audit/audit.ts";
import { dayMs, hourMs } from "@muster/core/base/duration.ts";
import * as ID from "@muster/core/base/id.ts";
import { CommentCreated } from "@muster/core/comment/events.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import { kernelKeys } from "@muster/core/kernel/keys.ts";
import * as Mail from "@muster/core/mail/mail.ts";
import { memberKeys } from "@muster/core/member/keys.ts";
import * as Digest from "@muster/core/notification/digest.ts";
import { nextEight } from "@muster/core/notification/eight.ts";
import { notificationKeys } from "@muster/core/notification/keys.ts";
import * as Notification from "@muster/core/notification/notification.ts";
import { notify } from "@muster/core/notification/write.ts";
import { update as change, put } from "@muster/core/table/table.ts";
import { continueRemoval } from "@muster/core/update/author.ts";
import { count } from "@muster/core/update/count.ts";
import { eraseComment } from "@muster/core/update/erase-comment.ts";
import { updateKeys } from "@muster/core/update/keys.ts";
import { project } from "@muster/core/update/project.ts";
import { walkReports } from "@muster/core/update/report-closing.ts";
import { memberPut } from "../fixtures/rows.ts";
import { addComment, addReport, addUpdate } from "../fixtures/updates.ts";
import type { TestApi } from "../worlds/api.ts";
import type { Person } from "../worlds/world.ts";
import type { Case } from "./case.ts";

type Place = { api: TestApi; ada: Person; acme: ID.ID<"organization"> };
type Sent = { json?: object };

/** Actions of people and workers on updates and comments, in the organization of all cases. */
export function updateCases(place: () => Place): Case[] {
  const organization = async () => place().acme;
  const send = async (method: string, path: string, { json }: Sent = {}) => {
    const at = `/organizations/${await organization()}${path}`;
    return () => place().api.call(method, at, { token: place().ada.token, ...(json && { json }) });
  };
  const given = async () => ({ organization: await organization(), author: place().ada.account });
  const update = async (more: { team?: ID.ID<"team">; deletedAt?: string } = {}) =>
    addUpdate(place().api.world, { ...(await given()), ...more });
  const deletedAt = () => new Date(place().api.world.clock.at).toISOString();
  const comment = async (parent: ID.ID<"update">, more: { deletedAt?: string } = {}) =>
    addComment(place().api.world, { ...(await given()), update: parent, ...more });
  const on = async (method: string, path: string, sent: Sent = {}, more: { deletedAt?: string } = {}) =>
    send(method, `/updates/${await update(more)}${path}`, sent);
  const onComment = async (method: string, path: string, sent: Sent = {}, more: { deletedAt?: string } = {}) => {
    const parent = await update();
    return send(method, `/updates/${parent}/comments/${await comment(parent, more)}${path}`, sent);
  };
  const work = (run: () => Promise<unknown>) => () => asSystem("costs", run);
  /** A comment of somebody who is no member any more: Ada and another member are notified. */
  async function mention(): Promise<void> {
    const [owner, { world }] = [await organization(), place().api];
    const on = { update: await update(), comment: undefined as ID.ID<"comment"> | undefined };
    on.comment = await addComment(world, { ...(await given()), update: on.update });
    const other = ID.create("account");
    await world.table.write(memberPut(owner, other, { name: "Bea", email: "bea@example.com" }));
    const by = { ...place().ada.context.actor, account: ID.create("account") } as Parameters<
      typeof CommentCreated.record
    >[2];
    const accounts = [place().ada.account, other];
    await world.table.write(CommentCreated.record(owner, { update: on.update, comment: on.comment, accounts }, by));
    await asSystem("costs", () => Audit.follow({ owner }));
  }
  const post = { title: "Release", content: "It is out." };
  const reaction = { json: { reaction: "heart", on: true } };

  return [
    {
      of: "update.create",
      auth: "member",
      why: "Budget 1 trip, 4 WRU. +2 WRU: a row with the text says where an update is, so that its address has its id alone. +1 trip, +1 WRU: the hourly limit. +1 trip: the names in the answer. Of a member with the role Write +2 WRU: a check that members may post.",
      prepare: async () => {
        await (await send("GET", "/updates"))(); // the first request of a day costs a write
        return send("POST", "/updates", { json: post });
      },
    },
    {
      of: "update.create",
      case: "to a team",
      auth: "member",
      why: "+1 RRU: the team, with authentication, and +1 RRU for its name in the answer, consistently. +2 WRU: a check that it still exists.",
      prepare: async () => {
        const team = await place().api.team(await organization(), "Posts", [place().ada]);
        return send("POST", "/updates", { json: { ...post, team } });
      },
    },
    {
      of: "update.list",
      case: "20 of the organization",
      auth: "member",
      why: "Budget 3 + 10 RRU: the feed, and what the reader did with each; the third trip is saved by reading that together with names. +1 RRU: pinned ones; when the feed was last looked at.",
      prepare: async () => {
        for (let n = 0; n < 25; n++) await update();
        return send("GET", "/updates?in=organization");
      },
    },
    {
      of: "update.list",
      case: "20 of the organization and 3 teams",
      auth: "member",
      why: "Budget 5 + 10 RRU. +1 trip: a place that holds more of the newest is read on. +5 RRU: a share of each place is read at first. +1 RRU: the teams, consistently.",
      prepare: async () => {
        for (let n = 0; n < 3; n++) {
          const team = await place().api.team(await organization(), `Feed ${n}`, [place().ada]);
          for (let m = 0; m < 10; m++) await update({ team });
        }
        return send("GET", "/updates");
      },
    },
    {
      of: "update.listTags",
      auth: "member",
      why: "One query for each tag and place.",
      prepare: async () => send("GET", "/feed/tags?in=organization&search=rel"),
    },
    {
      of: "update.export",
      case: "25 with 2 comments each",
      auth: "member",
      why: "25 updates, the text of each and its comments: half a unit for each text, and for each update's comments.",
      prepare: async () => {
        for (let n = 0; n < 30; n++) {
          const id = await update();
          for (let m = 0; m < 2; m++) await comment(id);
        }
        return send("GET", "/feed/export");
      },
    },
    {
      of: "update.removeByAuthor",
      auth: "member",
      why: "An event, and a check that nobody of this account is a member. A job does the rest.",
      prepare: async () => send("POST", `/feed/authors/${ID.create("account")}/delete`, { json: {} }),
    },
    {
      of: "update.continueRemoval",
      case: "25 updates, 10 of the author",
      auth: "nobody",
      why: "A page of a feed. 5 WRU for each update of the author; a query of comments for each other one.",
      prepare: async () => {
        const [own, author] = [await given(), ID.create("account")];
        const team = await place().api.team(own.organization, "Long gone", [place().ada]);
        for (let n = 0; n < 25; n++) {
          await addUpdate(place().api.world, { ...own, team, ...(n < 10 && { author }) });
        }
        const job = { job: "removeByAuthor" as const, organization: own.organization, author, by: own.author };
        const until = new Date(place().api.world.clock.at + hourMs).toISOString();
        return () => asSystem("work", () => continueRemoval({ ...job, until, position: { team } }));
      },
    },
    {
      of: "update.exportTable",
      auth: "member",
      why: "As the export of all updates.",
      prepare: async () => send("GET", "/feed/export/csv"),
    },
    {
      of: "update.mentionable",
      auth: "member",
      why: "The words of names and the names of teams, at once; then the members found.",
      prepare: async () => send("GET", "/feed/mentionable?search=a"),
    },
    {
      of: "update.news",
      auth: "member",
      why: "One row for each place; the membership is read with authentication.",
      prepare: async () => send("GET", "/feed/news?in=organization"),
    },
    {
      of: "update.visit",
      auth: "member",
      why: "One row.",
      prepare: async () => send("POST", "/feed/visit", { json: {} }),
    },
    {
      of: "update.markSeen",
      case: "1 update",
      auth: "member",
      why: "Budget 1 WRU. Where it is, and whether it was seen, are read with authentication.",
      prepare: async () => send("POST", "/feed/seen", { json: { updates: [await update()] } }),
    },
    {
      of: "update.markSeen",
      case: "1 update, again",
      auth: "member",
      why: "It was seen before, on whichever day: nothing is written.",
      prepare: async () => {
        const mark = await send("POST", "/feed/seen", { json: { updates: [await update()] } });
        await mark();
        return mark;
      },
    },
    {
      of: "update.get",
      auth: "member",
      why: "The text with authentication, then its row in the feed; then the author, and what the reader did with it.",
      prepare: async () => on("GET", ""),
    },
    {
      of: "update.edit",
      auth: "member",
      why: "Row, text, the version before, event. +1 trip, +1 WRU: the hourly limit. As getting it, before the change and in the answer.",
      prepare: async () => on("PATCH", "", { json: { content: "Tomorrow." } }),
    },
    {
      of: "update.remove",
      auth: "member",
      why: "Row, text, the pinned ones, event. The rest is erased later.",
      prepare: async () => on("DELETE", ""),
    },
    {
      of: "update.restore",
      auth: "member",
      why: "Like deleting it, and the answer.",
      prepare: async () => on("POST", "/restore", {}, { deletedAt: deletedAt() }),
    },
    { of: "update.pin", auth: "member", why: "Row, the pinned ones, event.", prepare: async () => on("POST", "/pin") },
    {
      of: "update.unpin",
      auth: "member",
      why: "Like pinning it.",
      prepare: async () => {
        const id = await update();
        await (await send("POST", `/updates/${id}/pin`))();
        return send("POST", `/updates/${id}/unpin`);
      },
    },
    {
      of: "update.report",
      auth: "member",
      why: "What the reporter did, a check that it was not deleted, the reports of it, event. +1 trip, +1 WRU: the hourly limit.",
      prepare: async () => on("POST", "/report", { json: { reason: "spam" } }),
    },
    {
      of: "comment.report",
      auth: "member",
      why: "The same, and a check that the comment was not deleted.",
      prepare: async () => onComment("POST", "/report", { json: { reason: "spam" } }),
    },
    {
      of: "update.listReports",
      case: "20 with 1 report each",
      auth: "member",
      why: "One query; then each update, consistently; then names.",
      prepare: async () => {
        for (let n = 0; n < 25; n++) await addReport(place().api.world, { ...(await given()), update: await update() });
        return send("GET", "/feed/reports");
      },
    },
    {
      of: "update.dismissReports",
      auth: "member",
      why: "The reports, event.",
      prepare: async () => {
        const id = await addReport(place().api.world, { ...(await given()), update: await update() });
        return send("POST", "/feed/reports/dismiss", { json: { update: id } });
      },
    },
    {
      of: "update.eraseComment",
      auth: "nobody",
      why: "The reports and the comment; then as dismissing, and the text.",
      prepare: async () => {
        const own = await given();
        const id = await update();
        const gone = await comment(id, { deletedAt: "2026-01-01T00:00:00.000Z" });
        await addReport(place().api.world, { ...own, update: id, comment: gone });
        const job = { job: "eraseComment" as const, organization: own.organization, update: id, comment: gone };
        return () => asSystem("work", () => eraseComment(job));
      },
    },
    {
      of: "update.walkReports",
      case: "10 texts that who left reported",
      auth: "nobody",
      why: "One query; each with the membership and what the member did with it; then each text's reports.",
      prepare: async () => {
        const own = await given();
        const reporter = ID.create("account");
        for (let n = 0; n < 10; n++) {
          await addReport(place().api.world, { ...own, author: reporter, update: await update() });
        }
        const which = { reporter, until: new Date(place().api.world.clock.at).toISOString() };
        return () => asSystem("work", () => walkReports({ job: "walkReports", organization: own.organization, which }));
      },
    },
    {
      of: "update.mute",
      auth: "member",
      why: "Where it is; one update of what the member did with it.",
      prepare: async () => on("POST", "/mute", { json: { on: true } }),
    },
    {
      of: "update.setReaction",
      auth: "member",
      why: "Budget 1 WRU. +1 RRU: where the update is, with authentication. It is counted later.",
      prepare: async () => on("POST", "/reactions", reaction),
    },
    {
      of: "update.listReactions",
      auth: "member",
      why: "One query of 50, and the names of those on the page.",
      prepare: async () => on("GET", "/reactions"),
    },
    { of: "update.listSeen", auth: "member", why: "Like reactions.", prepare: async () => on("GET", "/seen") },
    {
      of: "update.history",
      auth: "member",
      why: "As getting it; one query of its versions, then the names in them.",
      prepare: async () => on("GET", "/history"),
    },
    {
      of: "comment.list",
      auth: "member",
      why: "One query of 50, and the names of their authors.",
      prepare: async () => on("GET", "/comments"),
    },
    {
      of: "comment.create",
      auth: "member",
      why: "Budget 1 trip, 4 WRU. +2 WRU: a check that the update was not deleted. +1 trip, +1 WRU: the hourly limit. +1 trip: the answer.",
      prepare: async () => on("POST", "/comments", { json: { content: "Yes." } }),
    },
    {
      of: "comment.edit",
      auth: "member",
      why: "Comment, event; both rows are read with authentication. +1 trip, +1 WRU: the hourly limit.",
      prepare: async () => onComment("PATCH", "", { json: { content: "No." } }),
    },
    { of: "comment.remove", auth: "member", why: "Comment, event.", prepare: async () => onComment("DELETE", "") },
    {
      of: "comment.restore",
      auth: "member",
      why: "Comment, event, and the answer.",
      prepare: async () => onComment("POST", "/restore", {}, { deletedAt: deletedAt() }),
    },
    {
      of: "comment.setReaction",
      auth: "member",
      why: "Like a reaction to the update.",
      prepare: async () => onComment("POST", "/reactions", reaction),
    },
    {
      of: "react",
      case: "a comment that mentions 2 members",
      auth: "nobody",
      why: "The event; the update, for its author; the organization, the comment, the update and both members, for what they see now; two names; how both want it, and whether the author has muted the update. One notification each, and the hourly budget of the author.",
      prepare: async () => {
        await mention();
        const { items } = await place().api.world.table.query({
          ...kernelKeys.log(await organization()),
          to: "9",
          newestFirst: true,
          limit: 1,
        });
        return work(() => Notification.react(Audit.announcement(items[0] ?? {}) as Audit.Announcement));
      },
    },
    {
      of: "mail",
      case: "a mention",
      auth: "nobody",
      why: "A notification. +3 RRU: the organization, the update and the membership, which decide whether it is sent. +½ RRU: whether it is still wanted by email. +1 WRU: the budget of its reader.",
      prepare: async () => {
        const account = place().ada.account;
        const [id, about] = [ID.create("notification"), { organization: await organization(), update: await update() }];
        const row = { kind: "update.mentioned", subject: "Acme", at: deletedAt(), mail: "queued" } as const;
        await place().api.world.table.write(put(notificationKeys.notification(account, id), { ...row, ...about }));
        return work(() => Mail.deliver({ kind: "notification", account, notification: id }));
      },
    },
    {
      of: "notify",
      case: "1 member, by a daily digest",
      auth: "nobody",
      why: "How it is wanted, and the zone; the notification, and that a digest is due.",
      prepare: async () => {
        const account = place().ada.account;
        const [id, about] = [ID.create("notification"), { organization: await organization(), update: await update() }];
        const set = { notify: { mentions: "digest" } };
        await place().api.world.table.write(change(memberKeys.member(about.organization, account), { set }));
        const row = {
          account,
          kind: "update.mentioned",
          subject: "Acme",
          at: new Date(place().api.world.clock.at).toISOString(),
        } as const;
        return work(() => notify(id, [{ ...row, ...about }]));
      },
    },
    {
      of: "clock",
      case: "no digest is due",
      auth: "nobody",
      why: "Its progress, a query of each of the 4 shards of each hour since, of two at most, and the new progress.",
      prepare: async () => work(() => Digest.due({})),
    },
    {
      of: "notification.list",
      case: "50 mentions of 50 updates",
      auth: "session",
      why: "The query; then the updates, the organization and the membership, consistent: whether their titles are still seen; and whether they are muted, which may lag.",
      prepare: async () => {
        const { world, call } = place().api;
        const [owner, { account, token }] = [await organization(), await world.person("nora@example.com")];
        await world.table.write(memberPut(owner, account, { name: "Nora", email: "nora@example.com" }));
        const row = { kind: "update.mentioned", subject: "Acme", at: deletedAt(), mail: "sent" } as const;
        for (let n = 0; n < 50; n++) {
          const about = { organization: owner, update: await update() };
          await world.table.write(
            put(notificationKeys.notification(account, ID.create("notification")), { ...row, ...about }),
          );
        }
        return () => call("GET", "/notifications", { token });
      },
    },
    {
      of: "mail",
      case: "a digest of 10 mentions",
      auth: "nobody",
      why: "What happened in 3 days in one query, the account, and once each: what is read, the organization, the membership and the update. The row of the digest, its claim, its status, the budget, and a mark for each notification, so that no other digest tells it.",
      prepare: async () => {
        const { ada, api } = place();
        const about = { organization: await organization(), update: await update() };
        const row = {
          kind: "update.mentioned",
          subject: "Acme",
          at: deletedAt(),
          mail: "suppressed",
          digest: "waiting",
        } as const;
        for (let n = 0; n < 10; n++) {
          await api.world.table.write(
            put(notificationKeys.notification(ada.account, ID.create("notification")), { ...row, ...about }),
          );
        }
        const at = new Date(nextEight(api.world.clock.at, "UTC").at - dayMs).toISOString();
        return work(() => Mail.deliver({ kind: "digest", account: ada.account, at }));
      },
    },
    {
      of: "view",
      case: "64 reactions to an update",
      auth: "nobody",
      why: "Where it is, the row, and one write, however many there are in a batch.",
      prepare: async () => {
        const pk = await update();
        const records = Array.from({ length: 64 }, (_, n) => ({
          sequence: String(n),
          after: { pk, sk: place().ada.account, reactions: new Set(["heart"]) },
        }));
        return work(() => count({ records }));
      },
    },
    {
      of: "view",
      case: "a new update with a tag",
      auth: "nobody",
      why: "A row for each word, tag and author, and the news of its place. +1 RRU: whether it was erased in between.",
      prepare: async () => {
        const id = await update();
        const after = await place().api.world.table.get(updateKeys.update(await organization(), id));
        return work(() => project({ records: [{ sequence: "1", ...(after && { after }) }] }));
      },
    },
  ];
}
