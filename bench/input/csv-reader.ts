import { read, type State, start } from "@muster/core/reading/csv.ts";
import { judge } from "@muster/core/reading/judge.ts";
import { measure } from "./csv-file.ts";

/** Ours, as a worker reads: ranges of 1 MiB with the state in between, and optionally the check of each row. */
const chunkBytes = 1024 * 1024;
const isJudged = process.argv.includes("judged");

await measure(({ size, bytesAt }) => {
  let state: State = start;
  let count = 0;
  while (!state.end) {
    const to = Math.min(size, state.offset + chunkBytes);
    const next = read(state, bytesAt(state.offset, to), to === size);
    const invited = isJudged ? next.rows.map((row) => judge(row)).filter((one) => !("code" in one)) : next.rows;
    count += invited.length;
    state = JSON.parse(JSON.stringify(next.state)) as State;
  }
  return count;
});
