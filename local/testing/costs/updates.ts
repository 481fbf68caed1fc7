import * as Audit from "@muster/core/audit/audit.ts";
import { auditKeys } from "@muster/core/audit/keys.ts";
import { dayMs, hourMs } from "@muster/core/base/duration.ts";
import * as ID from "@muster/core/base/id.ts";
import { CommentCreated } from "@muster/core/comment/events.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
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
      prepare: async () => {
        await (await send("GET", "/updates"))(); // the first request of a day costs a write
        return send("POST", "/updates", { json: post });
      },
    },
    {
      of: "update.create",
      case: "to a team",
      auth: "member",
      prepare: async () => {
        const team = await place().api.team(await organization(), "Posts", [place().ada]);
        return send("POST", "/updates", { json: { ...post, team } });
      },
    },
    {
      of: "update.list",
      case: "20 of the organization",
      auth: "member",
      prepare: async () => {
        for (let n = 0; n < 25; n++) await update();
        return send("GET", "/updates?in=organization");
      },
    },
    {
      of: "update.list",
      case: "20 of the organization and 3 teams",
      auth: "member",
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
      prepare: async () => send("GET", "/feed/tags?in=organization&search=rel"),
    },
    {
      of: "update.export",
      case: "25 with 2 comments each",
      auth: "member",
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
      prepare: async () => send("POST", `/feed/authors/${ID.create("account")}/delete`, { json: {} }),
    },
    {
      of: "update.continueRemoval",
      case: "25 updates, 10 of the author",
      auth: "nobody",
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
    { of: "update.exportTable", auth: "member", prepare: async () => send("GET", "/feed/export/csv") },
    { of: "update.mentionable", auth: "member", prepare: async () => send("GET", "/feed/mentionable?search=a") },
    { of: "update.news", auth: "member", prepare: async () => send("GET", "/feed/news?in=organization") },
    { of: "update.visit", auth: "member", prepare: async () => send("POST", "/feed/visit", { json: {} }) },
    {
      of: "update.markSeen",
      case: "1 update",
      auth: "member",
      prepare: async () => send("POST", "/feed/seen", { json: { updates: [await update()] } }),
    },
    {
      of: "update.markSeen",
      case: "1 update, again",
      auth: "member",
      prepare: async () => {
        const mark = await send("POST", "/feed/seen", { json: { updates: [await update()] } });
        await mark();
        return mark;
      },
    },
    { of: "update.get", auth: "member", prepare: async () => on("GET", "") },
    { of: "update.edit", auth: "member", prepare: async () => on("PATCH", "", { json: { content: "Tomorrow." } }) },
    { of: "update.remove", auth: "member", prepare: async () => on("DELETE", "") },
    {
      of: "update.restore",
      auth: "member",
      prepare: async () => on("POST", "/restore", {}, { deletedAt: deletedAt() }),
    },
    { of: "update.pin", auth: "member", prepare: async () => on("POST", "/pin") },
    {
      of: "update.unpin",
      auth: "member",
      prepare: async () => {
        const id = await update();
        await (await send("POST", `/updates/${id}/pin`))();
        return send("POST", `/updates/${id}/unpin`);
      },
    },
    { of: "update.report", auth: "member", prepare: async () => on("POST", "/report", { json: { reason: "spam" } }) },
    {
      of: "comment.report",
      auth: "member",
      prepare: async () => onComment("POST", "/report", { json: { reason: "spam" } }),
    },
    {
      of: "update.listReports",
      case: "20 with 1 report each",
      auth: "member",
      prepare: async () => {
        for (let n = 0; n < 25; n++) await addReport(place().api.world, { ...(await given()), update: await update() });
        return send("GET", "/feed/reports");
      },
    },
    {
      of: "update.dismissReports",
      auth: "member",
      prepare: async () => {
        const id = await addReport(place().api.world, { ...(await given()), update: await update() });
        return send("POST", "/feed/reports/dismiss", { json: { update: id } });
      },
    },
    {
      of: "update.eraseComment",
      auth: "nobody",
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
    { of: "update.mute", auth: "member", prepare: async () => on("POST", "/mute", { json: { on: true } }) },
    { of: "update.setReaction", auth: "member", prepare: async () => on("POST", "/reactions", reaction) },
    { of: "update.listReactions", auth: "member", prepare: async () => on("GET", "/reactions") },
    { of: "update.listSeen", auth: "member", prepare: async () => on("GET", "/seen") },
    { of: "update.history", auth: "member", prepare: async () => on("GET", "/history") },
    { of: "comment.list", auth: "member", prepare: async () => on("GET", "/comments") },
    {
      of: "comment.create",
      auth: "member",
      prepare: async () => on("POST", "/comments", { json: { content: "Yes." } }),
    },
    { of: "comment.edit", auth: "member", prepare: async () => onComment("PATCH", "", { json: { content: "No." } }) },
    { of: "comment.remove", auth: "member", prepare: async () => onComment("DELETE", "") },
    {
      of: "comment.restore",
      auth: "member",
      prepare: async () => onComment("POST", "/restore", {}, { deletedAt: deletedAt() }),
    },
    { of: "comment.setReaction", auth: "member", prepare: async () => onComment("POST", "/reactions", reaction) },
    {
      of: "react",
      case: "a comment that mentions 2 members",
      auth: "nobody",
      prepare: async () => {
        await mention();
        const { items } = await place().api.world.table.query({
          ...auditKeys.log(await organization()),
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
      prepare: async () => work(() => Digest.due({})),
    },
    {
      of: "notification.list",
      case: "50 mentions of 50 updates",
      auth: "session",
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
      prepare: async () => {
        const id = await update();
        const after = await place().api.world.table.get(updateKeys.update(await organization(), id));
        return work(() => project({ records: [{ sequence: "1", ...(after && { after }) }] }));
      },
    },
  ];
}
