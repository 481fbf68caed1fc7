import { Readable } from "node:stream";
import { parse } from "csv-parse";
import Papa from "papaparse";
import { inferSchema, initParser } from "udsv";
import { measure } from "../input/csv-file.ts";

/** Other parsers, which split the same file into fields; they neither check rows nor can be resumed. */
const subjects = {
  udsv({ chunks }) {
    const decoder = new TextDecoder();
    let parser;
    let rows = 0;
    for (const chunk of chunks()) {
      const text = decoder.decode(chunk, { stream: true });
      parser ??= initParser(inferSchema(text));
      parser.chunk(text, parser.stringArrs, () => {
        rows++;
      });
    }
    parser.end();
    return rows;
  },
  papaparse: ({ chunks }) =>
    new Promise((resolve, reject) => {
      let rows = -1;
      Papa.parse(streamOf(chunks()), {
        skipEmptyLines: true,
        chunk: ({ data }) => {
          rows += data.length;
        },
        complete: () => resolve(rows),
        error: reject,
      });
    }),
  async "csv-parse"({ chunks }) {
    let rows = -1;
    const parser = streamOf(chunks()).pipe(parse());
    parser.on("data", () => {
      rows++;
    });
    await new Promise((resolve, reject) => parser.once("end", resolve).once("error", reject));
    return rows;
  },
};

function streamOf(chunks) {
  return Readable.from(chunks).map((bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
}

await measure(subjects[process.argv.at(-2)]);
