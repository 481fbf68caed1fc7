import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";

type Input = NodeJS.ReadableStream & { isTTY?: boolean };

/** Reads what is entered on standard input up to its end; at a terminal up to an empty line, and nothing of it is shown. */
export async function enter(input: Input, prompt: NodeJS.WritableStream): Promise<string> {
  if (input.isTTY !== true) return text(input);
  prompt.write("Enter one a line, shown nowhere; an empty line ends it:\n");
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines: string[] = [];
  for await (const line of createInterface({ input, output: silent, terminal: true })) {
    if (line === "") break;
    lines.push(line);
  }
  return lines.join("\n");
}
