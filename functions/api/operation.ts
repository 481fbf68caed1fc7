import { type FailureType, implied } from "@muster/core/base/failure.ts";
import * as ID from "@muster/core/base/id.ts";
import { permissions, type Rule } from "@muster/core/base/permission.ts";
import { parseSent } from "@muster/core/base/valid.ts";
import type { Origin } from "@muster/core/kernel/actor.ts";
import { admitCredential } from "@muster/core/kernel/authorize.ts";
import { provide, type Context as Request } from "@muster/core/kernel/context.ts";
import type { Fn } from "@muster/core/kernel/fn.ts";
import { kernelKeys } from "@muster/core/kernel/keys.ts";
import { table } from "@muster/core/kernel/ports.ts";
import { failures as organizationFailures } from "@muster/core/organization/organization.ts";
import { networkOf } from "@muster/core/rate/network.ts";
import { rowName } from "@muster/core/table/table.ts";
import type { Context, Handler, TypedResponse } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { JSONParsed } from "hono/utils/types";
import * as v from "valibot";
import { type AnyFn, fieldsOf } from "./any-fn.ts";
import { authenticate, type Claim, readCredential } from "./authenticate.ts";
import { maxKibibytes, readBody } from "./body.ts";
import { originOf, refuseCrossSite, tokenOf } from "./credentials.ts";
import type { Env } from "./env.ts";
import { ifMatch, isKnown, versionIn } from "./etag.ts";
import { fingerprints, idempotencyKey, isOwn, onceOnly } from "./idempotency.ts";
import { failuresOf, type Source } from "./operation-failures.ts";
import { type PathParameter, pathParameters } from "./path-parameters.ts";
import { sayPosition } from "./position.ts";
import { compare, onlyIfMet, readsOf } from "./precondition.ts";
import { answerOAuthError } from "./problem.ts";

// A route is a domain function with its HTTP details, from which the API document is made.

type Schema = v.GenericSchema;
export type Operation = {
  fn: AnyFn;
  source: Source;
  /** Its name in the API document and in generated clients. It never changes. */
  operationId: string;
  status: ContentfulStatusCode | 204;
  output: Schema | undefined;
  /** The query of the same path, whose ETag `If-Match` takes. */
  etagOf: AnyFn | undefined;
  /** The highest size of its body, in KiB. */
  maxBody: number;
  /** True if its body is not looked at: a mailbox provider posts a form. */
  ignoresBody: boolean;
  /** True for an endpoint of OAuth: it takes forms too, and clients find what is wrong in `error` (RFC 6749, 5.2). */
  isOAuth: boolean;
  /** The media type of the answer. */
  media: string;
  /** Only a page of the site itself may call it, with or without a cookie. */
  ownPagesOnly: boolean;
  /** Fields that the input may name although they could be in a path. */
  filters: readonly string[];
  /** True if its ETag is the `version` of its answer, and `If-None-Match` its input of that name. */
  isVersioned: boolean;
  failures: readonly FailureType[];
  /** The doc comment of its route: its summary, a sentence, and what else there is to know. Only the document has it. */
  text?: string;
};

type Options<O extends Schema, A, S, Q extends Schema = Schema> = {
  id: string;
  status?: S;
  /** Adds to the function's result: cookies and the like. */
  answer?: (c: Context<Env>, output: v.InferOutput<O>) => A;
  /** The shape of that answer, for the API document. */
  shape?: Schema;
  ownPagesOnly?: true;
  /** The query of the same path, whose ETag `If-Match` takes. */
  etagOf?: Fn<Q, Schema>;
  /** The highest size of its body, in KiB, if it may be larger than usual. */
  maxBody?: number;
  ignoresBody?: true;
  isOAuth?: true;
};

/** The type of a route for `hc`; parameters of the path are not input again. */
type Route<
  I extends Schema,
  A,
  S extends ContentfulStatusCode | 204,
  T extends Source,
  F extends PathParameter = never,
> = Handler<
  Env,
  string,
  { in: { [K in T]: Sent<v.InferInput<I>, F> }; out: { [K in T]: v.InferOutput<I> } },
  Promise<
    TypedResponse<A extends undefined | void ? null : JSONParsed<A>, S, A extends undefined | void ? "body" : "json">
  >
> & { operation: Operation };
type Sent<I, F extends PathParameter> = Omit<I, Exclude<PathParameter, F>>;

