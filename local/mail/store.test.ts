import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Mail, openMailStore } from "./store.ts";

const mailTo = (email: string, id: string, at: string): Mail => ({
  id,
  at,
  source: "muster@example.com",
  destinations: [email],
  tags: { kind: "code" },
  from: "muster@example.com",
  to: [email],
  subject: `For ${email}`,
  headers: [],
  text: "Hello",
  mailStatuses: [],
});
const first = mailTo("ada@example.com", "0002", "2026-11-25T09:00:00.000Z");
const second = mailTo("bob@example.com", "0001", "2026-11-25T10:00:00.000Z");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "muster-mails-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test.each([["in memory"], ["in a folder"]])(
  "%s: whole mails and their summaries, newest first, and those to one address",
  (where) => {
    const store = openMailStore(where === "in a folder" ? folder : undefined);
    store.add(first, Buffer.from("raw first"));
    store.add(second, Buffer.from("raw second"));
    expect(store.list()).toEqual([second, first]);
    expect(store.list(" Ada@example.com ")).toEqual([first]);
    expect(store.heads("bob@example.com")).toEqual([
      {
        id: "0001",
        at: second.at,
        destinations: ["bob@example.com"],
        subject: "For bob@example.com",
        mailStatuses: [],
      },
    ]);
    expect([store.get("0002"), store.raw("0002")?.toString()]).toEqual([first, "raw first"]);
    expect([store.get("0003"), store.raw("0003")]).toEqual([undefined, undefined]);
  },
);

test.each([["in memory"], ["in a folder"]])("%s: only the newest mails are kept", (where) => {
  const store = openMailStore(where === "in a folder" ? folder : undefined, 2);
  const third = mailTo("eve@example.com", "0003", "2026-11-25T11:00:00.000Z");
  for (const mail of [first, second, third]) store.add(mail, Buffer.from(mail.id));
  expect(store.list()).toEqual([third, second]);
  expect([store.get(first.id), store.raw(first.id)]).toEqual([undefined, undefined]);
  expect(store.raw(second.id)?.toString()).toBe("0001");
  expect(readdirSync(folder)).toHaveLength(where === "in a folder" ? 4 : 0);
});

test("a folder that is opened again has its mails in order of arrival", () => {
  const store = openMailStore(folder);
  store.add(first, Buffer.from("raw first"));
  store.add(second, Buffer.from("raw second"));
  const again = openMailStore(folder);
  expect(again.list()).toEqual([second, first]);
  expect(again.raw("0001")?.toString()).toBe("raw second");
});
