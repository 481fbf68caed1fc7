import type { FailureType } from "@muster/core/base/failure.ts";
import * as ID from "@muster/core/base/id.ts";
import { reauthenticationMinutes } from "@muster/core/base/limits.ts";
import { permissions, type Rule } from "@muster/core/base/permission.ts";
import { roles } from "@muster/core/base/role.ts";
import { failures as onceFailures } from "@muster/core/kernel/idempotency.ts";
import { failures as limitFailures } from "@muster/core/rate/windows.ts";
import * as v from "valibot";
import { failures as credentialFailures } from "./credentials.ts";
import { withEvents } from "./event-schemas.ts";
import { everyRoute } from "./every-route.ts";
import { failures as keyFailures } from "./idempotency.ts";
import { inputSchema, type JsonSchema, named, outputSchema } from "./json-schema.ts";
import { codesOf, errorCodeSchema, errorResponses, problemSchema, sharedResponses } from "./openapi-errors.ts";
import { oauthErrorResponses, requestBody } from "./openapi-oauth.ts";
import { introduction, securitySchemes, sharedHeaders, sharedParameters } from "./openapi-text.ts";
import { type Operation } from "./operation.ts";
import { pathParameters } from "./path-parameters.ts";
import { inputs, shapes, tags } from "./schemas.ts";
import { failures as unroutedFailures } from "./unrouted.ts";

const version = "0.1.0";
const healthPath = "/api/v1/health";

const site = { url: "https://muster.invalid", secure: true };
const routes = await everyRoute(site);

/** A mounted route, and the key by which tests and costs identify it. */
export type MountedOperation = Operation & { id: string; method: string; path: string };
export type Document = { paths: Record<string, Record<string, JsonSchema>> } & Record<string, unknown>;
/** A recorded request and its answer; bodies only. */
export type Example = { request?: unknown; answer?: unknown };

/**
 * Returns every mounted domain function.
 * @throws Error for a route without an operation, because the document could not describe it
 */
export function operations(): MountedOperation[] {
  const mounted = routes
    .filter(({ method, path }) => method !== "ALL" && path.startsWith("/api/v1/") && path !== healthPath)
    .map(({ method, path, handler }) => {
      if (!("operation" in handler)) throw new Error(`${method} ${path} is not an operation.`);
      return {
        ...(handler.operation as Operation),
        method: method.toLowerCase(),
        path: path.replace(/:(\w+)/g, "{$1}"),
      };
    });
  const isAlone = ({ fn }: Operation) => mounted.filter((one) => one.fn.permission === fn.permission).length === 1;
  return mounted.map((one) => ({
    ...one,
    id: isAlone(one) ? one.fn.permission : `${one.fn.permission}.${lastWord(one.path)}`,
  }));
}

/** Returns the failures of a mounted operation, except bugs. */
export function failuresOf({ method, failures }: MountedOperation): FailureType[] {
  const aboutKeys: readonly FailureType[] = [...Object.values(keyFailures), onceFailures.reused];
  return failures.filter((type) => method === "post" || !aboutKeys.includes(type));
}

/**
 * Returns the OpenAPI 3.1 document of the API, made from its mounted routes.
 * @param examples by `operationId`
 */
export function document(examples: Record<string, Example> = {}): Document {
  const paths: Document["paths"] = { [healthPath]: { get: health } };
  const lists: JsonSchema = {};
  const mounted = operations();
  const allCodes = codesOf([
    ...mounted.flatMap(failuresOf),
    credentialFailures.unrouted,
    ...Object.values(unroutedFailures),
  ]);
  for (const operation of mounted) {
    const described = describe(operation, examples[operation.operationId] ?? {}, lists);
    paths[operation.path] = { ...paths[operation.path], [operation.method]: described };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Muster",
      version,
      summary: "Organizations, their members, and what they may do.",
      description: introduction,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/", description: "The site itself: the API and the pages share one host." }],
    tags: [...Object.values(tags), ["Health", "Whether the API answers."] as const].map(([name, description]) => ({
      name,
      description,
    })),
    paths,
    // what no operation answers has no other place
    "x-unrouted-errors": allCodes.filter(({ status }) => status === 405),
    components: {
      securitySchemes,
      parameters: { ...sharedParameters, ...idParameters() },
      headers: sharedHeaders,
      responses: { NotModified: notModified, ...sharedResponses(allCodes.filter(({ status }) => status !== 405)) },
      schemas: {
        ...withEvents(named(shapes)),
        ...named(inputs, inputSchema),
        ...lists,
        Problem: problemSchema,
        ErrorCode: errorCodeSchema(allCodes),
      },
    },
  };
}