/** A request that changes something: its input is the JSON body. */
export function command<
  I extends Schema,
  O extends Schema,
  A = v.InferOutput<O>,
  const S extends ContentfulStatusCode | 204 = v.InferOutput<O> extends undefined | void ? 204 : 200,
  Q extends Schema = Schema,
  const F extends PathParameter = never,
>(fn: Fn<I, O>, options: Options<O, A, S, Q> & { filters?: readonly F[] }): Route<I, A, S, "json", F> {
  return door(fn, "json", options) as unknown as Route<I, A, S, "json", F>;
}

/** A request that only reads: its input is the query string, and its answer has an ETag. */
export function query<I extends Schema, O extends Schema, const F extends PathParameter = never>(
  fn: Fn<I, O>,
  options: { id: string; filters?: readonly F[] },
): Route<I, v.InferOutput<O>, 200, "query", F> {
  return door(fn, "query", options) as unknown as Route<I, v.InferOutput<O>, 200, "query", F>;
}

/**
 * A request that only reads, whose function knows by a version whether anything has changed: the ETag is the `version` of
 * the answer, `If-None-Match` the `version` of the input, and `answer` returns nothing where that is still the same.
 */
export function versionedQuery<I extends Schema, O extends v.GenericSchema<unknown, { version: string }>, A>(
  fn: Fn<I, O>,
  options: { id: string; shape: Schema; answer: (c: Context<Env>, output: v.InferOutput<O>) => A | undefined },
): Route<I, A, 200, "query"> {
  return door(fn, "query", { ...options, isVersioned: true }) as unknown as Route<I, A, 200, "query">;
}

/** A request whose answer is a text file, or a part of one: `answer` sets its headers and returns its text. */
export function download<I extends Schema, O extends Schema>(
  fn: Fn<I, O>,
  options: {
    id: string;
    media: string;
    answer: (c: Context<Env>, output: v.InferOutput<O>) => string;
    filters?: readonly PathParameter[];
  },
): Route<I, string, 200, "query"> {
  const shape = v.string();
  return door(fn, "query", { ...options, shape }) as unknown as Route<I, string, 200, "query">;
}

function door<I extends Schema, O extends Schema, A, S, Q extends Schema>(
  fn: Fn<I, O>,
  source: Source,
  options: Options<O, A, S, Q> & More,
) {
  const operation = describe(fn, source, options);
  const { answer } = options;
  const handler = async (c: Context<Env>) => {
    const request = await admit(c, operation);
    request.context.position = { written: [] };
    const output = await provide(request.context, () =>
      onlyIfMet(request.context, () => onceOnly(request.context, fn, () => fn(request.input as v.InferInput<I>))),
    );
    sayPosition(c, request.context);
    const [answered] = await Promise.all([answer ? answer(c, output) : output, request.touch?.()]);
    if (operation.isVersioned) {
      c.header("etag", `"${(output as { version: string }).version}"`);
      if (answered === undefined) return c.body(null, 304);
    }
    if (answered === undefined || operation.status === 204) return c.body(null, 204);
    const body = options.media === undefined ? JSON.stringify(answered) : String(answered);
    if (source === "query" && !operation.isVersioned && isKnown(c, body)) return c.body(null, 304);
    return c.body(body, operation.status, { "content-type": operation.media });
  };
  const ofOAuth = (c: Context<Env>) => handler(c).catch((error: unknown) => answerOAuthError(error, c));
  return Object.assign(operation.isOAuth ? ofOAuth : handler, { operation });
}

type More = { media?: string; filters?: readonly string[]; isVersioned?: true };
type Details = Omit<Options<Schema, unknown, unknown>, "answer"> & More;

function describe(fn: AnyFn, source: Source, details: Details): Operation {
  const { id, status, shape, media, ownPagesOnly, etagOf, maxBody = maxKibibytes, filters = [] } = details;
  const { ignoresBody = false, isOAuth = false, isVersioned = false } = details;
  const empty = fn.output.type === "void";
  return {
    fn,
    source,
    operationId: id,
    ownPagesOnly: ownPagesOnly === true,
    etagOf,
    maxBody,
    ignoresBody,
    isOAuth,
    filters,
    isVersioned,
    status: (status as ContentfulStatusCode | undefined) ?? (empty ? 204 : 200),
    output: empty ? undefined : (shape ?? fn.output),
    media: media ?? "application/json",
    failures: failuresOf(fn, source, { ownPagesOnly: ownPagesOnly === true, hasEtag: etagOf !== undefined }),
  };
}

