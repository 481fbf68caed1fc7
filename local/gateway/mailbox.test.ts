import { listen, type RunningServer } from "@muster/local-base/server.ts";
import { type Mail, openMailStore } from "@muster/local-mail/store.ts";
import { afterEach, beforeEach, expect, test } from "vitest";
import { serveMailbox } from "./mailbox.ts";

const mail: Mail = {
  id: "0001",
  at: "2026-11-24T09:00:00.000Z",
  source: "muster@example.com",
  destinations: ["ada@example.com"],
  tags: {},
  from: "muster@example.com",
  to: ["ada@example.com"],
  subject: "<script>alert(1)</script>",
  headers: [{ name: "Subject", value: "<b>" }],
  text: 'Open https://example.com/sign-in#code=1 or <b>"not"</b>',
  html: "<p>Hello</p>",
  mailStatuses: ["Bounce"],
};

let server: RunningServer;

beforeEach(async () => {
  const store = openMailStore();
  store.add(mail, Buffer.from("Subject: raw <i>"));
  store.add({ ...mail, id: "0002", destinations: ["bob@example.com"], subject: "For Bob" }, Buffer.from("raw"));
  server = await listen((request, response) => {
    if (!serveMailbox(store, request, response)) response.writeHead(418).end();
  });
});

afterEach(() => server.stop());

const get = (path: string) => fetch(server.endpoint + path);
const textOf = async (path: string) => (await get(path)).text();

test("the list shows all mails, newest first, or those to one address", async () => {
  const all = await textOf("/mailbox");
  expect(all.indexOf("For Bob")).toBeGreaterThan(0);
  expect(all.indexOf("For Bob")).toBeLessThan(all.indexOf("&#60;script&#62;"));
  expect(all).toContain("Bounced");
  expect(await textOf("/mailbox?to=bob@example.com")).not.toContain("ada@example.com ·");
  expect(await textOf("/mailbox?to=none@example.com")).toContain("No email to none@example.com.");
});

test("nothing in a mail becomes part of the page", async () => {
  for (const path of ["/mailbox", "/mailbox/0001", "/mailbox/0001?view=text", "/mailbox/0001?view=headers"]) {
    const page = await textOf(path);
    expect(page).not.toContain("<script>");
    expect(page).not.toContain("<b>");
  }
  expect(await textOf("/mailbox/0001?view=raw")).toContain("Subject: raw &#60;i&#62;");
  const policy = (path: string) => get(path).then(({ headers }) => headers.get("content-security-policy"));
  expect(await policy("/mailbox/0001")).toMatch(/^default-src 'none'; (?!.*script)/);
  expect(await policy("/mailbox")).toMatch(/^default-src 'none'; .*script-src 'self'; (?!.*unsafe)/);
});

test("the HTML of a mail is in a sandbox of its own", async () => {
  expect(await textOf("/mailbox/0001")).toContain('sandbox="allow-popups allow-popups-to-escape-sandbox"');
  const frame = await get("/mailbox/0001/html");
  expect(frame.headers.get("content-security-policy")).toMatch(/^sandbox allow-popups/);
  expect(await frame.text()).toBe('<base target="_blank"><p>Hello</p>');
});

test("addresses in a text are links", async () => {
  expect(await textOf("/mailbox/0001?view=text")).toContain(
    '<a href="https://example.com/sign-in#code=1" target="_blank" rel="noopener">',
  );
});

test("scripts read mails as JSON", async () => {
  expect(await (await get("/mailbox/api/mails?to=ADA@example.com")).json()).toEqual({ items: [mail] });
  expect(await (await get("/mailbox/api/mails/0001")).json()).toEqual(mail);
  expect((await get("/mailbox/api/mails/none")).status).toBe(404);
});

test("a missing mail is not found, and other paths are left to others", async () => {
  for (const path of ["/mailbox/none", "/mailbox/0001/other", "/mailbox/api/other"]) {
    expect((await get(path)).status).toBe(404);
  }
  expect((await get("/mailboxes")).status).toBe(418);
});
