/** Whom a request is of; a worker is nobody. */
export type Auth = "nobody" | "session" | "member";

export type Case = {
  /** An operation of the API, or what a worker does. */
  of: string;
  case?: string;
  auth: Auth;
  /** Prepares, and answers what is measured. */
  prepare: () => Promise<() => Promise<unknown>>;
};
