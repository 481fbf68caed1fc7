import { randomUUID } from "node:crypto";
import type { Journal } from "@muster/local-base/journal.ts";
import { account, fairOrder } from "./fairness.ts";
import type { Entry, Message, Queue, QueueSettings } from "./state.ts";

const daysMs = 86_400_000;

export type Depth = {
  visible: number;
  inFlight: number;
  delayed: number;
};

export type Sent = {
  delaySeconds?: number;
  attributes?: unknown;
  group?: string;
};

export type QueueStore = {
  queues: Map<string, Queue>;
  send: (queue: Queue, body: string, options?: Sent) => Message;
  /** Returns at most `limit` visible messages; those that were received too often become dead letters. */
  receive: (queue: Queue, options: { limit: number; visibilitySeconds?: number }) => Message[];
  /** An outdated handle deletes nothing, like on SQS. */
  remove: (queue: Queue, handle: string) => void;
  /** False if the handle is not that of a message in flight. */
  changeVisibility: (queue: Queue, handle: string, seconds: number) => boolean;
  purge: (queue: Queue) => void;
  /** Makes every message in flight visible again. */
  release: () => void;
  /** Moves dead letters back to where they failed, or to `to`. Returns how many. */
  redrive: (queue: Queue, to?: Queue) => number;
  depth: (queue: Queue) => Depth;
  /** Returns the time at which the next hidden message becomes visible, in ms. */
  nextVisibleAt: (queue: Queue) => number | undefined;
};

/** The queues' state and rules, independent of the protocol. `now` is in ms. */
export function openStore(
  all: QueueSettings[],
  {
    entries,
    journal,
    now,
    random,
  }: { entries: Entry[]; journal: Journal<Entry>; now: () => number; random: () => number },
): QueueStore {
  const queues = new Map(all.map((settings) => [settings.name, emptyQueue(settings)]));
  for (const entry of entries) apply(queues, entry);

  function record(entry: Entry): void {
    apply(queues, entry);
    journal.append(entry);
  }
  const put = (queue: Queue, message: Message) => record({ queue: queue.settings.name, put: message });
  const drop = (queue: Queue, message: Message) => record({ queue: queue.settings.name, gone: message.id });

  function move(message: Message, from: Queue, to: Queue, change: Partial<Message>): void {
    const { handle: _handle, firstReceivedAt: _firstReceivedAt, source: _source, ...kept } = message;
    put(to, { ...kept, visibleAt: now(), received: 0, ...change });
    drop(from, message);
  }

  function byHandle(queue: Queue, handle: string): Message | undefined {
    const message = queue.messages.get(handle.split(".")[0] ?? "");
    return message?.handle === handle ? message : undefined;
  }

  return {
    queues,

    send: (queue, body, { delaySeconds = queue.settings.delaySeconds, attributes, group } = {}) => {
      const sentAt = now();
      const message: Message = {
        id: randomUUID(),
        body,
        ...(attributes !== undefined && { attributes }),
        ...(group !== undefined && { group }),
        sentAt,
        visibleAt: sentAt + delaySeconds * 1_000,
        received: 0,
      };
      put(queue, message);
      return message;
    },

    receive: (queue, { limit, visibilitySeconds = queue.settings.visibilitySeconds }) => {
      const { deadLetters, retentionDays } = queue.settings;
      const at = now();
      const received: Message[] = [];
      for (const message of fairOrder(queue, at)) {
        if (received.length === limit) break;
        if (message.sentAt + retentionDays * daysMs <= at) {
          drop(queue, message);
          continue;
        }
        const dead = deadLetters && queues.get(deadLetters.queue);
        if (dead && message.received >= deadLetters.maxReceiveCount) {
          move(message, queue, dead, { source: queue.settings.name });
          continue;
        }
        const taken: Message = {
          ...message,
          received: message.received + 1,
          firstReceivedAt: message.firstReceivedAt ?? at,
          receivedAt: at,
          visibleAt: at + visibilitySeconds * 1_000,
          handle: `${message.id}.${message.received + 1}.${Math.floor(random() * 2 ** 32).toString(36)}`,
        };
        put(queue, taken);
        received.push(taken);
      }
      return received;
    },

    remove: (queue, handle) => {
      const message = byHandle(queue, handle);
      if (!message) return;
      account(queue, message, now());
      drop(queue, message);
    },

    changeVisibility: (queue, handle, seconds) => {
      const message = byHandle(queue, handle);
      if (!message || message.visibleAt <= now()) return false;
      put(queue, { ...message, visibleAt: now() + seconds * 1_000 });
      return true;
    },

    purge: (queue) => record({ queue: queue.settings.name, purged: true }),

    release: () => {
      for (const queue of queues.values()) {
        for (const message of queue.messages.values()) {
          if (message.handle !== undefined && message.visibleAt > now()) put(queue, { ...message, visibleAt: now() });
        }
      }
    },

    redrive: (queue, to) => {
      let moved = 0;
      for (const message of queue.messages.values()) {
        const target = to ?? queues.get(message.source ?? "");
        if (!target) continue;
        move(message, queue, target, { sentAt: now() });
        moved++;
      }
      return moved;
    },

    depth: (queue) => {
      const depth: Depth = { visible: 0, inFlight: 0, delayed: 0 };
      for (const message of queue.messages.values()) {
        if (message.visibleAt <= now()) depth.visible++;
        else if (message.received > 0) depth.inFlight++;
        else depth.delayed++;
      }
      return depth;
    },

    nextVisibleAt: (queue) => {
      const hidden = [...queue.messages.values()].map(({ visibleAt }) => visibleAt).filter((at) => at > now());
      return hidden.length === 0 ? undefined : Math.min(...hidden);
    },
  };
}

/** The fewest entries that lead to the same state. */
export function compacted(entries: Entry[]): Entry[] {
  const queues = new Map<string, Queue>();
  for (const { queue } of entries) if (!queues.has(queue)) queues.set(queue, emptyQueue({ name: queue }));
  for (const entry of entries) apply(queues, entry);
  return messagesOf(queues);
}

/** An entry for each message that is there. */
export const messagesOf = (queues: ReadonlyMap<string, Queue>): Entry[] =>
  [...queues].flatMap(([queue, { messages }]) => [...messages.values()].map((put) => ({ queue, put })));

function emptyQueue(settings: QueueSettings): Queue {
  return {
    settings: { visibilitySeconds: 30, delaySeconds: 0, retentionDays: 4, ...settings },
    messages: new Map(),
    taken: new Map(),
  };
}

/** A message keeps its place in the queue when it changes. */
function apply(queues: Map<string, Queue>, entry: Entry): void {
  const messages = queues.get(entry.queue)?.messages;
  if (!messages) return;
  if ("put" in entry) messages.set(entry.put.id, entry.put);
  else if ("gone" in entry) messages.delete(entry.gone);
  else messages.clear();
}
