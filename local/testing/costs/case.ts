/** The sender of the request; a worker is nobody. */
export type Auth = "nobody" | "session" | "member" | "device";

export type Case = {
  /** An operation of the API, or the work of a worker. */
  of: string;
  case?: string;
  auth: Auth;
  /** The reason for its costs, beside the budget of the data model. A case without one is a budget of it. */
  why?: string;
  /** Prepares, and returns what is measured. */
  prepare: () => Promise<() => Promise<unknown>>;
};
