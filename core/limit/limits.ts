import { hourSeconds } from "../base/duration.ts";

type RequestLimit = {
  value: number;
  /** What is counted, in words that follow the number. */
  of: string;
  /** Why it is this number. */
  why: string;
};

/** How many requests are answered at most. `docs/limits.md` has these texts. */
export const requestLimits = {
  gatewayPerSecond: {
    value: 200,
    of: "requests a second of everybody together, in the gateway",
    why: "At 200 ms each, 40 functions run at once: a flood leaves most of an account's 1,000 to the workers, and costs a known sum.",
  },
  gatewayAtOnce: {
    value: 400,
    of: "requests at once, in the gateway",
    why: "Twice those of a second, because a page of the dashboard sends several requests together.",
  },
  firewallPerAddress: {
    value: 2000,
    of: "requests in 5 minutes from an IP address, in the firewall",
    why: "An office of 500 people may be behind one address. All 500 have four requests each in 5 minutes, which is a sign-in; with 20 each, as pages of the dashboard need, 100 fit.",
  },
  readsPerAccount: {
    value: 30_000,
    of: "read units an hour of requests that read many rows, per account",
    why: "A list of 10,000 people fits in three times, reviewed 100 at a time at a unit each. A script that does nothing else costs less than half a cent an hour.",
  },
} as const satisfies Record<string, RequestLimit>;

/** One line of the document. */
export const lineOf = ({ value, of, why }: RequestLimit): string => `- **${value.toLocaleString("en")} ${of}.** ${why}`;

/** Read units of requests that read many rows; those that read few are not counted, and cost no write. */
export const readsPerAccount = { quota: requestLimits.readsPerAccount.value, windowSeconds: hourSeconds };
/** A request that reads more units than this is counted. */
export const uncountedReads = 25;
