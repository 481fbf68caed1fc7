// What the agent says of itself.

type Command = {
  argument?: string;
  about: string;
  options?: readonly (readonly [option: string, about: string])[];
  examples: readonly string[];
  /** The exit codes, besides 0, and 2 for a usage error. */
  fails: string;
};

export const commands = {
  link: {
    argument: "SERVER",
    about: "Links this device to an organization, once one of its members has approved it.",
    options: [
      ["--name NAME", "what you call this device; its host name, if left out"],
      ["--organization ID", "the only organization to link it to"],
      ["--browser", "open a browser on this machine instead of showing a code"],
    ],
    examples: ["link https://muster.example", 'link https://muster.example --browser --name "Ada\'s laptop"'],
    fails: "1: it was denied, the code expired, the server cannot be reached, or the device is linked already",
  },
  run: {
    about: "Follows the settings until it is stopped: keeps settings.json and status.json current.",
    options: [
      ["--hook COMMAND", "run this after each change, before it is reported as enforced"],
      ["--poll", "ask as often as the server says, instead of staying in touch"],
    ],
    examples: ["run", "run --hook 'systemctl --user reload example'"],
    fails: "1: the device is not linked, or another process follows its settings",
  },
  status: {
    about: "Says which revision applies, and when the server last confirmed it.",
    options: [["--json", "print JSON"]],
    examples: ["status", "status --json"],
    fails: "1: the device is not linked",
  },
  why: {
    argument: "KEY",
    about: "Says which value a setting has, and what every layer says of it.",
    options: [["--json", "print JSON"]],
    examples: ["why websites.denied", "why features.telemetry --json"],
    fails: "1: the device is not linked, or there is no such setting",
  },
  unlink: {
    about: "Removes the settings, secrets, and keys from this device, and tells the server.",
    options: [["--hook COMMAND", "run this when settings.json is removed, before the server is told"]],
    examples: ["unlink"],
    fails: "1: something could not be removed; run it again",
  },
} as const satisfies Record<string, Command>;
export type CommandName = keyof typeof commands;

const byName: Readonly<Record<string, Command>> = commands;
export const isCommand = (name: string | undefined): name is CommandName => Object.hasOwn(commands, name ?? "");

export const argumentOf = (name: CommandName): string | undefined => byName[name]?.argument;

/** The help for everything. @param folder where files are, if nothing else is said */
export function usage(folder: string): string {
  const lines = Object.entries(byName).map(([name, { argument = "", about }]) => row(`${name} ${argument}`, about));
  return [
    "Usage: muster-agent COMMAND [options]",
    "",
    ...lines,
    "",
    "Options of every command:",
    row("--folder FOLDER", `where the files are (${folder})`),
    row("--help", "explain a command, such as: muster-agent link --help"),
    row("--version", "print the version"),
    "",
    "Exit codes: 0, 1 (failed), 2 (usage error)",
    "",
  ].join("\n");
}

/** The help for one command. */
export function usageOf(name: CommandName): string {
  const { argument, about, options = [], examples, fails } = byName[name] as Command;
  return [
    `Usage: muster-agent ${[name, argument].filter(Boolean).join(" ")} [options]`,
    "",
    about,
    "",
    "Options:",
    ...[...options, ["--folder FOLDER", "where the files are"] as const].map(([option, text]) => row(option, text)),
    "",
    "Examples:",
    ...examples.map((example) => `  muster-agent ${example}`),
    "",
    "Exit codes:",
    "  0: done",
    `  ${fails}`,
    "  2: usage error",
    "",
  ].join("\n");
}

const row = (left: string, right: string) => `  ${left.padEnd(20)} ${right}`;
