import type { IncomingMessage, ServerResponse } from "node:http";
import { type Html, html, linked } from "@muster/local-base/html.ts";
import { send } from "@muster/local-base/response.ts";
import type { Head, Mail, MailStatus, MailStore } from "@muster/local-mail/store.ts";
import { sendJson, sendMissing, sendPage } from "./page.ts";

/** A mail may style itself and open links in a new tab; it runs nothing and loads nothing. */
const mailPolicy =
  "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; " +
  "frame-ancestors 'self'; base-uri 'self'; form-action 'none'";

const maxListed = 200;

const views = { html: "HTML", text: "Text", headers: "Headers", raw: "Raw" } as const;
type View = keyof typeof views;

const mailStatuses: Record<MailStatus, Html> = {
  Delivery: html`<span class="good">Delivered</span>`,
  Bounce: html`<span class="bad">Bounced</span>`,
  Complaint: html`<span class="bad">Complaint</span>`,
  Reject: html`<span class="bad">Rejected</span>`,
};

/**
 * Serves `/mailbox`: all mails, one mail, and for scripts `/mailbox/api/mails?to=…` and `/mailbox/api/mails/<id>`.
 * Returns false if the path is none of these.
 */
export function serveMailbox(store: MailStore, request: IncomingMessage, response: ServerResponse): boolean {
  const [pathname = "/", query = ""] = (request.url ?? "/").split("?");
  const [room, first, second, third] = pathname.split("/").filter(Boolean);
  const requested = new URLSearchParams(query);
  if (room !== "mailbox") return false;
  if (first === undefined) sendList(store, response, requested.get("to") ?? "");
  else if (first !== "api") sendMail(store, response, { id: first, part: second, view: requested.get("view") });
  else if (second !== "mails") sendMissing(response);
  else if (third === undefined) sendJson(response, { items: store.list(requested.get("to") ?? undefined) });
  else sendOne(store, response, third);
  return true;
}

function sendOne(store: MailStore, response: ServerResponse, id: string): void {
  const mail = store.get(id);
  if (mail) sendJson(response, mail);
  else sendJson(response, { title: "There is no such email." }, 404);
}

function sendList(store: MailStore, response: ServerResponse, to: string): void {
  const mails = store.heads(to || undefined);
  const nothing = to
    ? html`<p class="quiet">No email to ${to}.</p>`
    : html`<p class="quiet">No email yet. What Muster sends appears here; nothing leaves this machine.</p>`;
  const body = html`<h1>Mailbox</h1>
<form class="bar" method="get" action="/mailbox">
<label for="to">To</label> <input id="to" name="to" type="search" value="${to}" placeholder="ada@example.com" autocomplete="off">
<button>Show</button>
</form>
${mails.length === 0 ? nothing : html`<ul class="list">${mails.slice(0, maxListed).map(listed)}</ul>`}
${mails.length > maxListed ? html`<p class="quiet">These are the newest ${maxListed} of ${mails.length.toLocaleString("en")}. Enter an address to see its emails.</p>` : ""}`;
  sendPage(response, { title: "Mailbox", body, refreshes: true });
}

const listed = (mail: Head): Html => html`<li><a class="row" href="/mailbox/${mail.id}">
<strong>${mail.subject || "(no subject)"}</strong>
<span>${mail.destinations.join(", ")} · <time datetime="${mail.at}">${mail.at.slice(0, 19).replace("T", " ")} UTC</time> · ${shownMailStatuses(mail)}</span>
</a></li>`;

const shownMailStatuses = (mail: Head): Html[] =>
  mail.mailStatuses.map((mailStatus, index) => html`${index > 0 ? ", " : ""}${mailStatuses[mailStatus]}`);

function sendMail(
  store: MailStore,
  response: ServerResponse,
  requested: { id: string; part: string | undefined; view: string | null },
): void {
  const mail = store.get(requested.id);
  if (!mail || (requested.part !== undefined && requested.part !== "html")) sendMissing(response);
  else if (requested.part === "html") sendFrame(response, mail);
  else sendView(store, response, mail, requested.view);
}

function sendView(store: MailStore, response: ServerResponse, mail: Mail, wanted: string | null): void {
  const available = viewsOf(mail);
  const view = available.find((one) => one === wanted) ?? available[0] ?? "text";
  const body = html`<h1>${mail.subject || "(no subject)"}</h1>
<dl class="facts">
<dt>From</dt><dd>${mail.from}</dd>
<dt>To</dt><dd>${mail.destinations.join(", ")}</dd>
<dt>Sent</dt><dd><time datetime="${mail.at}">${mail.at.slice(0, 19).replace("T", " ")} UTC</time></dd>
<dt>Status</dt><dd>${shownMailStatuses(mail)}</dd>
</dl>
<nav aria-label="Parts of the email"><ul class="tabs">${available.map((one) => tab(mail, one, view))}</ul></nav>
${shownView(store, mail, view)}`;
  sendPage(response, { title: mail.subject || "Mail", body });
}

const viewsOf = (mail: Mail): View[] => [...(mail.html ? (["html"] as const) : []), "text", "headers", "raw"];

function tab(mail: Mail, view: View, current: View): Html {
  const mark = view === current ? html` aria-current="page"` : undefined;
  return html`<li><a href="/mailbox/${mail.id}?view=${view}"${mark}>${views[view]}</a></li>`;
}

function shownView(store: MailStore, mail: Mail, view: View): Html {
  const shown: Record<View, () => Html> = {
    html: () =>
      html`<iframe class="mail" title="The email" sandbox="allow-popups allow-popups-to-escape-sandbox" src="/mailbox/${mail.id}/html"></iframe>`,
    text: () => html`<pre tabindex="0">${linked(mail.text)}</pre>`,
    headers: () =>
      html`<dl class="facts">${mail.headers.map(({ name, value }) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`,
    raw: () => html`<pre tabindex="0">${store.raw(mail.id)?.toString() ?? ""}</pre>`,
  };
  return shown[view]();
}

/** The mail itself, for the frame: its links open in a new tab. */
function sendFrame(response: ServerResponse, mail: Mail): void {
  const body = `<base target="_blank">${mail.html ?? ""}`;
  send(response, 200, "text/html; charset=utf-8", body, { "content-security-policy": mailPolicy });
}
