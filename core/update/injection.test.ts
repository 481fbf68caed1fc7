import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { putAll } from "@muster/local/testing/fixtures/rows.ts";
import { addUpdate } from "@muster/local/testing/fixtures/updates.ts";
import * as v from "valibot";
import { beforeEach, describe, expect, test } from "vitest";
import { corpus } from "../../web/src/features/markdown/markdown.testing.ts";
import * as ID from "../base/id.ts";
import { commentKeys } from "../comment/keys.ts";
import { compose } from "../mail/compose.ts";
import type { Content as MailContent } from "../mail/content.ts";
import { digestTemplate } from "../mail/digest-template.ts";
import { notificationTemplate } from "../mail/notification-template.ts";
import type { Info } from "../notification/list.ts";
import { put } from "../table/table.ts";
import { exportEntries, exportTable } from "./export.ts";
import { CommentContent, Title } from "./shape.ts";

// What tries to be more than text in a feed (markdown.test.ts) is only text in emails and in exports, too.

let fixture: OrganizationFixture;
beforeEach(async () => {
  fixture = await openOrganization();
});

describe("a hostile title in an email", () => {
  const titles = [...new Set(corpus.map((text) => text.replaceAll(/\s+/g, " ").trim().slice(0, 120)))].filter((title) =>
    v.is(Title, title),
  );
  const info = (kind: Info["kind"], title: string): Info => ({
    id: ID.derive("notification", kind),
    kind,
    organization: fixture.organization,
    subject: "Acme",
    person: "Bob",
    update: ID.derive("update", "release"),
    title,
    at: "2026-11-24T09:00:00.000Z",
    receivedAt: "2026-11-24T09:00:00.000Z",
    isRead: false,
  });
  const collected = (title: string) => [
    { info: info("update.mentioned", title), team: undefined, digest: "waiting" as const },
  ];
  const mails: [string, (title: string) => MailContent][] = [
    ["about a mention", (title) => notificationTemplate(info("update.mentioned", title))],
    ["about a comment", (title) => notificationTemplate(info("update.commented", title))],
    ["of a day", (title) => digestTemplate(collected(title))],
  ];
  const mailOf = (content: MailContent) => compose("ada@example.com", content, { kind: "test" });
  /** The elements and attributes of a mail, whatever it says. */
  const shapeOf = (html: string) => html.match(/<[^>]*>/g)?.map((tag) => tag.replaceAll(/"[^"]*"/g, '""'));
  const addresses = (text: string) => text.match(/[a-z]+:\/\/[^\s"<>]+/gi) ?? [];

  test.each(mails)("%s adds no element, no attribute, no address and no line", (_, write) => {
    expect(titles.length).toBeGreaterThan(200);
    const plain = mailOf(write("Plain"));
    const flaws = titles.filter((title) => {
      const { subject, html, text } = mailOf(write(title));
      const isSame = JSON.stringify(shapeOf(html)) === JSON.stringify(shapeOf(plain.html));
      const isClosed = JSON.stringify(addresses(text)) === JSON.stringify(addresses(plain.text));
      return !isSame || !isClosed || /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(subject);
    });
    expect(flaws).toEqual([]);
  });
});

describe("hostile texts in an export", () => {
  const texts = [
    ...new Set([...corpus, "=1+1", "+1", "-1+1", "@SUM(A1)", '=HYPERLINK("https://evil.example")']),
  ].filter((text) => v.is(CommentContent, text));

  /** Comments on one update with all these texts, in their order. */
  async function addAll(): Promise<void> {
    const common = { organization: fixture.organization, author: fixture.ada.account };
    const update = await addUpdate(fixture.world, common);
    const commentOf = (content: string) =>
      put(commentKeys.comment(update, ID.create("comment")), { ...common, content, revision: 0, stream: "view" });
    await putAll(fixture.world, texts.map(commentOf));
  }

  async function inParts<Part extends { next?: string | undefined }>(
    read: (input: { cursor?: string }) => Promise<Part>,
  ): Promise<Part[]> {
    const parts: Part[] = [];
    for (let cursor: string | undefined; ; ) {
      const part = await fixture.as(fixture.ada, () => read(cursor === undefined ? {} : { cursor }));
      parts.push(part);
      cursor = part.next;
      if (cursor === undefined) return parts;
    }
  }

  test("as JSON are what was written", async () => {
    await addAll();
    const entries = (await inParts(exportEntries)).flatMap(({ items }) => items);
    const said = entries.flatMap((entry) => (entry.type === "comment" ? [entry.content] : []));
    expect(texts.length).toBeGreaterThan(250);
    expect([said.length, new Set(said)]).toEqual([texts.length, new Set(texts)]);
  });

  test("as a table stay in their cells, and none is a formula", async () => {
    await addAll();
    const records = (await inParts(exportTable)).flatMap(({ csv }) => recordsOf(csv));
    expect(new Set(records.map((cells) => cells.length))).toEqual(new Set([14]));
    expect(records.flat().filter((cell) => /^[=+\-@\t\r]/m.test(cell))).toEqual([]);
    const said = records
      .filter(([type]) => type === "comment")
      .map((cells) => cells[8]?.replaceAll(/^'(?=[=+\-@\t\r])/gm, ""));
    expect([said.length, new Set(said)]).toEqual([texts.length, new Set(texts)]);
  });
});

/** The cells of a table in CSV, record by record. */
function recordsOf(csv: string): string[][] {
  const records: string[][] = [[]];
  for (const [, quoted, bare = "", end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    records.at(-1)?.push(quoted?.replaceAll('""', '"') ?? bare);
    if (end === "\r\n") records.push([]);
    if (end === "") break;
  }
  return records.filter((cells) => cells.length > 1);
}
