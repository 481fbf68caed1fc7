import type { IncomingMessage, ServerResponse } from "node:http";
import type { Credentials } from "@muster/local-base/credential.ts";
import { html } from "@muster/local-base/html.ts";
import { send, sendOn } from "@muster/local-base/response.ts";
import {
  BodyTooLong,
  isOwnForm,
  listen,
  listener,
  type RunningServer,
  readBody,
  underOwnName,
} from "@muster/local-base/server.ts";
import type { MailStore } from "@muster/local-mail/store.ts";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";
import { sendZone, takeRecord } from "../dns/pages.ts";
import type { Zone } from "../dns/zone.ts";
import { invocation, requestEvent, writeResult } from "./event.ts";
import { serveMailbox } from "./mailbox.ts";
import { refreshPath, refreshScript, sendMissing, sendPage, sendTooLong, styleSheetPath } from "./page.ts";
import { type ShownClock, type ShownPlace, type ShownQueue, sendQueues, sendStart } from "./pages.ts";
import { documentPath, serveSite } from "./site.ts";
import { styleSheet } from "./style.ts";

/** API Gateway's own limit. */
const maxBodyBytes = 10 * 1_048_576;
const maxFormBytes = 10_000;
/** More requests at once are refused: they would wait for seconds in a process that is busy. */
const maxRequestsAtOnce = 256;
/** The route of Stripe's webhooks, beside the API's routes. */
export const stripePath = "/api/webhooks/stripe";
/** Paths of devices and of signed documents, which a function of its own answers. */
const syncPath = /^\/api\/v1\/(sync(\/|$)|organizations\/[^/]+\/departures\/[^/]+\/certificate$)/;

/** Paths of the ways to sign in beside an emailed code, which another one answers. */
const identityPath = /^\/api\/v1\/passkeys(\/|$)/;

export type ApiHandler = (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2>;

export type GatewayOptions = {
  /** 0 picks a free one. */
  port: number;
  api: ApiHandler;
  /** The handler of what devices ask for. */
  sync: ApiHandler;
  /** The handler of the ways to sign in beside an emailed code. */
  identity: ApiHandler;
  /** The handler of Stripe's webhooks. */
  stripe: ApiHandler;
  /** The URL of the pages of Stripe's stand-in. */
  stripeUrl: string;
  /** The folder of the built site; without it the dashboard's address explains that it is missing. */
  site?: string;
  mails: MailStore;
  zone: Zone;
  /** The folder of the state, for the start page. */
  folder: string;
  /** The endpoint of the table, if somebody else's engine has it. */
  otherTable?: string;
  region: string;
  /** The URL of the bucket that pages of the site send files to. */
  uploadsUrl: string;
  /** The key that signs requests to the bucket. */
  credentials: Credentials;
  queues: () => ShownQueue[];
  redrive: (deadLetters: string) => void;
  clock: { now: () => Promise<void>; shown: () => Omit<ShownClock, "moveUrl"> };
  /** Called for unexpected errors. */
  report: (error: unknown) => void;
};

/** The one address that a browser opens: the API behind an API Gateway, the site, and the pages about this machine. */
export async function startGateway(options: GatewayOptions): Promise<RunningServer> {
  let running = 0;
  const server = await listen(underOwnName(listener(answer, options.report, sendTooLong)), options.port);
  const endpoint = `http://localhost:${server.port}`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pathname = request.url?.split("?")[0] ?? "/";
    if (pathname === stripePath && request.method === "POST") return call(options.stripe, request, response);
    const isApi = pathname === "/api" || pathname.startsWith("/api/");
    if (syncPath.test(pathname)) return call(options.sync, request, response);
    if (identityPath.test(pathname)) return callWithin(options.identity, request, response);
    if (isApi && pathname !== documentPath) return callWithin(options.api, request, response);
    if (request.method === "POST") return takeForm(pathname, request, response);
    // a passkey is bound to the name of a host, and an address is none
    const isOpened = request.headers["sec-fetch-dest"] === "document";
    const isByAddress = request.headers.host?.startsWith("127.0.0.1:") === true;
    if (isOpened && isByAddress) return sendOn(response, endpoint + (request.url ?? "/"));
    return sendRoom(pathname, request, response);
  }

  async function callWithin(handler: ApiHandler, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (running >= maxRequestsAtOnce) {
      request.resume();
      response.setHeader("retry-after", "1");
      return send(response, 503, "application/json", '{"message":"Service Unavailable"}');
    }
    // threat: a local run that is overloaded answers each request, ever later
    running++;
    try {
      await call(handler, request, response);
    } finally {
      running--;
    }
  }

  async function call(handler: ApiHandler, request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body: Buffer;
    try {
      body = await readBody(request, maxBodyBytes);
    } catch (error) {
      if (!(error instanceof BodyTooLong)) throw error;
      response.setHeader("connection", "close");
      return send(response, 413, "application/json", '{"message":"Request Entity Too Large"}');
    }
    try {
      writeResult(response, await handler(requestEvent(request, body), invocation("api")));
    } catch (error) {
      options.report(error);
      send(response, 500, "application/json", '{"message":"Internal Server Error"}');
    }
  }

  async function takeForm(pathname: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!forms.includes(pathname)) return sendMissing(response);
    if (!isOwnForm(request, endpoint)) {
      return send(response, 403, "text/plain", "This form is of another site.\n");
    }
    const form = new URLSearchParams((await readBody(request, maxFormBytes)).toString());
    if (pathname.startsWith("/dns")) {
      takeRecord(options.zone, pathname, form);
      return sendOn(response, "/dns");
    }
    if (pathname === "/clock") await options.clock.now();
    else options.redrive(form.get("queue") ?? "");
    return sendOn(response, "/queues");
  }

  async function sendRoom(pathname: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (pathname === styleSheetPath) return send(response, 200, "text/css; charset=utf-8", styleSheet);
    if (pathname === refreshPath) return send(response, 200, "text/javascript; charset=utf-8", refreshScript);
    if (pathname === "/start") return sendStart(response, placeOf(options));
    if (pathname === "/queues") {
      return sendQueues(response, options.queues(), {
        ...options.clock.shown(),
        moveUrl: `${options.stripeUrl}/clock`,
      });
    }
    if (pathname === "/dns") return sendZone(response, options.zone);
    if (serveMailbox(options.mails, request, response)) return undefined;
    if (options.site !== undefined) return serveSite(options.site, options.uploadsUrl, request, response);
    return sendPage(response, { title: "No dashboard", status: 503, body: noDashboard });
  }

  return { ...server, endpoint };
}

/** The paths that forms of these pages are sent to. */
const forms = ["/clock", "/queues/redrive", "/dns", "/dns/remove"];

const placeOf = ({ site, ...place }: GatewayOptions): ShownPlace => ({ ...place, site: site !== undefined });

const noDashboard = html`<h1>The dashboard is not built</h1>
<p>Muster found no web/dist. Start it again to build it; everything else is on <a href="/start">the start page</a>.</p>`;
