import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { testCredentials } from "@muster/local-base/credential.ts";
import { listen, listener } from "@muster/local-base/server.ts";
import { openAnnouncer } from "./announcer.ts";
import { type Answer, refused } from "./answer.ts";
import type { Place } from "./call.ts";
import type { CreatedEvent } from "./event.ts";
import { isForm, operationOf, postForm } from "./operations.ts";
import { type ParsedRequest, read } from "./parsed-request.ts";
import { denied, Refusal } from "./refusal.ts";
import { type Credentials, verify } from "./signature.ts";
import { openStore } from "./store.ts";

const retryMs = 1_000;
const preflightSeconds = 3_600;

/** Faults that a test can inject. Chances are from 0 to 1. */
export type BucketFaults = {
  /** The request is carried out and its answer lost. */
  drop?: number;
  /** The content of an object breaks off while it is sent. */
  cut?: number;
  /** An event is announced twice. */
  duplicate?: number;
  /**
   * The server crashes before or after its n-th request from now on, and announces nothing more; `revive` restarts it.
   */
  crash?: { before: number } | { after: number };
};

export type BucketOptions = {
  name: string;
  folder: string;
  region?: string;
  credentials?: Credentials;
  /** The pages of these origins may send forms, and read the answers. */
  origins?: string[];
  /** Announces every created object, like EventBridge: at least once, and again after a failure. */
  announce?: (event: CreatedEvent) => Promise<void>;
  /** Called for unexpected errors. */
  report?: (error: unknown) => void;
  port?: number;
  /** In ms; a test sets its own clock. */
  now?: () => number;
  /** From 0 up to 1; a test seeds it. */
  random?: () => number;
};

export type BucketServer = {
  endpoint: string;
  /** The URL of the bucket, which forms are sent to. */
  url: string;
  faults: (plan: BucketFaults) => void;
  struck: Record<keyof BucketFaults, number>;
  /** Resolves when every object so far was announced. */
  idle: () => Promise<void>;
  /** Discards memory and reads the disk again, like a new process. */
  revive: () => void;
  stop: () => Promise<void>;
};

/**
 * S3 on loopback, for the real S3 client: one bucket, strict about signatures and checksums. An object and the event
 * that announces it are on disk before its writer gets an answer. There are no versions.
 */
