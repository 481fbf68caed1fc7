import { describe, expect, test } from "vitest";
import { ApiError } from "./failure.ts";
import { type Progress, runAll } from "./run-all.ts";

const refusal = (code: string, status: number, retryAfterSeconds?: number) =>
  new ApiError(code, `Refused: ${code}.`, { status, retryAfterSeconds });
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

/** Waits for a signal of the test, so that nothing depends on speed. */
function gates() {
  const open: (() => void)[] = [];
  return { open, pass: () => new Promise<void>((resolve) => open.push(resolve)) };
}

function options(more: { stop?: AbortController } = {}) {
  const waits: number[] = [];
  const seen: Progress[] = [];
  const signal = (more.stop ?? new AbortController()).signal;
  return {
    waits,
    seen,
    signal,
    onProgress: (progress: Progress) => seen.push(progress),
    wait: async (ms: number) => void waits.push(ms),
  };
}

/** Lets everything continue that can. */
const nextTick = () => new Promise((resolve) => setImmediate(resolve));

test("four run at once, and each that ends lets another begin", async () => {
  const { open, pass } = gates();
  const begun: number[] = [];
  const run = options();
  const all = runAll(
    numbers(6),
    (item) => {
      begun.push(item);
      return pass();
    },
    run,
  );
  await nextTick();
  expect(begun).toEqual([0, 1, 2, 3]);
  open[2]?.();
  await nextTick();
  expect(begun).toEqual([0, 1, 2, 3, 4]);
  expect(run.seen.map(({ finished }) => finished)).toEqual([1]);
  open.forEach((go) => go());
  await nextTick();
  open.forEach((go) => go());
  await nextTick();
  open.forEach((go) => go());
  expect(await all).toEqual({ done: numbers(6), refused: [], untouched: [] });
});

test("a failure is recorded with its reason, and the others continue", async () => {
  const no = refusal("member.changed", 409);
  const outcome = await runAll(numbers(9), async (item) => item === 3 && Promise.reject(no), options());
  expect(outcome).toEqual({
    done: [0, 1, 2, 4, 5, 6, 7, 8],
    refused: [{ item: 3, error: no }],
    untouched: [],
  });
});

describe("a server that asks to wait", () => {
  test.each([
    ["says how long", refusal("rate.limited", 429, 7), 7_000],
    ["does not say how long", refusal("internal.error", 429), 2_000],
    ["has no room", refusal("server.busy", 503, 1), 1_000],
  ])("and %s is tried again after that", async (_, no, ms) => {
    const run = options();
    let isBusy = true;
    const outcome = await runAll(
      ["only"],
      async () => {
        if (isBusy) {
          isBusy = false;
          throw no;
        }
      },
      run,
    );
    expect(outcome.done).toEqual(["only"]);
    expect(run.waits).toEqual([ms]);
    expect(run.seen.map(({ pausedUntil }) => pausedUntil !== undefined)).toEqual([true, false, false]);
  });

  test("makes all wait, once for all that it refused together, and none begins in between", async () => {
    const { open, pass } = gates();
    const calls: number[] = [];
    const run = { ...options(), wait: pass };
    const all = runAll(
      numbers(6),
      async (item) => {
        calls.push(item);
        if (calls.length <= 4) {
          throw refusal("rate.limited", 429, 30);
        }
      },
      run,
    );
    await nextTick();
    expect(calls).toEqual([0, 1, 2, 3]);
    expect(open).toHaveLength(1);
    open[0]?.();
    expect(await all).toMatchObject({ done: numbers(6) });
  });

  test("is tried five times, and then it is a failure", async () => {
    const run = options();
    let tries = 0;
    const outcome = await runAll(
      ["only"],
      async () => {
        tries += 1;
        throw refusal("rate.limited", 429, 1);
      },
      run,
    );
    expect([tries, run.waits.length, outcome.refused.length]).toEqual([5, 4, 1]);
  });

  test("for one item only makes nobody else wait", async () => {
    const run = options();
    const outcome = await runAll(
      ["only"],
      async () => Promise.reject(refusal("invitation.resend_too_soon", 429, 300)),
      run,
    );
    expect(outcome.refused).toHaveLength(1);
    expect(run.waits).toEqual([]);
  });
});

describe("stopping", () => {
  test("lets running ones finish, and starts no other", async () => {
    const { open, pass } = gates();
    const stop = new AbortController();
    const all = runAll(numbers(10), pass, options({ stop }));
    await nextTick();
    stop.abort();
    open.forEach((go) => go());
    expect(await all).toEqual({ done: [0, 1, 2, 3], refused: [], untouched: [4, 5, 6, 7, 8, 9] });
  });

  test("ends a pause, and what waited in it counts as untouched", async () => {
    const stop = new AbortController();
    const { signal, onProgress } = options({ stop });
    const all = runAll(numbers(5), async () => Promise.reject(refusal("rate.limited", 429, 600)), {
      signal,
      onProgress,
    });
    await nextTick();
    stop.abort();
    expect(await all).toEqual({ done: [], refused: [], untouched: numbers(5) });
  });
});

test("a missing session ends all", async () => {
  const begun: number[] = [];
  const out = refusal("actor.unauthenticated", 401);
  const all = runAll(
    numbers(20),
    async (item) => {
      begun.push(item);
      throw out;
    },
    options(),
  );
  await expect(all).rejects.toBe(out);
  expect(begun).toEqual([0, 1, 2, 3]);
});
