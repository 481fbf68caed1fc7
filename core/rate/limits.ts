import { daySeconds, hourSeconds, minuteMs, minuteSeconds } from "../base/duration.ts";

// Every limit on how much may happen in a time. The tables of docs/limits.md are made of the comments of these entries:
// what is limited, and why it is this number.

/** A limit that an operator may set, by its name in the configuration, and its bounds. */
type RequestLimit = { value: number; min: number; max: number };

/** Those of the gateway and the firewall are counted by AWS. Those without a comment are windows of a limit below. */
export const requestLimits = {
  /**
   * Requests a second of everybody together, in the gateway. At 200 ms each, 40 functions run at once: a flood leaves
   * most of an account's 1,000 to the workers, and costs a known sum.
   */
  gatewayPerSecond: { value: 200, min: 10, max: 10_000 },
  /**
   * Requests at once, in the gateway. Twice those of a second, because a page of the dashboard sends several together.
   */
  gatewayAtOnce: { value: 400, min: 10, max: 5_000 },
  /**
   * Requests a second of devices to each of their routes, in the gateway. After an outage all devices come back at
   * once. They leave half of the gateway to people, and a device that is refused asks again later.
   */
  devicesPerSecond: { value: 50, min: 5, max: 10_000 },
  /**
   * Reviews of invitations a second, in the gateway. Each reads up to 100 people: 20 are 2,000 read units a second,
   * half of what a table serves from the start.
   */
  reviewsPerSecond: { value: 20, min: 1, max: 1_000 },
  /**
   * Certificates of departures a second, in the gateway. Each is signed by KMS, whose signatures devices need for their
   * documents, too.
   */
  certificatesPerSecond: { value: 5, min: 1, max: 100 },
  /**
   * Requests in 5 minutes from an IP address, in the firewall. An office of 500 people may be behind one address. All
   * 500 have four requests each in 5 minutes, which is a sign-in; with 20 each, as pages of the dashboard need, 100
   * fit.
   */
  firewallPerAddress: { value: 2000, min: 100, max: 1_000_000 },
  codesPerNetwork: { value: 600, min: 20, max: 100_000 },
  codesPerWideNetwork: { value: 1_500, min: 50, max: 250_000 },
  codesPerBrowser: { value: 5, min: 3, max: 20 },
  attemptsPerNetwork: { value: 1_500, min: 50, max: 10_000 },
  readsPerAccount: { value: 30_000, min: 1_000, max: 10_000_000 },
} as const satisfies Record<string, RequestLimit>;

export type RequestLimitName = keyof typeof requestLimits;
export const requestLimitNames = Object.keys(requestLimits) as RequestLimitName[];
/** The limits that an operator has set. */
export type ChosenLimits = { readonly [N in RequestLimitName]?: number | undefined };

/** Returns what an operator has set, or the preset. */
export const limitOf = (name: RequestLimitName, chosen: ChosenLimits = {}): number =>
  chosen[name] ?? requestLimits[name].value;

/** At most `quota` in a window. An operator can set the quota of one that has a `configured` name. */
export type Window = { quota: number; windowSeconds: number; configured?: RequestLimitName };
type Windows = readonly [Window, ...Window[]];
/** A limit in each of its windows, under the name that the rows of the counters have, and the answers. */
export type Limit = { name: string; windows: Windows };

// none of these has side effects, so a bundle has only the limits that it uses

/* @__NO_SIDE_EFFECTS__ */
const per = (minutes: number, name: string, quota: number): Limit => ({
  name,
  windows: [{ quota, windowSeconds: minutes * minuteSeconds }],
});
/* @__NO_SIDE_EFFECTS__ */
const perHour = (name: string, quota: number): Limit => ({ name, windows: [{ quota, windowSeconds: hourSeconds }] });
/* @__NO_SIDE_EFFECTS__ */
const perDay = (name: string, quota: number): Limit => ({ name, windows: [{ quota, windowSeconds: daySeconds }] });
/* @__NO_SIDE_EFFECTS__ */
const configured = (name: RequestLimitName, minutes = 60): Window => ({
  configured: name,
  quota: requestLimits[name].value,
  windowSeconds: minutes * minuteSeconds,
});

const codesToAddress: Windows = [
  // threat: codes have no limit per address, so a mailbox is flooded
  configured("codesPerBrowser", 15),
  { quota: 20, windowSeconds: daySeconds },
];
const mailsToAddress: Windows = [
  // threat: many organizations flood one address with invitations
  { quota: 6, windowSeconds: hourSeconds },
  { quota: 20, windowSeconds: daySeconds },
];

