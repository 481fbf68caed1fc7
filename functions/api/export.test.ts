import * as ID from "@muster/core/base/id.ts";
import type { MemberRow } from "@muster/core/member/row.ts";
import type { Attributes } from "@muster/core/table/table.ts";
import { httpEvent } from "@muster/functions/testing/events.ts";
import { invitationPut, memberPut, putAll } from "@muster/local/testing/fixtures/rows.ts";
import { openApi, type TestApi } from "@muster/local/testing/worlds/api.ts";
import { type Person, siteUrl } from "@muster/local/testing/worlds/world.ts";
import { beforeAll, describe, expect, test } from "vitest";
import { app } from "./app.ts";
import { isFile } from "./csv.ts";
import { answerEvents } from "./gateway-event.ts";

const rowsPerPart = 1000;
const extra = 50;

let api: TestApi;
let owner: Person;
let acme: ID.ID<"organization">;
beforeAll(async () => {
  api = await openApi();
  owner = await api.stranger();
  acme = await api.organization(owner);
  // the creator is one more member
  const numbers = Array.from({ length: rowsPerPart + extra - 1 }, (_, i) => String(i).padStart(4, "0"));
  const rows = numbers.flatMap((number) => [memberRow(number), invitationRow(number)]);
  await putAll(api.world, rows);
});

const memberRow = (number: string, more: Partial<Attributes<MemberRow>> = {}, of = acme) => {
  const described = { name: `Member ${number}`, email: `member-${number}@example.com` };
  return memberPut(of, ID.derive("account", number), { ...described, ...more });
};

const invitationRow = (number: string) =>
  invitationPut(acme, `invited-${number}@example.com`, { role: "write", by: owner.account, mail: "sent" });

/** Fetches all parts of an export by following their links. */
async function parts(noun: string, search = "") {
  const found: string[] = [];
  let path: string | undefined = `/organizations/${acme}/${noun}/export${search}`;
  while (path) {
    const { status, headers, text } = await api.call("GET", path, { token: owner.token });
    expect(status).toBe(200);
    expect(headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(headers.get("content-disposition")).toBe(`attachment; filename="${noun}-2026-11-24.csv"`);
    expect(headers.get("etag")).toMatch(/^"/);
    found.push(text);
    path = /^<\/api\/v1(.+)>; rel="next"$/.exec(headers.get("link") ?? "")?.[1];
  }
  return found;
}

const headings = {
  members: "email,role,name,teams,joinedAt,activeOn,account",
  invitations: "email,role,name,teams,state,at,mail,invitedBy,invitation",
};

describe.each(["members", "invitations"] as const)("an export of %s", (noun) => {
  test("comes in parts that joined in order are one file", async () => {
    const texts = await parts(noun);
    expect(texts).toHaveLength(2);
    const file = texts.join("");
    // fetch drops the byte order mark
    expect(file.startsWith(`${headings[noun]}\r\n`)).toBe(true);
    expect(file.endsWith("\r\n")).toBe(true);
    const lines = file.split("\r\n").slice(1, -1);
    const rows = rowsPerPart + extra - (noun === "members" ? 0 : 1);
    expect(new Set(lines.map((line) => line.split(",")[0])).size).toBe(rows);
    expect(lines).toHaveLength(rows);
    expect(texts[0]?.split("\r\n")).toHaveLength(rowsPerPart + 2);
  });

  test("contains no other organization", async () => {
    const other = await api.organization(owner, "Other");
    const text = await first(noun, other);
    expect(text).not.toContain("example.com,read,Member");
    expect(text).not.toContain("invited-");
    const next = await api.call("GET", `/organizations/${acme}/${noun}/export`, { token: owner.token });
    const cursor = new URLSearchParams(/\?(.*)>/.exec(next.headers.get("link") ?? "")?.[1]).get("cursor") ?? "";
    const path = `/organizations/${other}/${noun}/export?cursor=${encodeURIComponent(cursor)}`;
    const answer = await api.call("GET", path, { token: owner.token });
    expect(answer).toMatchObject({ status: 400, body: { code: "cursor.invalid" } });
  });
});

const first = async (noun: string, organization: ID.ID<"organization">, search = "") =>
  (await api.call("GET", `/organizations/${organization}/${noun}/export${search}`, { token: owner.token })).text;

test("a tab of the invitations is exported alone, and the link to the next part keeps it", async () => {
  const [pending = ""] = await parts("invitations", "?state=pending");
  expect(pending.split("\r\n")).toHaveLength(rowsPerPart + 2);
  expect(await parts("invitations", "?state=former")).toEqual([`${headings.invitations}\r\n`]);
});

test("a name that a spreadsheet would run is not run, and quotes stay quotes", async () => {
  const organization = await api.organization(owner, "Formulas");
  const formulas = { name: '=HYPERLINK("x")', email: "+a@b.co" };
  await api.world.table.write(memberRow("x", formulas, organization));
  expect(await first("members", organization)).toContain(`'+a@b.co,read,"'=HYPERLINK(""x"")",`);
});

test("teams are in a cell of their own, which an import reads", async () => {
  const organization = await api.organization(owner, "Teams");
  const teams = new Set([await api.team(organization, "Design"), await api.team(organization, "Sales, South")]);
  await api.world.table.write(memberRow("y", { teams }, organization));
  expect(await first("members", organization)).toContain(`,read,Member y,"Design; Sales, South",`);
});

test("a file begins with a byte order mark for Excel, through Lambda too", async () => {
  const path = `/api/v1/organizations/${acme}/members/export`;
  const event = httpEvent({ path, headers: { authorization: `Bearer ${owner.token}` } });
  const handler = answerEvents(app({ url: siteUrl, secure: true }), isFile);
  const { body = "", isBase64Encoded } = await handler(event);
  expect(isBase64Encoded).toBe(true);
  const bytes = Buffer.from(body, "base64");
  expect(bytes.subarray(0, 8).toString("latin1")).toBe("\u00ef\u00bb\u00bfemail");
});