function describe(operation: MountedOperation, example: Example, lists: JsonSchema): JsonSchema {
  const { fn, operationId, text } = operation;
  const [, summary, description] = /^(.+?)\.(?: (.+))?$/.exec(text ?? "") ?? [];
  const body = bodyOf(operation);
  const noun = fn.permission.slice(0, fn.permission.indexOf("."));
  const heading = (tags as Record<string, readonly [string, string]>)[noun];
  if (!heading) throw new Error(`The noun ${noun} needs a heading in the tags of functions/api/schemas.ts.`);
  const content = { schema: body, ...(example.request !== undefined && { example: example.request }) };
  return {
    operationId,
    summary,
    description: [description, rights(permissions[fn.permission])].filter(Boolean).join(" "),
    tags: [heading[0]],
    security: isPublic(operation) ? [] : [{ cookie: [] }, { bearer: [] }],
    parameters: parametersOf(operation),
    ...(body && { requestBody: requestBody(operation, content) }),
    responses: responsesOf(operation, example, lists),
    "x-error-codes": codesOf(failuresOf(operation)).map(({ code }) => code),
  };
}

/** Schemas that requests may refer to. */
const sent = { ...shapes, ...inputs };

const isPublic = ({ fn }: Operation) => (permissions[fn.permission] as Rule).public !== undefined;

/** Says in a sentence who may call it. */
function rights(rule: Rule): string {
  const allowed = roles.filter((role) => rule[role]);
  const fresh = rule.reauthenticated
    ? ` You must have confirmed your identity in the last ${reauthenticationMinutes} minutes.`
    : "";
  if (rule.public) return `No sign-in is needed.${fresh}`;
  if (rule.sessions === false) return "Only a linked device can do this.";
  if (rule.account) return `You must be signed in.${fresh}`;
  if (allowed.length === roles.length) return `You must be a member of the organization.${fresh}`;
  return `Your role must be ${new Intl.ListFormat("en", { type: "disjunction" }).format(allowed)}.${fresh}`;
}

const nounsInPaths = ["organization", ...pathParameters] as const;
const parameterName = (noun: string) => `${noun[0]?.toUpperCase()}${noun.slice(1)}Id`;
/** @throws Error for a parameter that no operation would take from its path */
function pathParameter(noun: string): JsonSchema {
  if ((nounsInPaths as readonly string[]).includes(noun)) return reference("parameters", parameterName(noun));
  throw new Error(`Paths name "${noun}": add it to functions/api/path-parameters.ts.`);
}

/** The text after `/unsubscribe/` in the link of an email. */
const linkOfEmail = v.string();

/** The parameters of paths, one for each noun. */
const idParameters = (): JsonSchema =>
  Object.fromEntries(
    nounsInPaths.map((noun) => {
      const { description, ...schema } = inputSchema(noun === "link" ? linkOfEmail : ID.schema(noun), shapes);
      return [parameterName(noun), { name: noun, in: "path", required: true, description, schema }];
    }),
  );

function parametersOf(operation: MountedOperation): JsonSchema[] {
  const { fn, source, method, path, ownPagesOnly, etagOf, isVersioned } = operation;
  const input = inputSchema(fn.input, sent);
  const inPath = [...path.matchAll(/{(\w+)}/g)].map(([, name = ""]) => name);
  const inputs = Object.entries(source === "query" ? properties(input) : {}).filter(
    ([name]) => !inPath.includes(name) && !(isVersioned && name === "version"),
  );
  const inQuery = inputs.map(([name, { description, ...schema }]) => ({
    name,
    in: "query",
    required: required(input).includes(name),
    description,
    schema,
  }));
  return [
    ...inPath.map(pathParameter),
    ...inQuery,
    ...(fn.idempotency !== "unsupported" && method === "post" ? [reference("parameters", "IdempotencyKey")] : []),
    ...(source === "query" || etagOf ? [reference("parameters", "IfMatch")] : []),
    ...(source === "query" ? [reference("parameters", "IfNoneMatch")] : []),
    ...(ownPagesOnly ? [reference("parameters", "OwnPage")] : []),
  ];
}

