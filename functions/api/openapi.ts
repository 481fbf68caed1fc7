import type { FailureType } from "@muster/core/kernel/failure.ts";
import * as ID from "@muster/core/kernel/id.ts";
import { permissions, type Rule } from "@muster/core/kernel/permission.ts";
import { app } from "./app.ts";
import { failures as credentialFailures } from "./credentials.ts";
import { failures as doorFailures, type Operation, pathParameters } from "./door.ts";
import { inputSchema, type JsonSchema, named, outputSchema } from "./json-schema.ts";
import { allRoutes } from "./lazy.ts";
import { shapes, tags } from "./nouns.ts";
import { codesOf, errorCodeSchema, errorResponses, problemSchema, sharedResponses } from "./openapi-errors.ts";
import { failures as unroutedFailures } from "./unrouted.ts";

const version = "0.1.0";
const healthPath = "/api/v1/health";

const routes = await allRoutes(app({ url: "https://muster.invalid", secure: true }));

/** A mounted route, as the document names it. */
export type MountedOperation = Operation & { id: string; method: string; path: string };
export type Document = { paths: Record<string, Record<string, JsonSchema>> } & Record<string, unknown>;

/**
 * Every domain function that is mounted.
 * @throws Error for a route that no door made, because the document could not tell of it
 */
export function operations(): MountedOperation[] {
  const mounted = routes
    .filter(({ method, path }) => method !== "ALL" && path.startsWith("/api/v1/") && path !== healthPath)
    .map(({ method, path, handler }) => {
      if (!("operation" in handler)) throw new Error(`${method} ${path} is not made by a door.`);
      return {
        ...(handler.operation as Operation),
        method: method.toLowerCase(),
        path: path.replace(/:(\w+)/g, "{$1}"),
      };
    });
  const isAlone = ({ fn }: Operation) => mounted.filter((one) => one.fn.action === fn.action).length === 1;
  return mounted.map((one) => ({
    ...one,
    id: isAlone(one) ? one.fn.action : `${one.fn.action}.${lastWord(one.path)}`,
  }));
}

/** What may go wrong with a mounted operation, bugs apart. */
export function failuresOf({ method, failures }: MountedOperation): FailureType[] {
  const aboutKeys: readonly FailureType[] = Object.values(doorFailures);
  return failures.filter((type) => method === "post" || !aboutKeys.includes(type));
}

