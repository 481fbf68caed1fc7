export const names = ["muster", "postgres", "sqlite", "express", "bare"] as const;
/** Muster, better-auth by its store, express, and a bare call of the table. */
export type Name = (typeof names)[number];

/** An organization backend in a process of its own. */
export type Subject = {
  /** Prepares as many operations of a row of the table, with all that they need, or nothing if it has no such row. */
  prepare: (row: Row, count: number) => Promise<Operation[] | undefined>;
  /** So many people accept an invitation at the same time where so many may be members. Returns how many are. */
  race?: (people: number, limit: number) => Promise<number>;
  /** Statements sent to a store in the same process, where no proxy can count them. */
  trips?: () => number;
  /** Adds this to each statement of such a store. */
  delay?: (ms: number) => void;
};

/** One request with its answer, checked. @throws Error if it is not answered as it should be */
export type Operation = () => Promise<void>;

export const rows = [
  "get",
  "create",
  "invite",
  "invite-100",
  "accept",
  "role",
  "remove",
  "list-1000",
  "list-10000",
  "list-100000",
  "search",
  "save",
  "post",
  "feed",
  "sync",
] as const;
export type Row = (typeof rows)[number];

export type Asked =
  | { row: Row; warm: number; count: number; delayMs: number }
  | "measure"
  | { race: number; limit: number };
export type Measured = { cpuMs: number; p50: number; p99: number; trips?: number };
export type Answered = "started" | "none" | "prepared" | Measured | { members: number } | { failed: string };

/** The secret by which the API knows CloudFront. */
export const originSecret = "what-CloudFront-shows-the-API";
