import { hourSeconds } from "../base/duration.ts";

type RequestLimit = {
  value: number;
  /** What an operator may set it to. */
  min: number;
  max: number;
  /** What is counted, in words that follow the number. */
  of: string;
  /** Why it is this number. */
  why: string;
};

/** How many requests are answered at most. An operator can set each. `docs/limits.md` has these texts. */
export const requestLimits = {
  gatewayPerSecond: {
    value: 200,
    min: 10,
    max: 10_000,
    of: "requests a second of everybody together, in the gateway",
    why: "At 200 ms each, 40 functions run at once: a flood leaves most of an account's 1,000 to the workers, and costs a known sum.",
  },
  gatewayAtOnce: {
    value: 400,
    min: 10,
    max: 5_000,
    of: "requests at once, in the gateway",
    why: "Twice those of a second, because a page of the dashboard sends several requests together.",
  },
  devicesPerSecond: {
    value: 50,
    min: 5,
    max: 10_000,
    of: "requests a second of devices to each of their routes, in the gateway",
    why: "After an outage all devices come back at once. They leave half of the gateway to people, and a device that is refused asks again later.",
  },
  reviewsPerSecond: {
    value: 20,
    min: 1,
    max: 1_000,
    of: "reviews of invitations a second, in the gateway",
    why: "Each reads up to 100 people: 20 are 2,000 read units a second, half of what a table serves from the start.",
  },
  certificatesPerSecond: {
    value: 5,
    min: 1,
    max: 100,
    of: "certificates of departures a second, in the gateway",
    why: "Each is signed by KMS, whose signatures devices need for their documents, too.",
  },
  firewallPerAddress: {
    value: 2000,
    min: 100,
    max: 1_000_000,
    of: "requests in 5 minutes from an IP address, in the firewall",
    why: "An office of 500 people may be behind one address. All 500 have four requests each in 5 minutes, which is a sign-in; with 20 each, as pages of the dashboard need, 100 fit.",
  },
  codesPerNetwork: {
    value: 600,
    min: 20,
    max: 100_000,
    of: "sign-in codes an hour for browsers that are not known, from an IPv4 address or an IPv6 /64",
    why: "An office of 500 people has its first morning behind one address.",
  },
  codesPerWideNetwork: {
    value: 1_500,
    min: 50,
    max: 250_000,
    of: "such codes an hour from a network (/24, /48)",
    why: "Two such offices and a half: someone who rents a whole network gets no more than they.",
  },
  codesPerBrowser: {
    value: 5,
    min: 3,
    max: 20,
    of: "sign-in codes in 15 minutes to an address, of all unknown browsers together and of each known one",
    why: "A person who misreads a code or has lost an email tries two or three times. A known browser has its own, so that nobody else can use it up.",
  },
  attemptsPerNetwork: {
    value: 1_500,
    min: 50,
    max: 10_000,
    of: "entries of sign-in codes an hour from an IPv4 address or an IPv6 /64",
    why: "The office's 500 people enter three codes each. One that is guessed has 30⁸ possibilities.",
  },
  readsPerAccount: {
    value: 30_000,
    min: 1_000,
    max: 10_000_000,
    of: "read units an hour of requests that read many rows, per account",
    why: "A list of 10,000 people fits in three times, reviewed 100 at a time at a unit each. A script that does nothing else costs less than half a cent an hour.",
  },
} as const satisfies Record<string, RequestLimit>;

export type RequestLimitName = keyof typeof requestLimits;
export const requestLimitNames = Object.keys(requestLimits) as RequestLimitName[];
/** What an operator has set. */
export type ChosenLimits = { readonly [N in RequestLimitName]?: number | undefined };

/** Returns what an operator has set, or the preset. */
export const limitOf = (name: RequestLimitName, chosen: ChosenLimits = {}): number =>
  chosen[name] ?? requestLimits[name].value;

const number = (value: number) => value.toLocaleString("en");

/** One line of the document. */
export function lineOf(name: RequestLimitName): string {
  const { value, min, max, of, why } = requestLimits[name];
  return `- **${number(value)} ${of}.** ${why} (\`${name}\`, ${number(min)} to ${number(max)})`;
}

/** Read units of requests that read many rows; those that read few are not counted, and cost no write. */
export const readsPerAccount = {
  name: "readsPerAccount",
  quota: requestLimits.readsPerAccount.value,
  windowSeconds: hourSeconds,
} as const;
/** A request that reads more units than this is counted. */
export const uncountedReads = 25;
