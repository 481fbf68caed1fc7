import type { ServerResponse } from "node:http";
import { type Html, html } from "../http/html.ts";
import { sendPage } from "../http/page.ts";

const methods = ["get", "post", "put", "patch", "delete"];

export const documentPath = "/reference/openapi.json";

type Node = Record<string, unknown>;

/** The API reference, made from the API's OpenAPI document. */
export function sendReference(response: ServerResponse, document: unknown): void {
  const root = nodeOf(document);
  const info = nodeOf(root.info);
  const operations = Object.entries(nodeOf(root.paths)).flatMap(([path, item]) =>
    methods.flatMap((method) =>
      method in nodeOf(item) ? [{ path, method, operation: nodeOf(nodeOf(item)[method]) }] : [],
    ),
  );
  const groups = new Map<string, typeof operations>();
  for (const one of operations) groups.set(roomOf(one.path), [...(groups.get(roomOf(one.path)) ?? []), one]);
  const body = html`<h1>${textOf(info.title) || "API"} ${textOf(info.version)}</h1>
<p>${textOf(info.description)}</p>
<p><a href="${documentPath}">The OpenAPI document</a></p>
${[...groups].map(([name, group]) => html`<h2>${name}</h2>${group.map((one) => shownOperation(root, one))}`)}`;
  sendPage(response, { title: "API reference", body });
}

/** The first part of a path that says what it is about. */
const roomOf = (path: string): string => path.split("/").find((part) => !["", "api", "v1"].includes(part)) ?? "";

function shownOperation(
  root: Node,
  { path, method, operation }: { path: string; method: string; operation: Node },
): Html {
  const body = nodeOf(resolved(root, operation.requestBody));
  const responses = Object.entries(nodeOf(operation.responses));
  return html`<details>
<summary><span class="method">${method.toUpperCase()}</span> <code>${path}</code> <span class="quiet">${textOf(operation.summary)}</span></summary>
<p>${textOf(operation.description)}</p>
${shownParameters(root, operation)}
${operation.requestBody === undefined ? "" : html`<h3>Body</h3>${shownContent(root, body)}`}
${responses.map(([status, response]) => shownResponse(root, status, nodeOf(resolved(root, response))))}
</details>`;
}

function shownParameters(root: Node, operation: Node): Html {
  const parameters = listOf(operation.parameters).map((one) => nodeOf(resolved(root, one)));
  if (parameters.length === 0) return html``;
  const rows = parameters.map(
    (one) => html`<dt><code>${textOf(one.name)}</code></dt>
<dd>${textOf(one.in)}${one.required === true ? ", required" : ""}. ${textOf(one.description)}</dd>`,
  );
  return html`<h3>Parameters</h3><dl class="facts">${rows}</dl>`;
}

const shownResponse = (root: Node, status: string, response: Node): Html =>
  html`<h3>${status} <span class="quiet">${textOf(response.description)}</span></h3>${shownContent(root, response)}`;

function shownContent(root: Node, holder: Node): Html {
  const shapes = Object.values(nodeOf(holder.content)).map((content) => outline(root, nodeOf(content).schema));
  return html`${shapes.map((shape) => html`<pre tabindex="0">${JSON.stringify(shape, null, 2) ?? ""}</pre>`)}`;
}

/** A schema as the JSON that it describes, with a word about each value. */
function outline(root: Node, schema: unknown, depth = 0): unknown {
  const node = nodeOf(resolved(root, schema));
  if (depth > 6) return "…";
  if (node.const !== undefined) return node.const;
  const choices = listOf(node.anyOf ?? node.oneOf);
  if (choices.length > 0) return choices.map((choice) => outline(root, choice, depth + 1));
  if (Array.isArray(node.enum)) return node.enum.join(" | ");
  if (node.type === "array") return [outline(root, node.items, depth + 1)];
  if (node.properties === undefined) return wordsAbout(node);
  const required = listOf(node.required);
  const properties = Object.entries(nodeOf(node.properties)).map(([name, value]) => [
    required.includes(name) ? name : `${name}?`,
    outline(root, value, depth + 1),
  ]);
  return Object.fromEntries(properties);
}

const wordsAbout = (node: Node): string =>
  [[node.type].flat().join(" | "), textOf(node.format), textOf(node.description)].filter(Boolean).join(", ");

/** What a `$ref` points at. */
function resolved(root: Node, value: unknown): unknown {
  const reference = nodeOf(value).$ref;
  if (typeof reference !== "string") return value;
  return reference
    .split("/")
    .slice(1)
    .reduce<unknown>((node, part) => nodeOf(node)[part], root);
}

const nodeOf = (value: unknown): Node =>
  typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {};
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
