import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { isSignedWith, testCredentials } from "@muster/local-base/credential.ts";
import { openJournal, readJournal } from "@muster/local-base/journal.ts";
import { listen, listener, readBody, underOwnName } from "@muster/local-base/server.ts";
import { type Input, operations, type Surroundings } from "./operations.ts";
import { compacted, type Depth, messagesOf, openStore, type QueueStore } from "./queue.ts";
import { Refusal, unsupported } from "./refusal.ts";
import type { Entry, Queue, QueueSettings } from "./state.ts";

const maxBodyBytes = 16 * 1_048_576;

/** Faults that a test can inject. Chances are from 0 to 1. */
export type QueueFaults = {
  /** A received message stays visible, so that it is delivered again. */
  duplicate?: number;
  /** Messages of one receipt arrive in another order. */
  reorder?: number;
  /** The request is carried out and its answer lost. */
  drop?: number;
  /** The server crashes before or after its n-th request from now on; `revive` restarts it from its journal. */
  crash?: { before: number } | { after: number };
};

export type QueueOptions = {
  queues: QueueSettings[];
  /** In memory without it. */
  file?: string;
  region?: string;
  /** The id of the key that requests are signed with. */
  accessKeyId?: string;
  port?: number;
  /** Shows at once what was in flight when the last process ended, because its receivers ended with it. */
  release?: boolean;
  /** In ms; a test sets its own clock. */
  now?: () => number;
  /** From 0 up to 1; a test seeds it. */
  random?: () => number;
};

export type QueueServer = {
  endpoint: string;
  url: (queue: string) => string;
  depth: (queue: string) => Depth;
  /** Moves the dead letters of this queue back to where they failed. Returns how many. */
  redrive: (deadLetters: string) => number;
  faults: (plan: QueueFaults) => void;
  struck: Record<keyof QueueFaults, number>;
  /** Discards memory and reads the journal again, like a new process. */
  revive: () => void;
  stop: () => Promise<void>;
};

/**
 * SQS on loopback, for the real SQS client: its JSON protocol, standard queues. A message is stored before its sender
 * gets an answer; see Journal for what that survives.
 */
export async function startQueues(options: QueueOptions): Promise<QueueServer> {
  const { region = "eu-central-1", now = Date.now, random = Math.random } = options;
  const { accessKeyId = testCredentials.accessKeyId } = options;
  const waiting = new Set<() => void>();
  const struck = { duplicate: 0, reorder: 0, drop: 0, crash: 0 };
  let plan: QueueFaults = {};
  let requests = 0;
  let dead = false;
  let { store, journal } = open(options, now, random);
  if (options.release) store.release();

  const chance = (likelihood = 0) => likelihood > 0 && random() < likelihood;
  const wake = () => {
    for (const resume of waiting) resume();
  };

  function wait(queue: Queue, ms: number): Promise<void> {
    const shown = store.nextVisibleAt(queue);
    return new Promise((resolve) => {
      const resume = () => {
        clearTimeout(timer);
        waiting.delete(resume);
        resolve();
      };
      const timer = setTimeout(resume, shown === undefined ? ms : Math.min(ms, Math.max(1, shown - now())));
      waiting.add(resume);
    });
  }

  const disturb: Surroundings["disturb"] = (queue, received) => {
    for (const message of received) {
      if (!chance(plan.duplicate)) continue;
      struck.duplicate++;
      store.changeVisibility(queue, message.handle ?? "", 0);
    }
    if (received.length < 2 || !chance(plan.reorder)) return received;
    struck.reorder++;
    return received.toReversed();
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request, maxBodyBytes);
    const call = ++requests;
    if (dead) return void request.socket.destroy();
    if (plan.crash && "before" in plan.crash && call >= plan.crash.before) return die(request);

    let gone = false;
    response.once("close", () => {
      gone = true;
    });
    const around: Surroundings = {
      store,
      region,
      endpoint: () => server.endpoint,
      wait,
      callerHasGone: () => gone || dead,
      wake,
      disturb,
    };
    const answered = await carryOut(request, body, { ...around, accessKeyId });

    if (plan.crash && "after" in plan.crash && call >= plan.crash.after) return die(request);
    if (chance(plan.drop)) {
      struck.drop++;
      return void request.socket.destroy();
    }
    respond(response, answered);
  }

  function die(request: IncomingMessage): void {
    dead = true;
    struck.crash++;
    request.socket.destroy();
    wake();
  }

  function find(name: string): Queue {
    const queue = store.queues.get(name);
    if (!queue) throw new Error(`There is no queue ${name}.`);
    return queue;
  }

  const server = await listen(underOwnName(listener(answer)), options.port);
  return {
    endpoint: server.endpoint,
    url: (name) => `${server.endpoint}/000000000000/${find(name).settings.name}`,
    depth: (name) => store.depth(find(name)),
    redrive: (name) => {
      const moved = store.redrive(find(name));
      wake();
      return moved;
    },
    faults: (next) => {
      plan = next;
      requests = 0;
    },
    struck,
    revive: () => {
      journal.close();
      ({ store, journal } = open(options, now, random));
      plan = {};
      dead = false;
    },
    stop: async () => {
      dead = true;
      wake();
      await server.stop();
      journal.close();
    },
  };
}

function open({ file, queues }: QueueOptions, now: () => number, random: () => number) {
  const entries = compacted(readJournal(file, parseEntry));
  let store: QueueStore | undefined;
  const journal = openJournal(file, () => (store === undefined ? entries : messagesOf(store.queues)));
  store = openStore(queues, { entries, journal, now, random });
  return { journal, store };
}

function parseEntry(line: unknown): Entry {
  if (!isEntry(line)) throw new Error("This is not an entry of a queue's journal.");
  return line;
}

function isEntry(line: unknown): line is Entry {
  if (typeof line !== "object" || line === null || !("queue" in line)) return false;
  return "put" in line || "gone" in line || "purged" in line;
}

type Answer = { status: number; body: object; code?: string };

type Around = Surroundings & Required<Pick<QueueOptions, "accessKeyId">>;

async function carryOut(request: IncomingMessage, body: Buffer, around: Around): Promise<Answer> {
  try {
    return { status: 200, body: await run(request, body, around) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return {
      status: 400,
      code: error.code,
      body: { __type: `com.amazonaws.sqs#${error.type}`, message: error.message },
    };
  }
}

function run(request: IncomingMessage, body: Buffer, { accessKeyId, ...around }: Around): Promise<object> | object {
  if (!isSignedWith(accessKeyId, request)) {
    throw new Refusal("AccessDeniedException", "AccessDenied", "The request is not signed with the key of this queue.");
  }
  const [service, operation = ""] = String(request.headers["x-amz-target"]).split(".");
  const serve = service === "AmazonSQS" ? operations[operation] : undefined;
  if (!serve) throw unsupported(operation);
  return serve(parse(body), around);
}

function parse(body: Buffer): Input {
  try {
    const input: unknown = JSON.parse(body.toString());
    if (typeof input === "object" && input !== null) return Object.fromEntries(Object.entries(input));
  } catch {
    // not JSON
  }
  throw new Refusal("SerializationException", "SerializationException", "The body is not a JSON object.");
}

function respond(response: ServerResponse, { status, body, code }: Answer): void {
  response.writeHead(status, {
    "content-type": "application/x-amz-json-1.0",
    "x-amzn-requestid": randomUUID(),
    ...(code && { "x-amzn-query-error": `${code};Sender` }),
  });
  response.end(JSON.stringify(body));
}
