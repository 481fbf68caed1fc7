import { type Table, typed } from "@muster/core/table/table.ts";
import type { World } from "./world.ts";

export type Timeline = {
  pause: (ms: number) => Promise<void>;
  /** The world's table, whose calls take time in this timeline. */
  table: Table;
  /** Runs something to its end; when everybody waits, the clock moves to the next moment that somebody waits for. */
  run: <R>(work: () => Promise<R>) => Promise<R>;
};

/**
 * Simulated time for the world: no real time passes, however long anybody waits, and things happen in the order of
 * their moments. `latencyMs` is how long a call of the table takes in that time.
 */
export function openTimeline(world: World, latencyMs: () => number = () => 0): Timeline {
  const waiting: { at: number; resume: () => void }[] = [];
  const calls = new Set<Promise<unknown>>();
  let events = 0;

  const pause = (ms: number) =>
    new Promise<void>((resume) => {
      events++;
      waiting.push({ at: world.clock.at + Math.max(0, ms), resume });
    });

  const call =
    <A extends unknown[], R>(run: (...all: A) => Promise<R>) =>
    async (...all: A): Promise<R> => {
      const ms = latencyMs();
      if (ms > 0) await pause(ms / 2);
      events++;
      const answering = run(...all).finally(() => calls.delete(answering));
      calls.add(answering);
      const answer = await answering;
      if (ms > 0) await pause(ms / 2);
      return answer;
    };
  const table = typed({
    get: call((...all: Parameters<Table["get"]>) => world.table.get(...all)),
    getMany: call((...all: Parameters<Table["getMany"]>) => world.table.getMany(...all)),
    query: call((...all: Parameters<Table["query"]>) => world.table.query(...all)),
    write: call((...all: Parameters<Table["write"]>) => world.table.write(...all)),
    change: call((...all: Parameters<Table["change"]>) => world.table.change(...all)),
    project: call((...all: Parameters<Table["project"]>) => world.table.project(...all)),
  });

  async function untilQuiet(): Promise<void> {
    for (let before = -1; calls.size > 0 || events !== before; ) {
      before = events;
      if (calls.size > 0) await Promise.race(calls).catch(() => {}); // its caller sees it
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  function advance(): void {
    const next = waiting.reduce((first, one) => (one.at < first.at ? one : first));
    waiting.splice(waiting.indexOf(next), 1);
    world.clock.at = Math.max(world.clock.at, next.at);
    events++;
    next.resume();
  }

  async function run<R>(work: () => Promise<R>): Promise<R> {
    let isOver = false;
    const result = work().finally(() => {
      isOver = true;
    });
    result.catch(() => {}); // awaited below
    for (;;) {
      await untilQuiet();
      if (isOver) return result;
      if (waiting.length === 0) throw new Error("Nobody waits for the time, but the run has not ended.");
      advance();
    }
  }

  return { pause, table, run };
}
