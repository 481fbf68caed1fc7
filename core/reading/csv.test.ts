import { depth, seededRandom } from "@muster/local/testing/random.ts";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lines } from "../base/csv.ts";
import { bytesOf, filesIn } from "./corpus.testing.ts";
import { maxRow, minBytes, open, read, type State, start } from "./csv.ts";
import { decode } from "./encoding.ts";
import type { Row } from "./judge.ts";

type Read = typeof read;

const utf8 = new TextEncoder();
/** A part of a file, which the deep run makes as long as imports do, and all files with it. */
const chunkBytes = depth(256 * 1024, 1024 * 1024);
const maxStateBytes = 4096;

/** Reads a file in ranges that end at the cuts, with its state serialized in between. */
function readCut(bytes: Uint8Array, cuts: readonly number[], reader: Read = read) {
  let state = open(bytes, true);
  const rows: Row[] = [];
  const ends = [...cuts, bytes.length].toSorted((one, other) => one - other);
  let largestState = 0;
  for (let at = 0; !state.end; ) {
    const end = ends[at] ?? bytes.length;
    const next = reader(state, bytes.subarray(Math.min(state.offset, end), end), end === bytes.length);
    if (next.state.offset >= state.offset) at++;
    if (at > ends.length + 3) break;
    for (const row of next.rows) rows.push(row);
    const stored = JSON.stringify(next.state);
    largestState = Math.max(largestState, stored.length);
    state = JSON.parse(stored) as State;
  }
  expect(largestState).toBeLessThan(maxStateBytes);
  return { rows, end: state.end };
}

const inOnePass = (bytes: Uint8Array) => readCut(bytes, []);
const cellsOf = ({ email, name, role, teams, problem }: Row) => problem ?? [email, name, role, teams].join("|");

