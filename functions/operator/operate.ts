import { Failure, implied } from "@muster/core/base/failure.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import { type Name, type Request, readArguments, UsageError, usage } from "./arguments.ts";
import { run } from "./commands.ts";
import type { Place } from "./secrets-commands.ts";
import type { Answer } from "./text.ts";

/** The exit codes. */
export const exits = { done: 0, refused: 1, usage: 2 } as const;
type Exit = (typeof exits)[keyof typeof exits];

type Terminal = {
  say: (text: string) => void;
  complain: (text: string) => void;
  /** Binds the ports for a command, once there is one. */
  boot: (name: Name) => void | Promise<void>;
  /** Returns the place of the deployment's secrets, and those entered on standard input. */
  secrets: () => Place;
  /** More lines for the help text. */
  help?: string;
};

/** Runs a command line as the operator, and returns the exit code. */
export async function operate(words: string[], terminal: Terminal): Promise<Exit> {
  const { say, complain, boot, secrets, help = "" } = terminal;
  let request: Request | undefined;
  try {
    request = readArguments(words);
    if (!request) {
      say(`${usage}${help}`);
      return exits.done;
    }
    await boot(request.name);
    return printAnswer(await answer(request, secrets), request, say);
  } catch (error) {
    if (error instanceof Failure) return refuse(error, request, terminal);
    complain(`${error instanceof Error ? error.message : "Something went wrong."}\n`);
    if (!(error instanceof UsageError)) return exits.refused;
    complain(`\n${usage}${help}`);
    return exits.usage;
  }
}

const answer = (request: Request, secrets: Terminal["secrets"]) => asSystem("operator", () => run(request, secrets));

function printAnswer({ data, text, wrong }: Answer, { json }: Request, say: Terminal["say"]): Exit {
  say(json ? `${JSON.stringify(data)}\n` : `${text}\n`);
  // threat: a broken log looks like a whole one to the command that verifies it
  return wrong ? exits.refused : exits.done;
}

/** An invalid field is a usage error; any other failure is an answer. */
function refuse(failure: Failure, request: Request | undefined, { say, complain }: Terminal): Exit {
  const isMistake = failure.code === implied.invalid.code;
  const sentences = isMistake ? (failure.fields ?? []).map(({ message }) => message) : [failure.message];
  if (request?.json) say(`${JSON.stringify({ code: failure.code, message: sentences.join(" ") })}\n`);
  else complain(`${sentences.join("\n")}\n`);
  return isMistake ? exits.usage : exits.refused;
}
