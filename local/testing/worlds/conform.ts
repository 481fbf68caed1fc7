import { type Document, document } from "@muster/functions/api/openapi.ts";
import { Ajv2020, type ValidateFunction } from "@redocly/ajv/dist/2020.js";

type Node = Record<string, unknown>;
export type Answer = {
  status: number;
  headers: Headers;
  text: string;
  /** The JSON of the answer; an empty object if there is none. */
  body: Node;
};

/** Headers of every answer of the API, including errors and bugs. */
const always = { "cache-control": "no-store" };
/** The same, except for 304, which has nothing to protect. */
const protective = {
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "strict-transport-security": "max-age=63072000; includeSubDomains",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

const described = document();
// what is compiled is used a few times: making it fast would take longer
const ajv = new Ajv2020({ strict: false, allErrors: true, inlineRefs: false, code: { optimize: false } });
ajv.addFormat("date-time", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
ajv.addFormat("uri-reference", true);
ajv.addSchema({ ...(closed(described) as Document), $id: "muster" });
const places = Object.entries(described.paths).map(([template, item]) => {
  const pattern = new RegExp(`^${template.replace(/{\w+}/g, "[^/]+")}$`);
  return { template, pattern, item };
});
const validators = new Map<string, ValidateFunction>();

/**
 * Checks an answer against the API document: its status, its type, its body down to the last attribute, its code, and
 * the common headers.
 * @throws Error that says what differs
 */
export function conform(method: string, path: string, answer: Answer): void {
  const name = `${method} ${path} → ${answer.status} ${JSON.stringify(answer.body.code)}`;
  const wrong = [...wrongHeaders(answer), ...wrongContent(method, path, answer)];
  if (wrong.length > 0) throw new Error(`${name} is not as documented:\n${wrong.join("\n")}\n${answer.text}`);
}

/** Finds a request's operation in the document. */
export function operationAt(method: string, path: string): { operation: Node; pointer: string } | undefined {
  const verb = method === "HEAD" ? "get" : method.toLowerCase();
  const [place = ""] = path.split("?");
  for (const { template, pattern, item } of places) {
    const operation = item[verb];
    if (operation && pattern.test(place)) return { operation, pointer: `/paths/${escaped(template)}/${verb}` };
  }
  return undefined;
}

function wrongHeaders(answer: Answer): string[] {
  const protect = Object.entries(protective).map(
    ([name, value]) => [name, answer.status === 304 ? null : value] as const,
  );
  const wrong = [...Object.entries(always), ...protect].filter(([name, value]) => answer.headers.get(name) !== value);
  const nameless = answer.headers.get("x-request-id") ? [] : ["It has no x-request-id."];
  return [...wrong.map(([name]) => `Its header ${name} is ${answer.headers.get(name)}.`), ...nameless];
}

function wrongContent(method: string, path: string, answer: Answer): string[] {
  if (isWrongMethod(answer)) return [];
  const found = operationAt(method, path);
  if (!found) return isNowhere(method, answer) ? [] : ["It is not in the document."];
  const { operation } = found;
  const response = nodeOf(resolved(nodeOf(operation.responses)[answer.status]));
  if (Object.keys(response).length === 0) return ["This status is not in the document."];
  const types = Object.keys(nodeOf(response.content));
  if (types.length === 0 || method === "HEAD") return answer.text === "" ? [] : ["It should have no body."];
  const type = types.find((one) => one === answer.headers.get("content-type"));
  if (type === undefined) return [`Its type is ${answer.headers.get("content-type")}.`];
  const codes = operation["x-error-codes"] as unknown[];
  if (answer.status >= 400 && !codes.includes(answer.body.code)) return ["This code is not in the document."];
  const { $ref = `#${found.pointer}/responses/${answer.status}` } = nodeOf(nodeOf(operation.responses)[answer.status]);
  return wrongShape(`${String($ref).slice(1)}/content/${escaped(type)}/schema`, type, answer);
}

/** @param pointer of the shape in the document */
function wrongShape(pointer: string, type: string, answer: Answer): string[] {
  const validate = validators.get(pointer) ?? ajv.compile({ $ref: `muster#${encodeURI(pointer)}` });
  validators.set(pointer, validate);
  const isJson = type.endsWith("json");
  if (validate(isJson ? answer.body : answer.text)) return [];
  return (validate.errors ?? []).map(
    (error) => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`,
  );
}

/** No operation documents 405: it is answered for methods without one. */
const isWrongMethod = ({ status, headers }: Answer) => status === 405 && headers.has("allow");

function isNowhere(method: string, { status, body }: Answer): boolean {
  if (method === "HEAD") return status === 404;
  if (method === "OPTIONS" && status === 204) return true;
  return body.code === "route.missing" || body.code === "request.wrong_origin";
}

/** Returns the target of a reference within the document, or the part itself. */
function resolved(part: unknown): unknown {
  const { $ref } = nodeOf(part);
  if (typeof $ref !== "string") return part;
  const names = $ref.slice(2).split("/");
  return names.reduce<unknown>((node, name) => nodeOf(node)[name], described);
}

/** The document again, with no room for attributes that it does not name. */
function closed(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(closed);
  if (typeof part !== "object" || part === null) return part;
  const inner = Object.fromEntries(Object.entries(part).map(([name, value]) => [name, closed(value)]));
  return inner.type === "object" && "properties" in inner ? { additionalProperties: false, ...inner } : inner;
}

const escaped = (text: string) => text.replaceAll("~", "~0").replaceAll("/", "~1");
const nodeOf = (value: unknown): Node => (typeof value === "object" && value !== null ? (value as Node) : {});
