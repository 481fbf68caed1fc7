import type { ServerResponse } from "node:http";
import { schedules } from "@muster/functions/schedule/schedules.ts";
import type { Credentials } from "@muster/local-base/credential.ts";
import { type Html, html } from "@muster/local-base/html.ts";
import type { Depth } from "@muster/local-queues/queue.ts";
import { sendPage } from "./page.ts";

export type ShownQueue = {
  name: string;
  /** Missing for a consumer of the table's stream, which has no messages; its dead letters only name records. */
  depth?: Depth;
  deadLetters: { name: string; depth: Depth };
};

export type ShownClock = {
  /** ISO 8601; missing before the first run. */
  ranAt?: string;
  /** The error of the last run. */
  failure?: string;
  /** The page for moving the time. */
  moveUrl: string;
};

export type ShownPlace = {
  /** True if the dashboard is built. */
  site: boolean;
  folder: string;
  /** The endpoint of the table, if somebody else's engine has it. */
  otherTable?: string;
  region: string;
  uploadsUrl: string;
  credentials: Credentials;
  stripeUrl: string;
};

export function sendStart(
  response: ServerResponse,
  { site, folder, otherTable, region, uploadsUrl, credentials, stripeUrl }: ShownPlace,
): void {
  const rooms = [
    {
      path: "/",
      name: "Dashboard",
      what: site ? "Sign in and work with organizations." : "Not built yet: restart once web/ exists.",
    },
    { path: "/mailbox", name: "Mailbox", what: "Every email that Muster sends. The sign-in code is here." },
    { path: "/dns", name: "DNS records", what: "What Muster finds when it checks a domain. Add the record here." },
    { path: "/docs", name: "API reference", what: "Every request of the API, and every error." },
    { path: stripeUrl, name: "Stripe", what: "A stand-in: subscriptions, invoices, events. No card is charged." },
    { path: `${stripeUrl}/clock`, name: "Time", what: "Moves the time of Muster and of Stripe forward together." },
    { path: "/queues", name: "Queues and clock", what: "Waiting messages, dead letters, and the clock's last run." },
  ];
  // threat: the start page says that nothing leaves this machine although the table is on AWS
  const body = html`<h1>Muster runs on this machine</h1>
${
  otherTable === undefined
    ? html`<p>It keeps all its state in <code>${folder}</code>. Nothing leaves this machine.</p>`
    : html`<p>Its table is at <code>${otherTable}</code>. Everything else is in <code>${folder}</code>, on this machine.</p>`
}
<p class="quiet">Scripts reach its S3 bucket at <code>${uploadsUrl}</code>: key <code>${credentials.accessKeyId}</code>, secret <code>${credentials.secretAccessKey}</code>, region <code>${region}</code>.</p>
<ul class="list">${rooms.map(({ path, name, what }) => html`<li><a class="row" href="${path}"><strong>${name}</strong><span>${what}</span></a></li>`)}</ul>`;
  sendPage(response, { title: "Start", body });
}

export function sendQueues(response: ServerResponse, queues: ShownQueue[], clock: ShownClock): void {
  const body = html`<h1>Queues</h1>
<div class="scroll" tabindex="0" role="region" aria-label="Queues"><table>
<thead><tr><th scope="col">Queue</th><th scope="col" class="number">Waiting</th><th scope="col" class="number">In flight</th><th scope="col" class="number">Dead letters</th><th scope="col">Redrive</th></tr></thead>
<tbody>${queues.map(queueRow)}</tbody>
</table></div>
<p class="quiet">A message that fails five times becomes a dead letter. Redriving moves it back to where it failed.</p>
<h2>Clock</h2>
<p>It runs every ${schedules[0].everyMinutes} minutes; what is due once an hour or a day, it does then. ${shownRun(clock)}</p>
<form method="post" action="/clock"><button>Run it now</button></form>
<p><a href="${clock.moveUrl}">Move the time</a></p>`;
  sendPage(response, { title: "Queues", body, refreshes: true });
}

const shownRun = ({ ranAt, failure }: ShownClock) =>
  ranAt === undefined
    ? html`It has not run yet.`
    : html`Last run: <time datetime="${ranAt}">${ranAt.slice(0, 19).replace("T", " ")} UTC</time>${failure ? html`, <span class="bad">which failed: ${failure}</span>` : ""}.`;

function queueRow({ name, depth, deadLetters }: ShownQueue): Html {
  const dead = deadLetters.depth.visible + deadLetters.depth.inFlight;
  const waiting = depth ? depth.visible + depth.delayed : "–";
  return html`<tr><td>${name}</td><td class="number">${waiting}</td><td class="number">${depth?.inFlight ?? "–"}</td><td class="number">${dead}</td><td>${depth ? redriveForm(name, deadLetters.name, dead) : "Positions in the stream, not messages: see the log."}</td></tr>`;
}

const redriveForm = (name: string, deadLetters: string, dead: number): Html =>
  html`<form method="post" action="/queues/redrive"><input type="hidden" name="queue" value="${deadLetters}"><button aria-label="Redrive ${name}"${dead === 0 ? html` disabled` : ""}>Redrive</button></form>`;
