import { read, start } from "@muster/core/reading/csv.ts";
import { paste } from "@muster/core/reading/paste.ts";
import { parseYaml } from "@muster/core/setting/yaml.ts";
import { isBlank, shownMentions } from "@muster/core/update/read-markdown.ts";
import { normalize } from "@muster/settings/website.ts";
import { endorsed } from "../../clients/sync/answer.ts";
import { makeServerKey, signed } from "../../clients/sync/double.testing.ts";
import { readBody } from "../../functions/api/body.ts";
import { linesOf } from "../../web/src/features/settings/website-list.ts";
import { head, row, sizesIn } from "../shared/output.ts";

/**
 * Measures how the time of each parser of what people upload or paste grows with its input: CPU time of inputs that ask for
 * much work, at a length and at four and sixteen times that. A time that grows as its input is multiplied by 4 each.
 */
const usual = [4_000, 16_000, 64_000];

const repeated = (text: string) => (size: number) => text.repeat(Math.ceil(size / text.length)).slice(0, size);
const numbered = (line: (n: number) => string) => (size: number) => {
  const width = line(10_000).length;
  return Array.from({ length: Math.ceil(size / width) }, (_, n) => line(n)).join("");
};

type Parser = { of: string; inputs: Record<string, (size: number) => string>; run: (text: string) => unknown };

const [pinned, other] = [makeServerKey(), makeServerKey()];
const forged = signed({ kid: other.kid, x: other.x }, { ...other, kid: pinned.kid }, { typ: "muster-key+jwt" });

const parsers: Parser[] = [
  {
    of: "A settings file",
    inputs: {
      names: numbered((n) => `k${n}: 1\n`),
      "nested lists": repeated("["),
      "nested names": repeated("? "),
      errors: repeated("a: ]\n"),
      documents: repeated("---\n"),
      comments: repeated("#\n"),
    },
    run: parseYaml,
  },
  {
    of: "A body of JSON",
    inputs: {
      "nested lists": (size) => `{"a":${"[".repeat(size / 2)}${"]".repeat(size / 2)}}`,
      names: (size) => `{${numbered((n) => `"k${n}":1,`)(size)}"z":1}`,
      backslashes: (size) => `{"a":"${"\\\\".repeat(size / 2)}"}`,
    },
    run: async (text) => {
      const request = new Request("https://muster.example", { method: "POST", body: text });
      const header = (name: string) => (name === "content-type" ? "application/json" : undefined);
      const context = { req: { header, arrayBuffer: () => request.arrayBuffer() } };
      return readBody(context as never, 4_096).catch(() => undefined);
    },
  },
  {
    of: "A CSV file",
    inputs: {
      rows: numbered((n) => `p${n}@example.com,Ada,read\n`),
      quotes: repeated('"a""b",'),
      "an open quote": (size) => `a@example.com\n"${"x\n".repeat(size / 2)}`,
      separators: repeated(",;\t|"),
    },
    run: (text) => {
      const bytes = Buffer.from(text);
      let state = start;
      while (!state.end) ({ state } = read(state, bytes.subarray(state.offset), true));
    },
  },
  {
    of: "Pasted addresses",
    inputs: {
      addresses: numbered((n) => `Ada ${n} <p${n}@example.com>, `),
      "at signs": repeated("@ "),
      brackets: repeated("<<"),
      names: repeated("Ada Lovelace "),
    },
    run: paste,
  },
  {
    of: "A text in Markdown",
    inputs: {
      quotes: repeated("> "),
      emphasis: repeated("*a_"),
      links: repeated("[a]("),
      cells: repeated("|-"),
      mentions: repeated(" @acc_01ARZ3NDEKTSV4RRFFQ69G5FAV"),
    },
    // no text is longer
    run: (text) => [isBlank(text.slice(0, 20_000)), shownMentions(text.slice(0, 20_000))],
  },
  {
    of: "A list of websites",
    inputs: {
      websites: numbered((n) => `https://site-${n}.example.com/a\n`),
      "one line": repeated("a.com "),
      quotes: repeated('"'),
      labels: repeated("a."),
    },
    run: (text) => linesOf(text).map(({ text: cell }) => normalize(cell)),
  },
  {
    of: "A key set",
    inputs: {
      keys: (size) =>
        JSON.stringify({ keys: Array.from({ length: size / 400 }, () => ({ ...other, endorsements: [forged] })) }),
      signatures: (size) =>
        JSON.stringify({
          keys: [{ kid: other.kid, x: other.x, endorsements: Array.from({ length: size / 300 }, () => forged) }],
        }),
    },
    run: (text) => endorsed(text, [{ kid: pinned.kid, x: pinned.x }], 0),
  },
];

async function cpuMs(run: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/** @param words the lengths of the inputs, in bytes */
export async function run(words: string[]): Promise<void> {
  const sizes = sizesIn(words, usual);
  head(2, ["", "Input", ...sizes.map((size) => `${size / 1_000} kB`)]);
  for (const { of, inputs, run: parse } of parsers) {
    for (const [name, make] of Object.entries(inputs)) {
      const times: string[] = [];
      for (const size of sizes) {
        const text = make(size);
        await parse(text);
        const all: number[] = [];
        for (let round = 0; round < 5; round++) all.push(await cpuMs(() => parse(text)));
        times.push(`${Math.min(...all).toFixed(1)} ms`);
      }
      row([of, name, ...times]);
    }
  }
}
