import { type ApiError, errorsOf, type Node, operationsOf, textOf } from "./document.ts";
import { type Html, html, inline } from "./html.ts";

/** The error reference: an entry for each code, which the `type` of a problem links to. */
export function errorPage(document: Node): Html {
  const all = operationsOf(document).length;
  return html`<h1>Errors</h1>
<p>An error is <code>application/problem+json</code> (RFC 9457). Branch on <code>code</code>, which does not change; show <code>detail</code>, which may.
<code>errors</code> names the invalid fields, <code>permission</code> the one that a 403 is about, and <code>requestId</code> identifies the request in the log.
After a 429, wait as many seconds as <code>Retry-After</code> says. After a 503, send the same request again.</p>
<table>
<thead><tr><th scope="col">Code</th><th scope="col">Status</th><th scope="col">Meaning</th><th scope="col">Operations</th></tr></thead>
<tbody>
${errorsOf(document).map((error) => rowOf(error, all))}
</tbody>
</table>`;
}

const rowOf = (error: ApiError, all: number): Html =>
  html`<tr id="${error.code}"><td><a href="#${error.code}"><code>${error.code}</code></a></td><td>${error.status}</td><td>${inline(error.message)}</td><td>${whereMet(error, all)}</td></tr>`;

function whereMet({ operations }: ApiError, all: number): Html {
  if (operations.length === 0) return html`Requests without an operation`;
  if (operations.length > all / 2) return html`Most operations`;
  const links = operations.map(({ operation }) => linkTo(textOf(operation["operationId"])));
  if (links.length <= 3) return html`<ul>${links}</ul>`;
  return html`<details><summary>${links.length} operations</summary><ul>${links}</ul></details>`;
}

const linkTo = (id: string): Html => html`<li><a href="/docs#${id}"><code>${id}</code></a></li>`;