describe("however a file is divided", () => {
  const long = (sign: string) => sign.repeat((maxRow * 2) / sign.length);
  const linesOf = (sign: string, end: string) => long(sign.repeat(4000) + end);
  const plain = ["ada@example.com", "Ada", "", " ", "read", "Zoë", "山田 太郎", '5" tall', "a'b"];
  const quoted = [
    '"a, b; c"',
    '"a \\"b\\", c"',
    '"d\\\\"',
    '"say ""hi"""',
    '"two\nlines"',
    '"\r\n\r"',
    ' "x" ',
    '""',
    '"a"b',
  ];
  const odd = ['"', '"open', '"open\nand on', '"a\nb"c', '""""', '"""'];
  const endless = ["y", 'a""'].flatMap((sign) => [`"${linesOf(sign, "\n")}"`, `"${linesOf(sign, "\r\n")}"x`]);
  const cell = fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...plain) },
    { weight: 5, arbitrary: fc.constantFrom(...quoted) },
    { weight: 2, arbitrary: fc.constantFrom(...odd) },
  );
  const longCell = fc.constantFrom(long("x"), `"${long('""')}"`, `"${linesOf("x", "\r")}`, ...endless);
  const lineEnd = fc.constantFrom("\n", "\r\n", "\r", "\n\n", "\r\r\n");
  const cells = fc.array(cell, { minLength: 1, maxLength: 5 });
  const records = fc.array(fc.tuple(cells, lineEnd), { maxLength: 8 });
  const longRecord = fc.tuple(
    fc.tuple(cells, longCell, cells).map(([before, one, after]) => [...before, one, ...after]),
    lineEnd,
  );
  const header = [["email", "name", "role", "teams"], "\r\n"] as const;
  type Records = (readonly [readonly string[], string])[];

  const fileOf = (all: fc.Arbitrary<Records>) =>
    fc
      .tuple(all, fc.constantFrom(",", ";", "\t", "|"), fc.constantFrom("utf-8", "windows", "utf-16le", "utf-16be"))
      .map(([rows, sign, as]) => encoded([header, ...rows].map(([one, end]) => one.join(sign) + end).join(""), as));
  const short = fileOf(records);
  const longer = fileOf(
    fc.tuple(records, longRecord, records).map(([before, one, after]) => [...before, one, ...after]),
  );
  const shares = fc
    .array(fc.integer({ min: 1, max: 997 }), { maxLength: 8 })
    .map((all) => all.map((share) => share / 997));

  /** Cuts anywhere, and right after a quote or a line end, which is the hardest. */
  const holds = (reader: Read, file: fc.Arbitrary<Uint8Array>, numRuns: number) =>
    fc.check(
      fc.property(file, shares, shares, (bytes, anywhere, near) => {
        const ends: number[] = [];
        for (const [at, byte] of near.length > 0 ? bytes.entries() : []) {
          if (byte === 10 || byte === 13 || byte === 34) ends.push(at);
        }
        const nearby = near.map((share) => (ends[Math.floor(share * ends.length)] ?? 0) + 1);
        const cuts = [...anywhere.map((share) => Math.floor(share * bytes.length)), ...nearby];
        expect(readCut(bytes, cuts, reader)).toEqual(inOnePass(bytes));
      }),
      { numRuns, endOnFailure: true, ...(reader !== read && { seed: 3 }) },
    );

  test("its rows are the same", () => {
    expect(holds(read, short, depth(40, 2_000)).counterexample).toBeNull();
    expect(holds(read, longer, depth(5, 250)).counterexample).toBeNull();
  });

  const changed =
    (change: (next: State, before: State, bytes: Uint8Array) => Partial<State>): Read =>
    (state, bytes, isLast) => {
      const next = read(state, bytes, isLast);
      return next.state.end ? next : { ...next, state: { ...next.state, ...change(next.state, state, bytes) } };
    };
  const skipping = (change: (skip: NonNullable<State["skip"]>) => Partial<NonNullable<State["skip"]>>): Read =>
    changed(({ skip }) => (skip ? { skip: { ...skip, ...change(skip) } } : {}));
  const ended = ({ rows, state: { end, ...state } }: ReturnType<Read>, isLast: boolean) => ({
    rows,
    state: isLast && end ? { ...state, end } : state,
  });
  const forgetful: Read = (state, bytes, isLast) => {
    const {
      rows,
      state: { skip: _, ...next },
    } = read(state, bytes, isLast);
    return { rows, state: next };
  };

  test.each<[string, Read, fc.Arbitrary<Uint8Array>]>([
    ["drops a row at a cut", changed((_, before, bytes) => ({ offset: before.offset + bytes.length })), short],
    ["ends a row at a cut", (state, bytes, isLast) => ended(read(state, bytes, true), isLast), short],
    ["loses the line", changed(() => ({ line: 1 })), short],
    ["loses the number of the row", changed(() => ({ row: 0 })), short],
    ["forgets that it is within a row that is too long", forgetful, longer],
    ["forgets that it is within quotes", skipping(() => ({ mode: "plain" })), longer],
    ["forgets where the row began", skipping(() => ({ line: 1 })), longer],
    ["forgets where the quote was opened", skipping(() => ({ quoteLine: 1 })), longer],
    ["loses the cells before a quote that is not closed", skipping(({ begin = 0 }) => ({ begin: begin + 1 })), longer],
    ["does not go back", skipping(({ back }) => (back ? { back: { ...back, offset: back.offset + 9 } } : {})), longer],
  ])("a reader that %s would be detected", (_, reader, file) => {
    expect(holds(reader, file, 200).failed).toBe(true);
  });

  test("the corpus is the same too, cut at every byte", () => {
    // a sample cuts each file at every third byte, from the first, second, or third on
    const every = depth(3, 1);
    for (const [n, name] of [...filesIn(), ...filesIn("odd").map((file) => `odd/${file}`)].entries()) {
      const bytes = bytesOf(name);
      const cuts = Array.from(bytes, (_, at) => at).filter((at) => at % every === n % every);
      expect({ name, ...readCut(bytes, cuts) }).toEqual({ name, ...inOnePass(bytes) });
    }
  });

  test("ranges of a large file are read from their offsets, and no byte more than twice", () => {
    const count = depth(12_000, 60_000);
    const rows = Array.from({ length: count }, (_, at) => `person${at}@example.com,"Person\n${at}",read\r\n`);
    const bytes = utf8.encode(`email,name,role\r\n${rows.join("")}`);
    const { rows: found, readBytes } = readRanges(bytes.length, (from, to) => bytes.subarray(from, to), 300_000);
    expect(found.length).toBe(count);
    expect(found.at(-1)).toMatchObject({
      line: 2 * count,
      row: count,
      email: `person${count - 1}@example.com`,
      name: `Person\n${count - 1}`,
    });
    expect(readBytes).toBeLessThan(bytes.length * 2);
  });
});