/** The OpenAPI 3.1 document of the API, made from its mounted routes. */
export function document(): Document {
  const paths: Document["paths"] = { [healthPath]: { get: health } };
  const mounted = operations();
  const allCodes = codesOf([
    ...mounted.flatMap(failuresOf),
    credentialFailures.unrouted,
    ...Object.values(unroutedFailures),
  ]);
  for (const operation of mounted) {
    paths[operation.path] = { ...paths[operation.path], [operation.method]: describe(operation) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Muster",
      version,
      summary: "Organizations, their people and what they may do.",
      description: introduction,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/", description: "The site itself: the API and the pages share one host." }],
    tags: [...Object.values(tags), ["Health", "Whether the API answers."] as const].map(([name, description]) => ({
      name,
      description,
    })),
    paths,
    components: {
      securitySchemes,
      headers: sharedHeaders,
      // no operation answers 405
      responses: sharedResponses(allCodes.filter(({ status }) => status !== 405)),
      schemas: { ...named(shapes), Problem: problemSchema, ErrorCode: errorCodeSchema(allCodes) },
    },
  };
}

const introduction = [
  "Answers are JSON. Refusals are `application/problem+json` (RFC 9457): branch on `code`, show `detail`.",
  "Every refusal is explained in the list of codes.",
  "Lists come in pages: send `next` back as `cursor` for the page that follows; without `next` it was the last.",
].join(" ");

const securitySchemes = {
  cookie: {
    type: "apiKey",
    in: "cookie",
    name: "__Host-s",
    description:
      "The session of a browser. Whatever is not GET also needs the exact `Origin` of the site and `x-muster: 1`.",
  },
  bearer: {
    type: "http",
    scheme: "bearer",
    description: "The session of a script, from `POST /api/v1/sign-in/token`.",
  },
};

function describe(operation: MountedOperation): JsonSchema {
  const { fn, summary } = operation;
  const body = bodyOf(operation);
  const noun = fn.action.slice(0, fn.action.indexOf(".")) as keyof typeof tags;
  return {
    operationId: operation.id,
    summary,
    description: rights(permissions[fn.action]),
    tags: [tags[noun][0]],
    security: isPublic(operation) ? [] : [{ cookie: [] }, { bearer: [] }],
    parameters: parametersOf(operation),
    ...(body && {
      requestBody: { required: required(body).length > 0, content: { "application/json": { schema: body } } },
    }),
    responses: responsesOf(operation),
    "x-error-codes": codesOf(failuresOf(operation)).map(({ code }) => code),
  };
}

const isPublic = ({ fn }: Operation) => (permissions[fn.action] as Rule).public !== undefined;

/** Who may call it, in a sentence. */
function rights(rule: Rule): string {
  const roles = (["owner", "admin", "write", "read"] as const).filter((role) => rule[role]);
  const fresh = rule.fresh ? " Needs a proof of identity not older than 10 minutes." : "";
  if (rule.public) return `For anybody.${fresh}`;
  if (rule.account) return `For anybody who is signed in.${fresh}`;
  return `For members with the role ${new Intl.ListFormat("en", { type: "disjunction" }).format(roles)}.${fresh}`;
}

function parametersOf({ fn, source, method, path, ownPagesOnly }: MountedOperation): JsonSchema[] {
  const input = inputSchema(fn.input, shapes);
  const inPath = [...path.matchAll(/{(\w+)}/g)].map(([, name = ""]) => ({
    name,
    in: "path",
    required: true,
    schema: properties(input)[name] ?? inputSchema(ID.schema(name as ID.Noun), shapes),
  }));
  const isInPath = (name: string) => inPath.some((one) => one.name === name);
  const asked = Object.entries(source === "query" ? properties(input) : {}).filter(([name]) => !isInPath(name));
  const inQuery = asked.map(([name, schema]) => ({
    name,
    in: "query",
    required: required(input).includes(name),
    schema,
  }));
  return [
    ...inPath,
    ...inQuery,
    ...(fn.once && method === "post" ? [idempotencyKey] : []),
    ...(source === "query" ? [ifNoneMatch] : []),
    ...(ownPagesOnly ? [ownHeader] : []),
  ];
}

const idempotencyKey = {
  name: "Idempotency-Key",
  in: "header",
  description:
    "A name of your own for this request. Sent again within 24 hours it is answered the same, and done once.",
  schema: { type: "string", pattern: "^[\\x21-\\x7e]{1,200}$" },
};
const ifNoneMatch = {
  name: "If-None-Match",
  in: "header",
  description: "The ETag of an earlier answer: while it is still right, the answer is 304 and has no body.",
  schema: { type: "string" },
};
const ownHeader = {
  name: "x-muster",
  in: "header",
  required: true,
  description: "Shows that a page of the site asks, together with its Origin.",
  schema: { type: "string", enum: ["1"] },
};

/** The body of a request, without what the path names. */
function bodyOf({ fn, source }: Operation): JsonSchema | undefined {
  if (source !== "json") return undefined;
  const schema = inputSchema(fn.input, shapes);
  const isInPath = (name: string) => (pathParameters as readonly string[]).includes(name);
  const own = Object.entries(properties(schema)).filter(([name]) => !isInPath(name));
  if (own.length === 0) return undefined;
  return {
    ...schema,
    properties: Object.fromEntries(own),
    required: required(schema).filter((name) => !isInPath(name)),
  };
}

function responsesOf(operation: MountedOperation): JsonSchema {
  const { status, output, source, media } = operation;
  const isFile = media !== "application/json";
  const success = {
    description: isFile
      ? "A part of a file: all parts, laid end to end, are the file."
      : output
        ? "Done."
        : "Done; there is nothing to say.",
    ...(source === "query" && { headers: { ...etag, ...(isFile && fileHeaders) } }),
    ...(output && { content: { [media]: { schema: outputSchema(output, shapes) } } }),
  };
  const unchanged = { description: "Not changed since the answer that If-None-Match names." };
  return {
    [status]: success,
    ...(source === "query" && { 304: unchanged }),
    ...errorResponses(codesOf(failuresOf(operation))),
  };
}

const sharedHeaders = {
  WWWAuthenticate: { description: "How to authenticate: `Bearer`.", schema: { type: "string" } },
  RetryAfter: { description: "Seconds to wait before the request may succeed.", schema: { type: "integer" } },
};
const text = { type: "string" };
const etag = { ETag: { description: "Names this answer.", schema: text } };
const fileHeaders = {
  "Content-Disposition": { description: "A name for the file.", schema: text },
  Link: { description: 'Where the next part is, with `rel="next"`; absent from the last.', schema: text },
};

const healthCodes = codesOf([credentialFailures.unrouted]);
const health: JsonSchema = {
  operationId: "health",
  summary: "Ask whether the API answers",
  description: "For anybody. Reads nothing.",
  tags: ["Health"],
  security: [],
  responses: {
    200: {
      description: "It does.",
      content: {
        "application/json": {
          schema: { type: "object", required: ["status"], properties: { status: { type: "string", enum: ["ok"] } } },
        },
      },
    },
    ...errorResponses(healthCodes),
  },
  "x-error-codes": healthCodes.map(({ code }) => code),
};

const lastWord = (path: string) => (path.split("/").at(-1) ?? "").replace(/[{}]/g, "");
const properties = (schema: JsonSchema) => (schema.properties ?? {}) as Record<string, JsonSchema>;
const required = (schema: JsonSchema) => (schema.required ?? []) as string[];