/**
 * Sign-in codes for browsers that are not known, from an IPv4 address or an IPv6 /64. An office of 500 people has its
 * first morning behind one address.
 */
export const codesPerNetwork: Limit = {
  name: "codes-per-network",
  // threat: codes have no limit per network, so mailboxes are flooded
  windows: [configured("codesPerNetwork")],
};
/**
 * Such codes from a network (/24, /48). Two such offices and a half: someone who rents a whole network gets no more
 * than they.
 */
export const codesPerWideNetwork: Limit = {
  name: "codes-per-wide-network",
  windows: [configured("codesPerWideNetwork")],
};
/**
 * Sign-in codes to an address, of all unknown browsers together. A person who misreads a code or has lost an email
 * tries two or three times.
 */
export const codesPerAddress: Limit = { name: "codes-per-address", windows: codesToAddress };
/**
 * Sign-in codes to an address, of a browser in which it has signed in. It has its own, so that nobody else can use it
 * up.
 */
export const codesPerBrowser: Limit = { name: "codes-per-browser", windows: codesToAddress };
/**
 * Entries of sign-in codes from an IPv4 address or an IPv6 /64. The office's 500 people enter three codes each. One
 * that is guessed has 30⁸ possibilities.
 */
export const attemptsPerNetwork: Limit = {
  name: "attempts-per-network",
  // threat: guesses at many codes from one network
  windows: [configured("attemptsPerNetwork")],
};
/**
 * Read units of an account's requests that read many rows. A list of 10,000 people fits in three times, reviewed 100 at
 * a time at a unit each. A script that does nothing else costs less than half a cent an hour.
 */
export const reads: Limit = { name: "reads", windows: [configured("readsPerAccount")] };
/** A request that reads more units than this is counted; one that reads few is not, and costs no write. */
export const uncountedReads = 25;

/** Organizations that an account creates. Each may send its daily invitations, so who creates many could send many. */
export const organizationsPerAccount = perDay("organizations-per-account", 50);
/** Invitations of an organization on the free plan. It must not serve to send email to strangers. */
export const freeInvitations = { windows: [{ quota: 50, windowSeconds: daySeconds }] } as const;
/** Invitations of an organization that pays or has granted seats. Those of imports are limited only by seats. */
export const trustedInvitations = { windows: [{ quota: 10_000, windowSeconds: daySeconds }] } as const;
/**
 * Invitations of an account, for all organizations together that neither pay nor have granted seats. With many such
 * organizations it sends no more than with a few.
 */
export const untrustedInvitations = perDay("untrusted-invitations", 100);
/** Imports that an account creates, each with an upload form. */
export const importsPerAccount = perHour("imports-per-account", 60);
/** Imports of an organization. */
export const importsPerOrganization = perHour("imports-per-organization", 120);
/** Checks of an API key with its provider that people ask for. Each is a request to the provider. */
export const checksPerSecret = per(10, "secret.check", 5);
/** Checks of all API keys of an organization. Twice its keys. */
export const secretChecks = perHour("secret.checks", 100);
/** Checks of a domain that people ask for. Each asks name servers. */
export const checksPerDomain = per(10, "domain.check", 10);
/** Checks of all domains of an organization. Twice its domains. */
export const domainChecks = perHour("domain.checks", 100);
/** Previews of settings, per account. Each may read megabytes of cohorts and teams. */
export const settingPreviews = perHour("setting.previews", 600);
/** Settings files that an account exports, checks, or imports. Each has up to 3.5 million characters. */
export const settingFiles = perHour("setting.files", 120);
/** Previews of rollouts, per organization. Each reads all of its devices. */
export const rolloutPreviews = perHour("rollout.previews", 120);

/** Requests of a member for seats. Each notifies those who can buy them. */
export const seatRequests = perDay("seatRequests", 5);
/**
 * Changes of a subscription's seats. Stripe makes 10 invoices a minute and 20 a day; the last one of each is left for
 * itself.
 */
export const seatChanges: Pick<Limit, "windows"> = {
  windows: [
    { quota: 9, windowSeconds: minuteSeconds },
    { quota: 19, windowSeconds: daySeconds },
  ],
};
/** Automatic changes of seats, of all changes of a subscription. They leave the rest of them to people. */
export const automaticSeatChanges: Pick<Limit, "windows"> = {
  windows: [
    { quota: 6, windowSeconds: minuteSeconds },
    { quota: 12, windowSeconds: daySeconds },
  ],
};
/** Automatic changes for requests of members, in the same way. They leave some of them to seats in use. */
export const requestedSeatChanges: Pick<Limit, "windows"> = {
  windows: [
    { quota: 4, windowSeconds: minuteSeconds },
    { quota: 8, windowSeconds: daySeconds },
  ],
};

