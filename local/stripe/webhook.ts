import type { Account } from "./account.ts";
import * as Endpoint from "./endpoint.ts";
import type { EventRecord } from "./wire.ts";

/** One delivery of an event to one endpoint. */
export type Delivery = {
  url: string;
  body: string;
  headers: { "content-type": string; "stripe-signature": string };
};

/** The probability of each disturbance of one delivery, from 0 to 1; the rest arrives once and in order. */
export type Disturbance = {
  /** Numbers from 0 up to 1. */
  random: () => number;
  drop?: number;
  double?: number;
  reorder?: number;
  /** Waits for the next but one `deliver`. */
  delay?: number;
};

export type Webhooks = {
  /** Adds an endpoint without a call of the API. Its secret is what the receiver verifies with. */
  endpoint: (url: string, secret: string, events?: string[]) => string;
  /** Adds a new secret of an endpoint, beside the old one until `retire`. */
  roll: (endpoint: string) => string;
  retire: (endpoint: string) => void;
  disturb: (disturbance: Disturbance | undefined) => void;
  /** Holds everything until `deliver` or `release`. */
  hold: () => void;
  release: () => void;
  /** Sends what waits. What is refused waits for the next time. */
  deliver: () => Promise<void>;
  waiting: () => EventRecord[];
  /** Resolves when nothing is under way. */
  idle: () => Promise<void>;
  stop: () => Promise<void>;
};

export type WebhookOptions = {
  account: Account;
  /** In seconds, for signatures: the receiver's time, whatever the account's clock says. */
  now: () => number;
  /** Sends it and returns the status of the answer; over HTTP by default. */
  send?: (delivery: Delivery) => Promise<number>;
  retryMs?: number;
};

type Waiting = {
  event: EventRecord;
  endpoint: string;
  rounds: number;
  tries: number;
};

const maxAttempts = 5;
const patienceMs = 10_000;

export function openWebhooks(options: WebhookOptions): Webhooks & { take: (event: EventRecord) => void } {
  const { account, now, send = post, retryMs = 5_000 } = options;
  let waiting: Waiting[] = [];
  let held = false;
  let chance: Disturbance | undefined;
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  function take(event: EventRecord): void {
    for (const endpoint of account.state.endpoints.values()) {
      if (Endpoint.wants(endpoint, event.type)) queue({ event, endpoint: endpoint.id, rounds: 0, tries: 0 });
    }
    if (!held) soon();
  }

  function queue(one: Waiting): void {
    const { random = () => 1, drop = 0, double = 0, reorder = 0, delay = 0 } = chance ?? {};
    if (random() < drop) return;
    const copies = random() < double ? [one, { ...one }] : [one];
    for (const copy of copies) {
      copy.rounds = random() < delay ? 1 : 0;
      const place = random() < reorder ? Math.floor(random() * (waiting.length + 1)) : waiting.length;
      waiting.splice(place, 0, copy);
    }
  }

  function soon(): void {
    void (running ??= new Promise<void>((resolve) => setImmediate(resolve)).then(round).finally(() => {
      running = undefined;
      if (!held && waiting.some(({ rounds }) => rounds === 0)) soon();
    }));
  }

  async function round(): Promise<void> {
    const due = waiting.filter(({ rounds }) => rounds === 0);
    waiting = waiting.filter(({ rounds }) => rounds > 0).map((one) => ({ ...one, rounds: one.rounds - 1 }));
    for (const one of due) {
      if (await handOver(one)) one.event.pending_webhooks = Math.max(0, one.event.pending_webhooks - 1);
      else if (one.tries + 1 < maxAttempts) waiting.push({ ...one, rounds: 1, tries: one.tries + 1 });
    }
    if (waiting.length > 0 && !held) later();
  }

  function later(): void {
    clearTimeout(timer);
    timer = setTimeout(() => {
      waiting = waiting.map((one) => ({ ...one, rounds: 0 }));
      soon();
    }, retryMs);
    timer.unref();
  }

  async function handOver({ event, endpoint }: Waiting): Promise<boolean> {
    const to = account.state.endpoints.get(endpoint);
    if (!to) return true;
    const body = JSON.stringify(event, null, 2);
    const signature = Endpoint.sign(body, account.state.secrets.get(endpoint) ?? [], now());
    const headers = { "content-type": "application/json; charset=utf-8", "stripe-signature": signature };
    const status = await send({ url: to.url, body, headers }).catch(() => 0);
    return status >= 200 && status < 300;
  }

  async function idle(): Promise<void> {
    for (let under = running; under; under = running) await under;
  }

  return {
    take,
    endpoint: (url, secret, events = ["*"]) => Endpoint.add(account, { url, secret, enabled_events: events }).id,
    roll: (endpoint) => Endpoint.roll(account, endpoint),
    retire: (endpoint) => Endpoint.retire(account, endpoint),
    disturb: (disturbance) => {
      chance = disturbance;
    },
    hold: () => {
      held = true;
    },
    release: () => {
      held = false;
      soon();
    },
    deliver: async () => {
      await idle();
      await round();
    },
    waiting: () => waiting.map(({ event }) => event),
    idle,
    stop: async () => {
      held = true;
      clearTimeout(timer);
      await idle();
    },
  };
}

async function post({ url, body, headers }: Delivery): Promise<number> {
  const answer = await fetch(url, { method: "POST", body, headers, signal: AbortSignal.timeout(patienceMs) });
  await answer.arrayBuffer();
  return answer.status;
}