export async function startBucket(options: BucketOptions): Promise<BucketServer> {
  const {
    name,
    region = "eu-central-1",
    origins = [],
    report = () => {},
    now = Date.now,
    random = Math.random,
  } = options;
  const { credentials = testCredentials } = options;
  const struck = { drop: 0, cut: 0, duplicate: 0, crash: 0 };
  let plan: BucketFaults = {};
  let requests = 0;
  let dead = false;
  let { store, announcer } = open();

  function open() {
    const store = openStore(options.folder);
    return { store, announcer: openAnnouncer({ store, announce, retryMs, report }) };
  }

  async function announce(event: CreatedEvent): Promise<void> {
    await options.announce?.(event);
    if (!strikes("duplicate")) return;
    await options.announce?.(event);
  }

  function strikes(fault: "drop" | "cut" | "duplicate"): boolean {
    const chance = plan[fault] ?? 0;
    if (chance === 0 || random() >= chance) return false;
    struck[fault]++;
    return true;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = ++requests;
    if (dead) return void request.socket.destroy();
    if (plan.crash && "before" in plan.crash && call >= plan.crash.before) return die(request);
    const requestId = randomBytes(8).toString("hex").toUpperCase();
    const answered = await carryOut(request, requestId);
    try {
      if (dead) return void request.socket.destroy();
      if (plan.crash && "after" in plan.crash && call >= plan.crash.after) return die(request);
      announcer.wake();
      if (strikes("drop")) return void request.socket.destroy();
      response.setHeader("x-amz-request-id", requestId);
      // the SDK signs again with this time if it finds its own refused as skewed
      response.setHeader("date", new Date(now()).toUTCString());
      share(request, response);
      await respond(request, response, answered);
    } finally {
      answered.content?.held.release();
    }
  }

  function die(request: IncomingMessage): void {
    dead = true;
    struck.crash++;
    void announcer.stop();
    request.socket.destroy();
  }

  async function carryOut(request: IncomingMessage, requestId: string): Promise<Answer> {
    try {
      const parsed = read(request);
      return parsed.method === "OPTIONS" ? preflight(parsed) : await run(request, parsed, requestId);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return refused(error, requestId);
    }
  }

  function run(request: IncomingMessage, parsed: ParsedRequest, requestId: string): Promise<Answer> | Answer {
    const place: Place = {
      bucket: name,
      region,
      credentials,
      now,
      store,
      url: () => `${server.endpoint}/${name}`,
      announces: options.announce !== undefined,
    };
    const caller = request.socket.remoteAddress ?? "127.0.0.1";
    const call = { request, parsed, place, requestId, caller };
    if (isForm(parsed)) {
      // threat: a page of any site fills the bucket of a local run
      if (parsed.headers.origin !== undefined && !origins.includes(parsed.headers.origin)) {
        throw denied("This form is of another site.");
      }
      return inBucket(parsed, () => postForm(call));
    }
    const verified = verify(parsed, place);
    return inBucket(parsed, () => operationOf(parsed).run({ ...call, verified }));
  }

  function inBucket<R>({ bucket }: ParsedRequest, run: () => R): R {
    if (bucket === name) return run();
    throw new Refusal(404, "NoSuchBucket", "The specified bucket does not exist", { BucketName: bucket });
  }

  /** The headers that let a page of another origin read an answer, an error included. */
  function share({ headers: { origin } }: IncomingMessage, response: ServerResponse): void {
    if (origin === undefined || !origins.includes(origin)) return;
    response.setHeader("access-control-allow-origin", origin);
    response.setHeader("access-control-expose-headers", "ETag");
    response.setHeader("vary", "Origin");
  }

  function preflight({ headers }: ParsedRequest): Answer {
    if (headers["access-control-request-method"] !== "POST" || !origins.includes(headers.origin ?? "")) {
      throw new Refusal(403, "AccessForbidden", "CORSResponse: This CORS request is not allowed.");
    }
    const asks = headers["access-control-request-headers"];
    return {
      status: 200,
      headers: {
        "access-control-allow-methods": "POST",
        ...(asks !== undefined && { "access-control-allow-headers": asks }),
        "access-control-max-age": String(preflightSeconds),
      },
    };
  }

  async function respond(request: IncomingMessage, response: ServerResponse, answered: Answer): Promise<void> {
    const { status, headers = {}, body, content } = answered;
    if (!request.complete) {
      // the rest of a body must be consumed, or its sender never reads the answer
      response.setHeader("connection", "close");
      request.unpipe();
      request.resume();
    }
    if (!content) {
      const length =
        status === 304 || status === 204 ? {} : { "content-length": String(Buffer.byteLength(body ?? "")) };
      const type = body === undefined ? {} : { "content-type": "application/xml" };
      response.writeHead(status, { ...type, ...length, ...headers });
      return void response.end(request.method === "HEAD" ? undefined : body);
    }
    const { held, from, to } = content;
    response.writeHead(status, headers);
    try {
      const isCut = strikes("cut");
      await pipeline(held.read(from, isCut ? Math.floor((from + to) / 2) : to), response, { end: !isCut });
      if (isCut) response.destroy();
    } catch (error) {
      if (!hasGone(error)) throw error;
    }
  }

  const server = await listen(listener(answer, report), options.port);
  return {
    endpoint: server.endpoint,
    url: `${server.endpoint}/${name}`,
    faults: (next) => {
      plan = next;
      requests = 0;
    },
    struck,
    idle: () => announcer.idle(),
    revive: () => {
      void announcer.stop();
      store.close();
      ({ store, announcer } = open());
      plan = {};
      dead = false;
    },
    stop: async () => {
      await server.stop();
      await announcer.stop();
      store.close();
    },
  };
}

/** A reader that stops early has what it wants. */
const hasGone = (error: unknown) =>
  error instanceof Error && "code" in error && error.code === "ERR_STREAM_PREMATURE_CLOSE";
