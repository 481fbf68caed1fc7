import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";

type Input = NodeJS.ReadableStream & { isTTY?: boolean };

/** Reads standard input to its end; at a terminal up to an empty line, without showing it. */
export async function enter(input: Input, prompt: NodeJS.WritableStream): Promise<string> {
  if (input.isTTY !== true) return text(input);
  prompt.write("Enter one per line (input is hidden), then an empty line:\n");
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines: string[] = [];
  for await (const line of createInterface({ input, output: silent, terminal: true })) {
    if (line === "") break;
    lines.push(line);
  }
  return lines.join("\n");
}
