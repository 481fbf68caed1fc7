import { parseArgs } from "node:util";

export type Arguments = {
  port: number;
  /** Clears the state before the start. */
  reset: boolean;
  /** The folder of the state. */
  data: string;
  /** Number of members of the demo that fills an empty state; missing without a demo. */
  demo?: number;
  /** Limits as on AWS, instead of higher ones for developers. */
  realLimits: boolean;
  /** Emails per second that the local SES sends; its default without it. */
  sendRate?: number;
  help: boolean;
};

const sizes = ["25", "2000", "100000"];

export const usage = `Runs Muster on this machine: the API, the site, and a cloud in which nothing leaves this machine.

  npm start -- [--port PORT] [--data DIR] [--reset] [--demo [SIZE]] [--real-limits]
            [--send-rate N]

  --port PORT   where to listen on 127.0.0.1 (default 4280; 0 picks a free one)
  --data DIR    where the state is (default .muster)
  --reset       delete the state first
  --demo SIZE   fill an empty state with an organization of 25 (default), 2000 or 100000 members
  --real-limits rate limits as on AWS (by default they are 1,000 times higher)
  --send-rate N emails per second (default 50; a new account at AWS has 14)
  --help        this text
`;

/** An unknown argument; the message says what is wrong with it. */
export class UnknownArgument extends Error {
  override name = "UnknownArgument";
}

/** @throws UnknownArgument */
export function readArguments(words: string[]): Arguments {
  const values = parse(withSize(words));
  const { port, reset, data, demo, "real-limits": realLimits, "send-rate": sendRate, help } = values;
  checkPort(port);
  if (data === "") throw new UnknownArgument("--data needs the name of a folder.");
  if (sendRate !== undefined && !/^[1-9]\d{0,3}$/.test(sendRate)) {
    throw new UnknownArgument(`--send-rate must be a number from 1 to 9999, not ${sendRate}.`);
  }
  if (demo !== undefined && !sizes.includes(demo)) {
    throw new UnknownArgument(`--demo has 25, 2000 or 100000 members, not ${demo}.`);
  }
  return {
    port: Number(port),
    reset,
    data,
    ...(demo !== undefined && { demo: Number(demo) }),
    realLimits,
    ...(sendRate !== undefined && { sendRate: Number(sendRate) }),
    help,
  };
}

function checkPort(text: string): void {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return;
  throw new UnknownArgument(`--port must be a number from 0 to 65535, not ${text}.`);
}

/** The size of the demo is optional, which the parser does not support for values. */
function withSize(words: readonly string[]): string[] {
  return words.flatMap((word, i) => {
    const isAlone = word === "--demo" && (words[i + 1] ?? "--").startsWith("-");
    return isAlone ? ["--demo", sizes[0] ?? ""] : [word];
  });
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      strict: true,
      options: {
        port: { type: "string", default: "4280" },
        data: { type: "string", default: ".muster" },
        reset: { type: "boolean", default: false },
        demo: { type: "string" },
        "real-limits": { type: "boolean", default: false },
        "send-rate": { type: "string" },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (error) {
    throw new UnknownArgument(error instanceof Error ? error.message : "The arguments cannot be read.");
  }
}
