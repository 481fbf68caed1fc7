export type QueueSettings = {
  name: string;
  visibilitySeconds?: number;
  delaySeconds?: number;
  retentionDays?: number;
  /** The destination of a message that was received this often and never deleted. */
  deadLetters?: { queue: string; maxReceiveCount: number };
};

export type Message = {
  id: string;
  body: string;
  attributes?: unknown;
  /** The group of the message. */
  group?: string;
  sentAt: number;
  /** The instant in ms from which it is visible. */
  visibleAt: number;
  received: number;
  firstReceivedAt?: number;
  receivedAt?: number;
  /** The handle of its last receipt; only that one deletes it. */
  handle?: string;
  /** The queue on which it failed, while it is a dead letter. */
  source?: string;
};

/** Receivers' time that a group has used, as of an instant in ms. */
export type Taken = {
  ms: number;
  at: number;
};

/** A change of a queue, as stored in its journal. */
export type Entry = { queue: string; put: Message } | { queue: string; gone: string } | { queue: string; purged: true };

export type Queue = {
  settings: Required<Omit<QueueSettings, "deadLetters">> & Pick<QueueSettings, "deadLetters">;
  messages: Map<string, Message>;
  /** Recently used receivers' time by group. */
  taken: Map<string, Taken>;
};