type Admitted = { context: Request; input: unknown; touch?: () => Promise<void> };

/** Credentials, then input, then one read for everything that the request needs. */
async function admit(c: Context<Env>, operation: Operation): Promise<Admitted> {
  const { fn, source, ownPagesOnly } = operation;
  const origin = originOf(c);
  // threat: a sign-in works past the page of the site
  if (ownPagesOnly) refuseCrossSite(c);
  const rule: Rule = permissions[fn.permission];
  const { deleted: restores = false, unpaid = false, suspended = false, feature } = rule;
  // threat: owners of a suspended organization go on changing it
  const request = { origin, looks: source === "query", restores, unpaid, suspended, feature };
  const claim = rule.public ? undefined : claimOf(c, request);
  // threat: a session is served what is for devices
  if (claim) admitCredential(claim.via, rule, fn.permission);
  const input = parseSent(fn.input, await raw(c, operation));
  return claim ? admitAccount(c, operation, claim, input) : admitPublic(c, fn, origin, input);
}

async function admitPublic(c: Context<Env>, fn: AnyFn, origin: Origin, input: unknown): Promise<Admitted> {
  const key = idempotencyKey(c, fn);
  const context = { actor: { type: "public", origin }, allowances: c.get("allowances") } as const;
  if (!key) return { context, input };
  const once = { key: kernelKeys.publicRequest(networkOf(origin.ip), key), ...fingerprints(c, input) };
  const prefetched = new Map([[rowName(once.key), await table.get(once.key)]]);
  return { context: { ...context, prefetched, idempotency: once }, input };
}

async function admitAccount(
  c: Context<Env>,
  { fn, etagOf }: Operation,
  claim: Claim,
  input: unknown,
): Promise<Admitted> {
  const key = idempotencyKey(c, fn);
  const wanted = etagOf && ifMatch(c);
  const shown = wanted && { by: etagOf, input: parseSent(etagOf.input, named(c)), wanted };
  const { account } = claim;
  const session = claim.via.id;
  // for an operation on the session, another session makes another request
  const asker = fn.permission.startsWith("session.") ? session : undefined;
  const once = key && { key: kernelKeys.request(account, key), ...fingerprints(c, input, asker), session };
  const { actor, rows, touch } = await authenticate(
    claim,
    (provisional) => [
      ...readsOf(fn, input, provisional),
      ...(shown ? readsOf(shown.by, shown.input, provisional) : []),
      ...(once ? [once.key] : []),
    ],
    (found) => {
      if (!once || fn.idempotency !== "endsAccess") return false;
      const record = found.get(rowName(once.key));
      return record !== undefined && isOwn(record, once) && record.session === session;
    },
  );
  const allowances = c.get("allowances");
  const context: Request = { actor, prefetched: rows, allowances, ...(once && { idempotency: once }) };
  return { context: shown ? { ...context, precondition: await compare(context, shown) } : context, input, touch };
}

function claimOf(
  c: Context<Env>,
  request: Pick<Claim, "origin" | "looks" | "restores" | "unpaid" | "suspended" | "feature">,
): Claim {
  const named = readCredential(tokenOf(c) ?? "");
  if (!named) throw implied.unauthenticated();
  const organization = c.req.param("organization");
  if (organization === undefined) return { ...named, ...request };
  if (!ID.is("organization", organization)) throw organizationFailures.missing();
  return { ...named, ...request, organization };
}

/** The input and the parameters of the path; neither replaces the other. */
async function raw(
  c: Context<Env>,
  { fn, source, filters, maxBody, ignoresBody, isOAuth, isVersioned }: Operation,
): Promise<Record<string, unknown>> {
  const sent: Record<string, unknown> =
    // threat: a mailbox provider cannot unsubscribe with the form that it posts
    source === "query"
      ? c.req.query()
      : ignoresBody
        ? {}
        : await readBody(c, maxBody, isOAuth ? fieldsOf(fn) : undefined);
  const own = pathParameters.find((name) => name in sent && !filters.includes(name));
  // threat: the body says what the path should
  if (own) throw implied.invalid({ fields: [{ path: own, message: "This field is not known here." }] });
  return { ...sent, ...(isVersioned && versionIn(c)), ...named(c) };
}

/** The ids in the path, except that of the organization. */
function named(c: Context<Env>): Record<string, string> {
  const ids = pathParameters.map((name) => [name, c.req.param(name)] as const);
  return Object.fromEntries(ids.filter(([, id]) => id !== undefined)) as Record<string, string>;
}
