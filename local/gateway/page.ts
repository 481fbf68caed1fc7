import type { ServerResponse } from "node:http";
import { type Html, html } from "@muster/local-base/html.ts";
import { send } from "@muster/local-base/response.ts";

const policy =
  "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-src 'self'; form-action 'self'; " +
  "base-uri 'none'; frame-ancestors 'none'";
const refreshingPolicy = `${policy}; script-src 'self'; connect-src 'self'`;

export const styleSheetPath = "/local.css";
export const refreshPath = "/refresh.js";

/** Shows what has changed since, unless somebody is using something on the page. */
export const refreshScript = `setInterval(async () => {
  const main = document.querySelector("main");
  if (document.hidden || main.contains(document.activeElement)) return;
  const answer = await fetch(location.href).catch(() => undefined);
  if (!answer?.ok) return;
  const next = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
  if (next.innerHTML !== main.innerHTML && !main.contains(document.activeElement)) main.replaceWith(next);
}, 2000);
`;

export type Page = {
  title: string;
  body: Html;
  status?: number;
  /** The page updates itself with its only script. */
  refreshes?: boolean;
};

const rooms = [
  ["/", "Dashboard"],
  ["/start", "Start"],
  ["/mailbox", "Mailbox"],
  ["/dns", "DNS"],
  ["/queues", "Queues"],
  ["/docs", "API reference"],
] as const;

/** Responds with a page that has the navigation of the embedded cloud. */
export function sendPage(response: ServerResponse, { title, body, status = 200, refreshes = false }: Page): void {
  const script = refreshes ? html`<script src="${refreshPath}" defer></script>` : undefined;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title} · Muster on this machine</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${styleSheetPath}">
${script}
</head>
<body>
<header><nav aria-label="Embedded cloud"><ul>${rooms.map(([path, name]) => html`<li><a href="${path}">${name}</a></li>`)}</ul></nav></header>
<main>
${body}
</main>
</body>
</html>
`;
  send(response, status, "text/html; charset=utf-8", page.html, {
    "content-security-policy": refreshes ? refreshingPolicy : policy,
  });
}

export function sendJson(response: ServerResponse, value: unknown, status = 200): void {
  const nothing = { "content-security-policy": "default-src 'none'" };
  send(response, status, "application/json; charset=utf-8", `${JSON.stringify(value, null, 2)}\n`, nothing);
}

/** Responds to a form that is longer than it may be. */
export function sendTooLong(response: ServerResponse): void {
  const body = html`<h1>This is too long</h1><p>Go back, and enter less.</p>`;
  sendPage(response, { title: "This is too long", status: 413, body });
}

export function sendMissing(response: ServerResponse): void {
  const body = html`<h1>Nothing here</h1><p>There is no page at this address.</p>`;
  sendPage(response, { title: "Nothing here", status: 404, body });
}
