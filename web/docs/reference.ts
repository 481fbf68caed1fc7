import { listOf, type Node, nameOf, nodeOf, type Operation, operationsOf, resolved, textOf } from "./document.ts";
import { code, type Html, html, prose, slug } from "./html.ts";
import { fieldOf, fields, typeOf } from "./schema.ts";

/** The API reference, made from the OpenAPI document. */
export function referencePage(document: Node): Html {
  const info = nodeOf(document["info"]);
  const introduction = textOf(info["description"]);
  const tags = listOf(document["tags"]).map(nodeOf);
  const operations = operationsOf(document);
  const groups = tags.map((tag) => ({
    name: textOf(tag["name"]),
    description: textOf(tag["description"]),
    operations: operations.filter(({ operation }) => listOf(operation["tags"]).includes(tag["name"])),
  }));
  const shapes = Object.entries(nodeOf(nodeOf(document["components"])["schemas"]));
  const topics = [...introduction.matchAll(/^## (.+)$/gm)].map(([, title = ""]) => title);
  return html`<div class="beside">
<nav aria-label="On this page">
<ul>${topics.map((title) => html`<li><a href="#${slug(title)}">${title}</a></li>`)}
${groups.map((group) => contentsOf(group))}
<li><a href="#objects">Objects</a><ul>${shapes.map(([name]) => html`<li><a href="#${name}">${name}</a></li>`)}</ul></li></ul>
</nav>
<div>
<h1>API reference</h1>
<p>${textOf(info["summary"])} Version ${textOf(info["version"])}, as an <a href="/api/openapi.json">OpenAPI 3.1 document</a>, and its <a href="/docs/errors">errors</a>.</p>
${prose(introduction)}
${groups.map((group) => groupOf(document, group))}
<h2 id="objects">Objects</h2>
${shapes.map(([name, schema]) => shapeOf(name, nodeOf(schema)))}
</div>
</div>`;
}

type Group = { name: string; description: string; operations: Operation[] };

const contentsOf = ({ name, operations }: Group): Html =>
  html`<li><a href="#${slug(name)}">${name}</a><ul>${operations.map(
    ({ operation }) =>
      html`<li><a href="#${textOf(operation["operationId"])}">${textOf(operation["summary"])}</a></li>`,
  )}</ul></li>`;

const groupOf = (document: Node, { name, description, operations }: Group): Html =>
  html`<h2 id="${slug(name)}">${name}</h2>
${prose(description)}
${operations.map((one) => operationOf(document, one))}`;

function operationOf(document: Node, { method, path, operation }: Operation): Html {
  const id = textOf(operation["operationId"]);
  const parameters = listOf(operation["parameters"]).map((one) => resolved(document, one));
  const body = contentOf(resolved(document, operation["requestBody"]));
  const responses = Object.entries(nodeOf(operation["responses"])).filter(([status]) => Number(status) < 400);
  const codes = listOf(operation["x-error-codes"]).map(String);
  return html`<section aria-labelledby="${id}">
<h3 id="${id}"><a href="#${id}">${textOf(operation["summary"])}</a></h3>
<p class="route"><span class="method">${method.toUpperCase()}</span> ${code(path)} <span class="quiet">${id}</span></p>
${prose(textOf(operation["description"]))}
${parameters.length > 0 && html`<h4>Parameters</h4><dl class="fields">${parameters.map(parameterOf)}</dl>`}
${body !== undefined && html`<h4>Body</h4>${bodyOf(body)}`}
${responses.map(([status, response]) => responseOf(status, resolved(document, response)))}
${codes.length > 0 && html`<details><summary>Errors</summary><p>${codes.map(errorLink)}</p></details>`}
</section>`;
}

const errorLink = (name: string): Html => html`<a href="/docs/errors#${name}">${code(name)}</a>`;

function parameterOf(parameter: Node): Html {
  const schema = { ...nodeOf(parameter["schema"]), description: parameter["description"] };
  const place = parameter["in"] === "header" ? "header" : parameter["in"] === "path" ? "in the path" : "in the query";
  return fieldOf(textOf(parameter["name"]), schema, parameter["required"] === true, place);
}

function responseOf(status: string, response: Node): Html {
  const content = contentOf(response);
  return html`<h4>${status}</h4><p>${textOf(response["description"])}</p>${content !== undefined && bodyOf(content)}`;
}

function bodyOf(content: Node): Html {
  const schema = nodeOf(content["schema"]);
  const shown =
    nameOf(schema) === undefined && schema["properties"] !== undefined
      ? fields(schema)
      : html`<p>${typeOf(schema)}</p>`;
  const { example } = content;
  return html`${shown}${
    example !== undefined &&
    html`<details><summary>Example</summary><pre tabindex="0">${typeof example === "string" ? example : JSON.stringify(example, null, 2)}</pre></details>`
  }`;
}

const shapeOf = (name: string, schema: Node): Html =>
  html`<section aria-labelledby="${name}"><h3 id="${name}"><a href="#${name}">${name}</a></h3>
${prose(textOf(schema["description"]))}
${schema["properties"] === undefined ? html`<p>${typeOf(schema)}</p>` : fields(schema)}</section>`;

/** Returns the schema of a body, whatever its media type. */
function contentOf(holder: Node): Node | undefined {
  const [content] = Object.values(nodeOf(holder["content"]));
  return content === undefined ? undefined : nodeOf(content);
}
