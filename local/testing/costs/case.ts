/** Who sends the request; a worker is nobody. */
export type Auth = "nobody" | "session" | "member" | "device";

export type Case = {
  /** An operation of the API, or the work of a worker. */
  of: string;
  case?: string;
  auth: Auth;
  /** Prepares, and returns what is measured. */
  prepare: () => Promise<() => Promise<unknown>>;
};
