import type { IncomingMessage, ServerResponse } from "node:http";
import { send } from "@muster/local-base/response.ts";
import { isOwnForm, listen, listener, readBody, underOwnName } from "@muster/local-base/server.ts";
import Stripe from "stripe";
import type { Account, Dunning } from "./account.ts";
import { type Answer, type Answered, type ApiRequest, openApi } from "./api.ts";
import { type Contract, openContract } from "./contract.ts";
import * as Dispute from "./dispute.ts";
import { catchUp } from "./due.ts";
import { type Faults, openFaults } from "./fault.ts";
import { openIdempotency } from "./idempotency.ts";
import type { Rates } from "./limit.ts";
import { servePage } from "./pages.ts";
import { Violation } from "./refusal.ts";
import { calls } from "./routes.ts";
import { openSchemas } from "./schema.ts";
import { openStore, remember, type State } from "./state.ts";
import { type Delivery, openWebhooks, type Webhooks } from "./webhook.ts";
import { types } from "./wire.ts";

const maxBodyBytes = 1_048_576;
const usualDunning: Dunning = { retryDays: [3, 5, 7], outcome: "canceled" };

export type StripeOptions = {
  /** In memory without it. */
  file?: string;
  port?: number;
  /** In ms; a test sets its own clock. What becomes due by it is done before the next answer. */
  now?: () => number;
  /** The only key of its API; any of the test mode without it. */
  key?: string;
  dunning?: Dunning;
  /** Requests per second before 429, by `now`; unlimited without it, because the clock of a test stands still. */
  rates?: Rates;
  /** Receives events instead of the endpoint's URL, and returns a status. */
  send?: (delivery: Delivery) => Promise<number>;
  report?: (error: unknown) => void;
  /** Called when somebody has moved the clock of the account. */
  onAdvance?: () => void;
};

export type StripeServer = {
  /** For `new Stripe("sk_test_…", server.client)`. */
  client: { host: string; port: number; protocol: "http"; telemetry: false };
  /** Answers a request of its API without a connection; `client` is for the same over HTTP. */
  answer: (request: ApiRequest, body: string) => Promise<Answer>;
  /** The URL of its pages. */
  url: string;
  state: State;
  faults: Faults;
  webhooks: Webhooks;
  /** Puts the clock of the account ahead of `now`, and does what has become due. In seconds. */
  advance: (seconds: number) => void;
  /** Disputes what was paid for an invoice, as the payer's bank does. */
  dispute: (invoice: string, wanted?: { amount?: number; isInquiry?: boolean }) => { id: string };
  /** The account's current time, in seconds. */
  time: () => number;
  /** Does what has become due by now. */
  catchUp: () => void;
  /** Remembers the account as it is. Returns what goes back to that, as often as it is called. */
  remember: () => () => void;
  /** All requests so far, oldest first. */
  requests: () => Answered[];
  /** Lists the violations so far: unknown parameters, invalid answers, anything unsupported. */
  violations: () => string[];
  /**
   * For the end of each test of a suite.
   * @throws Violation if there is any
   */
  verify: () => void;
  forget: () => void;
  stop: () => Promise<void>;
};

/** It takes a second to make, and is the same for all. */
let contractOfLibrary: Promise<Contract> | undefined;

/**
 * Stripe on loopback, for the official library: a stateful stand-in with hosted pages. Each request and each answer is
 * checked against the library's own types.
 *
 *     const stripe = await startStripe({ now: () => clock });
 *     const client = new Stripe("sk_test_local", stripe.client);
 *     stripe.faults.inject({ fault: "error_after", call: "subscriptions.update" });
 *     stripe.webhooks.endpoint("http://127.0.0.1:1234/webhook", "whsec_…");
 */
export async function startStripe(options: StripeOptions = {}): Promise<StripeServer> {
  const { now: clock = Date.now, report = () => {} } = options;
  const contract = await (contractOfLibrary ??= openSchemas({ calls, objects: types }).then(openContract));
  const store = openStore(options.file);
  const { state } = store;
  const now = () => Math.floor(clock() / 1_000);
  let pinned: number | undefined;
  let violations: string[] = [];
  let requests: Answered[] = [];
  const account: Account = {
    state,
    contract,
    url: "",
    version: new Stripe("sk_test_none").getApiField("version"),
    dunning: options.dunning ?? usualDunning,
    caughtUp: 0,
    now: () => pinned ?? now() + (state.ahead.get("seconds") ?? 0),
    at: (instant, run) => {
      const before = pinned;
      pinned = instant;
      try {
        return run();
      } finally {
        pinned = before;
      }
    },
    request: { id: null, idempotency_key: null },
    onEvent: (event) => webhooks.take(event),
  };
  const webhooks = openWebhooks({ account, now, ...(options.send && { send: options.send }) });
  const faults = openFaults();
  const answerApi = openApi({
    account,
    faults,
    idempotency: openIdempotency(state, now),
    rates: options.rates,
    key: options.key,
    now,
    violate: (what) => void violations.push(what),
    log: (answered) => void requests.push(answered),
  });
  const catchUpNow = () => catchUp(account, account.now(), null);

  const isChange = ({ method }: ApiRequest) => method !== "GET" && method !== "HEAD";

  async function answer(request: ApiRequest, body: string): Promise<Answer> {
    const given = await answerApi(request, body);
    if (isChange(request)) store.save();
    return given;
  }

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = (await readBody(request, maxBodyBytes)).toString();
    const changes = isChange(request);
    if (request.url?.startsWith("/v1/")) {
      const { status, body: text, headers } = await answer(request, body);
      if (status === undefined) response.destroy();
      else response.writeHead(status, headers).end(text);
      return;
    }
    // threat: a page in a browser on this machine moves the clock of the local Stripe and pays its checkouts
    if (changes && !isOwnForm(request, account.url)) {
      return send(response, 403, "text/plain", "This form is of another site.\n");
    }
    catchUpNow();
    servePage({ account, request, response, form: new URLSearchParams(body), advance });
    if (changes) store.save();
  }

  function advance(seconds: number): void {
    state.ahead.set("seconds", (state.ahead.get("seconds") ?? 0) + seconds);
    catchUpNow();
    store.save();
    options.onAdvance?.();
  }

  const server = await listen(underOwnName(listener(respond, report)), options.port);
  account.url = server.endpoint;
  return {
    client: { host: "127.0.0.1", port: server.port, protocol: "http", telemetry: false },
    answer,
    url: server.endpoint,
    state,
    faults,
    webhooks,
    advance,
    dispute: (...wanted) => Dispute.open(account, ...wanted),
    time: account.now,
    catchUp: catchUpNow,
    remember: () => {
      const { caughtUp } = account;
      const goBack = remember(state);
      return () => {
        goBack();
        account.caughtUp = caughtUp;
      };
    },
    requests: () => [...requests],
    violations: () => [...violations],
    verify: () => {
      if (violations.length > 0) throw new Violation(violations.join("\n"));
    },
    forget: () => {
      violations = [];
      requests = [];
    },
    stop: async () => {
      faults.clear();
      await webhooks.stop();
      await server.stop();
      store.save();
    },
  };
}
