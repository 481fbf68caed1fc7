import type { ServerResponse } from "node:http";
import { type Html, html } from "@muster/local-base/html.ts";
import { sendPage } from "../gateway/page.ts";
import type { Zone, ZoneRecord } from "./zone.ts";

/** The page of the records, and the form to add one. */
export function sendZone(response: ServerResponse, zone: Zone): void {
  const records = zone.records();
  const none = html`<p class="quiet">No records yet. Muster asks here for the records of domains; nothing leaves this machine.</p>`;
  const body = html`<h1>DNS records</h1>
<form class="bar" method="post" action="/dns">
<label for="name">Name</label> <input id="name" name="name" required maxlength="253" placeholder="_muster.acme.com" autocomplete="off">
<label for="type">Type</label> <select id="type" name="type"><option>TXT</option><option>CNAME</option></select>
<label for="value">Value</label> <input id="value" name="value" required maxlength="1000" placeholder="muster-verification=…" autocomplete="off">
<button>Add record</button>
</form>
<h2>Records</h2>
${
  records.length === 0
    ? none
    : html`<div class="scroll" tabindex="0" role="region" aria-label="Records"><table>
<thead><tr><th scope="col">Name</th><th scope="col">Type</th><th scope="col">Value</th><th scope="col">Remove</th></tr></thead>
<tbody>${records.map(rowOf)}</tbody>
</table></div>`
}
<p class="quiet">A name that begins with <code>*.</code> stands for every name that has no record.</p>`;
  sendPage(response, { title: "DNS records", body });
}

const rowOf = ({ name, type, value }: ZoneRecord): Html =>
  html`<tr><td><code>${name}</code></td><td>${type}</td><td><code>${value}</code></td><td><form method="post" action="/dns/remove"><input type="hidden" name="name" value="${name}"><input type="hidden" name="type" value="${type}"><input type="hidden" name="value" value="${value}"><button aria-label="Remove ${name}">Remove</button></form></td></tr>`;

/** Adds or removes the record of a form. One without a name or value changes nothing. */
export function takeRecord(zone: Zone, pathname: string, form: URLSearchParams): void {
  const [name, value] = [form.get("name")?.trim() ?? "", form.get("value")?.trim() ?? ""];
  if (name === "" || value === "") return;
  const record: ZoneRecord = { name, type: form.get("type") === "CNAME" ? "CNAME" : "TXT", value };
  if (pathname === "/dns") zone.add(record);
  else zone.remove(record);
}
