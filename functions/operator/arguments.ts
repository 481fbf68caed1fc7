import { parseArgs } from "node:util";

type Command = { takes: readonly string[]; may?: readonly string[]; does: string; stripe?: true };

/** The operator's commands: the names of their arguments, what they do, and whether they call Stripe. */
export const commands = {
  seats: {
    takes: ["organization", "seats"],
    may: ["until"],
    does: "grant seats on top of those of the plan, and trust the organization",
  },
  suspend: { takes: ["organization"], does: "suspend an organization; owners can still view it and pay" },
  reactivate: { takes: ["organization"], does: "reactivate a suspended organization" },
  show: { takes: ["organization"], does: "show state, plan, seats, and log of an organization, or what was purged" },
  purges: { takes: [], does: "list the organizations that were purged, newest first" },
  verify: { takes: ["organization"], does: "read the whole audit log of an organization and check its chain" },
  emails: { takes: [], does: "show how many emails wait, are not confirmed, or failed, by kind and age" },
  "remove-suppression": { takes: ["address"], does: "allow email to an address again, even after a complaint" },
  "resume-emails": {
    takes: ["organization"],
    does: "resume the invitation emails of an organization after bounces or complaints",
  },
  reports: { takes: [], does: "list billing sweep reports, newest first" },
  report: { takes: ["report"], does: "show one report with every difference" },
  attention: { takes: [], does: "list organizations that need attention, and whether the circuit breaker has tripped" },
  risk: { takes: [], does: "list organizations by money at risk, with what to do", stripe: true },
  refund: {
    takes: ["organization", "invoice"],
    may: ["to"],
    does: "refund a second subscription or a dropped change to card or balance, or say elsewhere",
    stripe: true,
  },
  "close-dispute": {
    takes: ["organization", "dispute"],
    does: "say that you dealt with a lost dispute: seats can be bought again",
    stripe: true,
  },
  "allow-trial": { takes: ["address"], does: "give the person with this address another trial" },
  "reset-breaker": { takes: ["name"], does: "reset the circuit breaker of billing sweeps, with your name" },
  reconcile: { takes: ["organization"], does: "reconcile one organization with Stripe now", stripe: true },
  sweep: { takes: [], may: ["max"], does: "reconcile all marked organizations, up to max differences", stripe: true },
  compare: { takes: [], may: ["max"], does: "compare everything with Stripe, and mark what differs", stripe: true },
  "rotate-key": { takes: [], does: "rotate the key that wraps data keys; the clock does the work" },
  "key-rotation": { takes: [], does: "show how far the last rotation of that key is" },
  secrets: {
    takes: ["action"],
    may: ["part"],
    does: "show, set stripe, rotate, or retire pepper or origin",
  },
  catalog: {
    takes: ["action"],
    does: "show, check, or set the models and applications of the settings; reads JSON",
  },
  defaults: {
    takes: ["action"],
    may: ["key", "value"],
    does: "show, set, lock, or clear the operator's default for a setting",
  },
  "count-members": {
    takes: ["organization"],
    does: "count members for previews of settings anew, and correct what differs",
  },
  "catch-up": { takes: [], does: "mark organizations with Stripe events since the last run", stripe: true },
} as const satisfies Record<string, Command>;

export type Name = keyof typeof commands;
export type Request = {
  name: Name;
  values: string[];
  json: boolean;
  days?: string | undefined;
  plan?: string | undefined;
  dryRun: boolean;
};

const width = 38;
const lines = Object.entries<Command>(commands).map(([name, command]) => {
  const { does } = command;
  const form = [name, ...formsOf(command)].join(" ");
  return `  ${form.padEnd(width)}${does}`;
});

export const usage = `Does what only the operator of a deployment may do.

  npm run operator -- <command> [--json]

${lines.join("\n")}

  ${"--json".padEnd(width)}answer as JSON
  ${"--days n".padEnd(width)}secrets rotate: how long the previous one stays valid; 90 for the pepper, 14 for the origin
  ${"--dry-run".padEnd(width)}secrets: say what would change, and write nothing
  ${"--plan name".padEnd(width)}defaults: for the organizations on this plan
  ${"--help".padEnd(width)}this text

Exit codes: 0 done, 1 refused or something is wrong, 2 usage error.
`;

/** A command line that cannot be understood; the message says why. */
export class UsageError extends Error {
  override name = "UsageError";
}

/**
 * Parses a command line; returns nothing if it asks for help.
 * @throws UsageError
 */
export function readArguments(words: string[]): Request | undefined {
  const { values, positionals } = parse(words);
  if (values.help) return undefined;
  const [name, ...rest] = positionals;
  if (name === undefined) throw new UsageError("Name a command.");
  if (!isName(name)) throw new UsageError("Unknown command.");
  const command: Command = commands[name];
  const { takes, may = [] } = command;
  const isComplete = rest.length >= takes.length && rest.length <= takes.length + may.length;
  if (!isComplete) throw new UsageError(`${name} takes ${formsOf(command).join(" ") || "nothing"}.`);
  const { json = false, days, plan, "dry-run": dryRun = false } = values;
  if (name !== "secrets" && (days !== undefined || dryRun)) {
    throw new UsageError("--days and --dry-run belong to secrets.");
  }
  if (name !== "defaults" && plan !== undefined) throw new UsageError("--plan belongs to defaults.");
  return { name, values: rest, json, days, plan, dryRun };
}

/** Returns whether a command calls Stripe. */
export const asksStripe = (name: Name): boolean => (commands[name] as Command).stripe === true;

function formsOf({ takes, may = [] }: Command): string[] {
  return [...takes.map((one) => `<${one}>`), ...may.map((one) => `[${one}]`)];
}

const isName = (name: string): name is Name => Object.hasOwn(commands, name);

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      strict: true,
      allowPositionals: true,
      options: {
        json: { type: "boolean" },
        days: { type: "string" },
        plan: { type: "string" },
        "dry-run": { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : "The arguments cannot be read.");
  }
}