/** The body of a request, without the parameters of the path. */
function bodyOf({ fn, source, filters }: Operation): JsonSchema | undefined {
  if (source !== "json") return undefined;
  const schema = inputSchema(fn.input, sent);
  // an input of several forms names nothing of a path
  if (schema["oneOf"] ?? schema["anyOf"]) return schema;
  const isInPath = (name: string) => (pathParameters as readonly string[]).includes(name) && !filters.includes(name);
  const own = Object.entries(properties(schema)).filter(([name]) => !isInPath(name));
  if (own.length === 0) return undefined;
  return {
    ...schema,
    properties: Object.fromEntries(own),
    required: required(schema).filter((name) => !isInPath(name)),
  };
}

/** Returns whether a read can be told to include a change. */
export const takesAfter = (input: object): boolean => "entries" in input && "after" in (input.entries as object);

/** A preview and a review are sent like a change, and write nothing. */
const isChange = ({ source, operationId }: Operation) => source === "json" && !/^p?review/.test(operationId);

function responsesOf(operation: MountedOperation, { answer }: Example, lists: JsonSchema): JsonSchema {
  const { status, output, source, media, failures, path, fn } = operation;
  const isFile = media !== "application/json";
  const isCounted = failures.includes(limitFailures.limited);
  const headers = {
    ...(source === "query" && { ETag: reference("headers", "ETag") }),
    ...(isFile && {
      "Content-Disposition": reference("headers", "ContentDisposition"),
      Link: reference("headers", "Link"),
    }),
    ...(path.includes("/organizations/") &&
      isChange(operation) && { "Muster-Position": reference("headers", "MusterPosition") }),
    ...(takesAfter(fn.input) && { "Muster-Included": reference("headers", "MusterIncluded") }),
    ...(isCounted && {
      "RateLimit-Policy": reference("headers", "RateLimitPolicy"),
      RateLimit: reference("headers", "RateLimit"),
    }),
  };
  const schema = output && listed(outputSchema(output, shapes), lists);
  const success = {
    description: isFile ? "A part of the file." : (phrases[status] ?? "OK."),
    ...(Object.keys(headers).length > 0 && { headers }),
    ...(schema && { content: { [media]: { schema, ...(answer !== undefined && { example: answer }) } } }),
  };
  return {
    [status]: success,
    ...(source === "query" && { 304: reference("responses", "NotModified") }),
    ...(operation.isOAuth ? oauthErrorResponses : errorResponses)(codesOf(failuresOf(operation))),
  };
}

/** A list of named items gets a name, too. */
function listed(schema: JsonSchema, lists: JsonSchema): JsonSchema {
  const { items, next } = properties(schema);
  const { $ref } = (items?.items ?? {}) as { $ref?: string };
  if ($ref === undefined) return schema;
  const name = $ref.slice($ref.lastIndexOf("/") + 1);
  lists[`${name}List`] = { description: `A ${next ? "page of a " : ""}list of ${name} objects.`, ...schema };
  return reference("schemas", `${name}List`);
}

const phrases: Record<number, string> = { 201: "Created.", 202: "Accepted.", 204: "Done, without a body." };

const reference = (kind: string, name: string): JsonSchema => ({ $ref: `#/components/${kind}/${name}` });

const notModified = { description: "Nothing has changed since the answer that `If-None-Match` identifies." };

const healthCodes = codesOf([credentialFailures.unrouted]);
const health: JsonSchema = {
  operationId: "checkHealth",
  summary: "Check whether the API answers",
  description: "No sign-in is needed. Nothing is read.",
  tags: ["Health"],
  security: [],
  responses: {
    200: {
      description: "It does.",
      content: {
        "application/json": {
          schema: {
            type: "object",
            required: ["status", "release"],
            properties: {
              status: { type: "string", enum: ["ok"], description: "Always `ok`." },
              release: {
                type: "string",
                description: "The code that answers: a tag or commit, with a `+` if it was changed since.",
              },
            },
          },
          example: { status: "ok", release: "v1.2.0" },
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