describe("reading returns what was written", () => {
  const value = fc.string({ unit: fc.constantFrom(..."ab,;\t\"'\r\n =é€@"), maxLength: 12 });
  const plain = (text: string) => text.trim();
  const records = fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 8 });

  test.each([",", ";", "\t"])("with fields in quotes, and %j between them", (separator) => {
    fc.assert(
      fc.property(records, fc.constantFrom("\n", "\r\n", "\r"), (all, end) => {
        const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
        const head = [
          ["email", "name"],
          ["ada@example.com", "Ada"],
        ];
        const file = [...head, ...all].map((cells) => cells.map(quoted).join(separator) + end).join("");
        const found = inOnePass(utf8.encode(file)).rows.slice(1);
        const isSeen = ([email = "", name = ""]: string[]) =>
          unquoted(plain(email)) !== "" || /[^\s"]/.test((email + name).replaceAll(separator, ""));
        const written = all.filter(isSeen).map((cells) => cells.map(plain).map(unquoted));
        expect(found.map(({ email, name }) => [email, name])).toEqual(written);
      }),
      { numRuns: depth(40, 1_000) },
    );

    /** Returns a cell as the reader does: without an apostrophe before a formula or around the whole. */
    function unquoted(text: string): string {
      return text.replace(/^'(?=[=+\-@\t\r\n])|^'([^']*)'$/, "$1");
    }
  });

  test("including our own exports, with formulas", () => {
    const name = fc.constantFrom(
      "=1+1",
      "+49 30",
      "-Ada",
      "@ada",
      'Ada "B" Stone',
      "a,b",
      " padded ",
      "two\r\nlines",
      "Zoë",
    );
    fc.assert(
      fc.property(fc.array(name, { minLength: 1 }), (names) => {
        const file = `\ufeff${lines([["email", "name"], ...names.map((one, at) => [`a${at}@example.com`, one])])}`;
        expect(inOnePass(utf8.encode(file)).rows.map((row) => row.name)).toEqual(names.map(plain));
      }),
    );
  });
});

describe("a row that is too long", () => {
  const around = (middle: string) =>
    `email,name,role\nada@example.com,Ada,read\n${middle}\ngrace@example.com,Grace,read\n`;

  test("by one letter is refused, and not before", () => {
    const row = (length: number) => `x@example.com,${"n".repeat(length - 14)}`;
    expect(inOnePass(utf8.encode(around(row(maxRow)))).rows.map(({ problem }) => problem)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(inOnePass(utf8.encode(around(row(maxRow + 1)))).rows.map(({ line, problem }) => [line, problem])).toEqual([
      [2, undefined],
      [3, "row_too_long"],
      [4, undefined],
    ]);
  });

  const units = (10 * chunkBytes) / 16;
  test.each([
    ["without quotes", "x".repeat(16), 0],
    ["in quotes", `${"y".repeat(15)}\n`, units],
  ])("by megabytes %s is just one row, and the next one is read", (_, unit, lineEnds) => {
    const field = unit.repeat(units);
    const bytes = utf8.encode(around(lineEnds ? `x@example.com,"${field}",read` : `x@example.com,${field},read`));
    const { rows, largest } = readRanges(bytes.length, (from, to) => bytes.subarray(from, to), chunkBytes);
    expect(rows.map((row) => [row.line, cellsOf(row)])).toEqual([
      [2, "ada@example.com|Ada|read|"],
      [3, "row_too_long"],
      [4 + lineEnds, "grace@example.com|Grace|read|"],
    ]);
    expect(largest).toBe(chunkBytes);
  });

  test("has the beginning of its cells in the report, wherever the file is divided", () => {
    const begins = "x@example.com,Zoë,read,";
    for (const rest of [
      "n".repeat(3 * chunkBytes),
      `"${"quoted, ".repeat(chunkBytes / 2)}"`,
      `"never closed ${"y".repeat(2 * maxRow)}`,
    ]) {
      const bytes = utf8.encode(around(begins + rest));
      const seen = [chunkBytes, 300_000, bytes.length].map((step) => {
        const rows: Row[] = [];
        let state = start;
        while (!state.end) {
          const end = Math.min(bytes.length, state.offset + step);
          const next = read(state, bytes.subarray(state.offset, end), end === bytes.length, { keepsCells: true });
          rows.push(...next.rows);
          state = next.state;
        }
        return rows.find(({ problem }) => problem)?.cells;
      });
      expect(seen[0]?.slice(0, 3)).toEqual(["x@example.com", "Zoë", "read"]);
      expect(seen[0]?.length).toBe(4);
      expect(seen[0]?.at(-1)).toMatch(/^(n{20}|quoted, quoted, |never closed y)[^]*…$/);
      expect(seen[0]?.join().length).toBeLessThan(510);
      expect(seen[1]).toEqual(seen[0]);
      expect(seen[2]).toEqual(seen[0]);
    }
    const wideRow = utf8.encode(around(`x@example.com,${"ü".repeat(maxRow)}`));
    expect(read(start, wideRow, true, { keepsCells: true }).rows[1]?.cells?.at(-1)).toMatch(/^ü{243}…$/);
  });

  test("of any number of columns is read to its last", () => {
    const columns = depth(1_000, 10_000);
    const many = Array.from({ length: columns }, () => "x").join(",");
    const { rows } = inOnePass(
      utf8.encode(`email,name${",".repeat(0.9 * columns)}\nada@example.com,Ada,${many}\ngrace@example.com\n`),
    );
    expect(rows.map(cellsOf)).toEqual(["ada@example.com|Ada||", "grace@example.com|||"]);
    const wide = 2 * columns;
    const far = utf8.encode(`${"x,".repeat(wide)}email,role\n${"y,".repeat(wide)}ada@example.com,write\n`);
    expect(inOnePass(far).rows.map(cellsOf)).toEqual(["ada@example.com||write|"]);
    const [row] = read(start, far, true, { keepsCells: true }).rows;
    expect([row?.cells?.length, row?.cells?.at(-2)]).toEqual([wide + 2, "ada@example.com"]);
    const headless = utf8.encode(`${"y,".repeat(wide)}ada@example.com,write\n`);
    expect(inOnePass(headless).rows.map(cellsOf)).toEqual(["ada@example.com||write|"]);
  });
});

describe("a quote after a backslash", () => {
  const rows = (text: string) => inOnePass(utf8.encode(text)).rows.map(cellsOf);

  test("is part of the cell where the file escapes quotes so", () => {
    const ada = 'ada@example.com,"Ada \\"The, Countess\\" \\\\ L",write';
    expect(rows(`email,name,role\n${ada}\nbob@example.com,"C:\\\\",read\n`)).toEqual([
      'ada@example.com|Ada "The, Countess" \\ L|write|',
      "bob@example.com|C:\\|read|",
    ]);
  });

  test("ends the cell in any other file", () => {
    expect(rows('email,name,role\nada@example.com,"C:\\",write\nb@example.com,"say ""hi""",read\n')).toEqual([
      "ada@example.com|C:\\|write|",
      'b@example.com|say "hi"|read|',
    ]);
  });
});

describe("a quote that is never closed", () => {
  test("costs only its own row, however long the file is; every byte is read at most twice", () => {
    const head = utf8.encode('email,name\nada@example.com,"Ada\n');
    const rows = depth(12_000, 200_000);
    const row = (at: number) => `person${String(at).padStart(6, "0")}@example.com,Some Name\n`;
    const width = row(0).length;
    const size = head.length + rows * width;
    const bytesAt = (from: number, to: number) => {
      const first = Math.max(0, Math.floor((from - head.length) / width));
      const last = Math.ceil((to - head.length) / width);
      const made = Array.from({ length: Math.max(0, last - first) }, (_, at) => row(first + at)).join("");
      const all = utf8.encode(made);
      if (from < head.length) return Uint8Array.from([...head.subarray(from), ...all]).subarray(0, to - from);
      const skipped = from - head.length - first * width;
      return all.subarray(skipped, skipped + to - from);
    };
    const { rows: found, readBytes, largest } = readRanges(size, bytesAt, chunkBytes);
    expect(found.length).toBe(rows + 1);
    expect(found[0]).toMatchObject({ line: 2, row: 1, problem: "unclosed_quote" });
    expect(found.at(-1)).toMatchObject({
      line: rows + 2,
      row: rows + 1,
      email: `person${String(rows - 1).padStart(6, "0")}@example.com`,
    });
    expect(readBytes).toBeLessThan(size * 2 + 3 * chunkBytes);
    expect(largest).toBe(chunkBytes);
  });

  test("is reported on the line where it was opened, not that of its row", () => {
    const { rows } = inOnePass(
      utf8.encode('email,note,name\nada@example.com,"a\nb","c\nd"e\ngrace@example.com,,Grace\n'),
    );
    expect(rows.map((row) => [row.line, cellsOf(row)])).toEqual([
      [3, "unclosed_quote"],
      [4, 'd"e|||'],
      [5, "grace@example.com|Grace||"],
    ]);
  });

  test("leaves the cells of its line to be fixed, also where the row began in an earlier range", () => {
    const torn = 'ada@example.com,read,"Ada\nada@example.org,"write,Ada';
    const file = (end: string) => utf8.encode(`email,role,name\ngrace@example.com,"re\nad",Grace\n${torn}${end}`);
    const expected = [
      [2, "grace@example.com", "re\nad", "Grace", undefined],
      [4, "ada@example.com", "read", "Ada", "unclosed_quote"],
      [5, "ada@example.org", "write", "Ada", "unclosed_quote"],
    ];
    const seen = ({ line, email, role, name, problem }: Row) => [line, email, role, name, problem];
    expect(inOnePass(file("")).rows.map(seen)).toEqual(expected);
    const far = file(`\n${"x".repeat(maxRow)}`.repeat(3));
    expect(
      readCut(far, [far.length - maxRow])
        .rows.slice(0, 3)
        .map(seen),
    ).toEqual(expected);
    const { rows } = read(start, file(""), true, { keepsCells: true });
    expect(rows.map(({ cells }) => cells)).toEqual([
      ["grace@example.com", "re\nad", "Grace"],
      ["ada@example.com", "read", "Ada"],
      ["ada@example.org", "write", "Ada"],
    ]);
  });

  test("many times takes no longer than as many rows", () => {
    const count = depth(15_000, 100_000);
    const bytes = utf8.encode(`email,name\n${'a@example.com,"x\n'.repeat(count)}`);
    const { rows } = readRanges(bytes.length, (from, to) => bytes.subarray(from, to), chunkBytes);
    expect(rows.length).toBe(count);
    expect(new Set(rows.map(({ problem }) => problem))).toEqual(new Set(["unclosed_quote"]));
  });
});

describe("a file whose first part is plain ASCII", () => {
  const head = `email,name\n${"ada@example.com,Ada\n".repeat(minBytes / 20)}`;
  const windows = (text: string) => Uint8Array.from(text, (sign) => (sign === "“" ? 0x93 : sign.charCodeAt(0)));
  const namesIn = (bytes: Uint8Array) => {
    const { rows, end } = readCut(bytes, [minBytes, bytes.length - 7]);
    expect(end).toBe("complete");
    return rows.slice(minBytes / 20).map(({ name }) => name);
  };

  test("is read as Windows-1252 where that begins later", () => {
    const bytes = windows(`${head}zoe@example.com,“Zoë Müller\ngrace@example.com,Grace\n`);
    expect(namesIn(bytes)).toEqual(["“Zoë Müller", "Grace"]);
  });

  test("is read as UTF-8 where that begins later, also beside a cell of the other kind", () => {
    const bytes = utf8.encode(`${head}zoe@example.com,Zoë � 山田\n`);
    const other = windows("juergen@example.de,Jürgen\n");
    expect(namesIn(Uint8Array.from([...bytes, ...other]))).toEqual(["Zoë � 山田", "Jürgen"]);
  });

  test("is damaged where it is not UTF-8, if UTF-8 came before", () => {
    const bytes = Uint8Array.from([
      ...utf8.encode("email,name\nzoe@example.com,Zoë\n"),
      ...windows("a@b.example,Jürgen\n"),
    ]);
    expect(
      inOnePass(Uint8Array.from([...bytes, ...utf8.encode("c@d.example,Noël\n")])).rows.map(({ name }) => name),
    ).toEqual(["Zoë", "J\ufffdrgen", "Noël"]);
  });
});

describe("a range", () => {
  test("of a row whose beginning an earlier release did not keep has no cells for its quote", () => {
    const format: State["format"] = { encoding: "utf-8", separator: ",", columns: { email: [0] } };
    const skip = { line: 2, mode: "quoted", quoteLine: 2, back: { offset: 1_000, line: 3 } } as const;
    const { rows, state } = read({ offset: 900_000, line: 9, row: 0, format, skip }, utf8.encode("x\n"), true);
    expect(rows).toEqual([{ line: 2, row: 1, email: "", name: "", role: "", teams: "", problem: "unclosed_quote" }]);
    expect(state).toMatchObject({ offset: 1_000, line: 3, row: 1 });
  });

  test("that is too short to decide asks for more, and decides by no more than the first part", () => {
    const bytes = utf8.encode(`email,name\n${"ada@example.com,Ada\n".repeat(20_000)}email;name\n`);
    expect(read(start, bytes.subarray(0, minBytes - 1), false)).toEqual({ rows: [], state: start });
    const { rows, state } = read(start, bytes.subarray(0, minBytes), false);
    expect(rows.length).toBe(Math.floor((minBytes - 11) / 20));
    const format = { encoding: "utf-8", separator: ",", columns: { email: [0], name: 1 } };
    expect(state.format).toEqual({ ...format, isUndecided: true });
    expect(open(bytes, true)).toEqual(open(bytes.subarray(0, minBytes), false));
  });

  test("after the end has nothing", () => {
    const { state } = read(start, utf8.encode("ada@example.com"), true);
    expect(state).toMatchObject({ offset: 15, row: 1, end: "complete" });
    expect(read(state, utf8.encode("grace@example.com"), true)).toEqual({ rows: [], state });
    expect(read(start, new Uint8Array(), true)).toEqual({ rows: [], state: { ...start, end: "empty" } });
  });

  test("ends where the file is not text, before any row", () => {
    const { rows, state } = read(start, utf8.encode("%PDF-1.7 ada@example.com"), true);
    expect({ rows, end: state.end }).toEqual({ rows: [], end: "not_text" });
  });
});

/** Reads as a worker reads a bucket: ranges of one size, each from the offset of the last state. */
function readRanges(size: number, bytesAt: (from: number, to: number) => Uint8Array, step: number) {
  const rows: Row[] = [];
  let state: State = start;
  let [readBytes, largest] = [0, 0];
  while (!state.end) {
    const to = Math.min(size, state.offset + step);
    const bytes = bytesAt(state.offset, to);
    readBytes += bytes.length;
    largest = Math.max(largest, bytes.length);
    const next = read(state, bytes, to === size);
    for (const row of next.rows) rows.push(row);
    state = next.state;
    expect(JSON.stringify(state).length).toBeLessThan(maxStateBytes);
  }
  return { rows, readBytes, largest };
}

function encoded(text: string, as: string): Uint8Array {
  if (as === "utf-8") return utf8.encode(text);
  if (as === "windows") return Uint8Array.from(text, (sign) => (sign.charCodeAt(0) < 256 ? sign.charCodeAt(0) : 0x92));
  const units = Uint16Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
  const bytes = new Uint8Array(units.buffer);
  if (as === "utf-16be") for (let at = 0; at < bytes.length; at += 2) bytes.subarray(at, at + 2).reverse();
  return bytes;
}

test.each([
  ["UTF-8 with a mark", Buffer.from("\ufeffbücher.de\n")],
  ["UTF-16, as Excel's Unicode text", Buffer.from("\ufeffbücher.de\n", "utf16le")],
  ["UTF-16 without a mark", Buffer.from("bücher.de\n".padEnd(40, " a"), "utf16le")],
  ["Windows-1252", Buffer.from("bücher.de\n", "latin1")],
])("a whole file is decoded: %s", (_, bytes) => {
  expect(decode(bytes)).toEqual({ text: expect.stringMatching(/^bücher\.de\n/) });
});

test("a file that is no text is none", () => {
  expect(decode(Buffer.from("PK\u0003\u0004"))).toEqual({ problem: "workbook" });
});

test.each([512, 2_048, 8_192, 65_536])("%i random bytes are no text", (size) => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = seededRandom(seed);
    const bytes = Uint8Array.from({ length: size }, () => Math.floor(256 * random()));
    expect(decode(bytes), `seed ${seed}`).toEqual({ problem: "not_text" });
  }
});