/** Updates that an account posts. Each reaches a whole organization or team. */
export const updates = perHour("updates", 60);
/** Comments of an account. */
export const comments = perHour("comments", 300);
/** Edits of updates and comments, per account. Each edit of an update keeps what it said before. */
export const edits = perHour("edits", 120);
/** Updates and comments that an account reports. Owners and admins look at each. */
export const reports = perHour("reports", 30);
/** People that the texts of one author notify. One author must not flood everybody with mentions. */
export const mentions = perHour("mentions", 300);
/** Teams whose members the texts of one author notify. Each may have thousands of members. */
export const teamMentions = perHour("team-mentions", 10);

/** Device codes that one network requests. */
export const deviceCodesPerNetwork = perHour("device-codes-per-network", 60);
/** Wrong user codes that an account enters. More could guess the code of another person. */
export const userCodesPerAccount = per(10, "user-codes-per-account", 10);
/** Wrong user codes of all accounts together. Many accounts together could guess, too. */
export const userCodes = perHour("user-codes", 2_000);
/**
 * Documents of a device, except for those that it waits for where signatures have no quota. Each is signed; a device
 * that does not wait for changes asks once an hour.
 */
export const documentsPerDevice = perHour("documents-per-device", 120);
/**
 * Wipes for devices of erased organizations, per network. Their tokens cannot be checked anymore, so anybody can ask.
 */
export const wipesPerNetwork = perHour("wipes-per-network", 60);
/** Wipes for devices of one erased organization. Each is signed, even for a device that someone made up. */
export const wipesPerOrganization = perHour("wipes-per-organization", 2_000);
/** Certificates of departures, per organization. Each is signed by KMS. */
export const certificates = perHour("certificates", 60);

/** Invitations and reminders to one address, from all organizations together. More are `suppressed`. */
export const invitationsPerAddress: Limit = { name: "invitations-per-address", windows: mailsToAddress };
/** Emails about payment to one billing address, from all organizations together. More are `suppressed`. */
export const billingMailsPerAddress: Limit = { name: "billing-mails-per-address", windows: mailsToAddress };
/** Emails about updates and comments to one person, from an organization. More are `suppressed`. */
export const updateMailsPerReader = perHour("update-mails-to", 20);
/** Emails about reports, in the same way. They are apart from those, so that neither uses up the other. */
export const reportMailsPerReader = perHour("report-mails-to", 20);

// Budgets of emails. docs/emails.md describes them.

export const minCodesPerHour = 60;
/**
 * The number of codes that may leave in an hour, as multiples of the deployment's mails: without a browser that is
 * known, to addresses with an account or an invitation and to others, from all networks and from each (/24, /48). An
 * office of 500 people who sign in for the first time within minutes fits into its network's share. However few mails a
 * deployment sends, each share has `minCodesPerHour`.
 */
export const codeShares = {
  members: { ofAll: 20, ofNetwork: 4 },
  strangers: { ofAll: 1, ofNetwork: 0.1 },
};

/**
 * From so many bounces on, in two hours, of codes to addresses without an account, an invitation or a domain, such
 * codes are slowed if the bounces are a larger share of them than this: from one network, and from all networks
 * together.
 */
export const codesSuspectFrom = { ofNetwork: { least: 10, share: 0.3 }, ofAll: { least: 100, share: 0.3 } };
/** The number of such codes that may then leave in an hour. Codes to accounts and to known browsers leave as always. */
export const suspectCodesPerHour = { ofNetwork: 6, ofAll: 60 };

/** Of the mails of an hour, those of so long may leave at once. */
export const burstMs = 5 * minuteMs;
/** A row that says until when a budget is used up goes after so long without mails. */
export const budgetKeptSeconds = 30 * daySeconds;
/**
 * So many mails of a kind in an hour do not wait for the many of other organizations; nine of them may leave at once.
 */
export const fewPerHour = 120;

/** For how long outcomes are counted together, and kept. */
export const outcomePeriods = {
  invitations: { seconds: 7 * daySeconds, keptSeconds: 21 * daySeconds },
  codes: { seconds: hourSeconds, keptSeconds: 3 * hourSeconds },
};
/**
 * From so many bounces or complaints on, the emails of an organization are paused if they are a larger share of those
 * that arrived or bounced. Providers look at a sender from 5 % and 0.1 % on, and stop one at 10 % and 0.5 %.
 */
export const pausesFrom = { bounced: { least: 10, share: 0.1 }, complained: { least: 3, share: 0.005 } };
