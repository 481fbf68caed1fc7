/**
 * Errors of a request. One error happens before anything is done, one after it was done, and one is stored under the
 * idempotency key although nothing was done; `hold` keeps the request under way until `release`.
 */
export const faults = [
  ...(["rate_limit", "error_before", "error_after", "error_saved", "cut_before", "cut_after"] as const),
  "hold",
] as const;
export type Fault = (typeof faults)[number];

type Planned = {
  fault: Fault;
  /** A call of the library such as `subscriptions.update`; all without it. */
  call?: string;
  /** The n-th of them from now on, counted from 1. */
  nth?: number;
  /**
   * The number of requests from then on. The library always retries a broken connection once, whatever its settings.
   */
  times?: number;
};

type Chance = {
  /** Numbers from 0 up to 1. */
  random: () => number;
  /** From 0 to 1, for each call that changes something. */
  probability: number;
  faults?: readonly Fault[];
};

export type Faults = {
  inject: (planned: Planned) => void;
  random: (chance: Chance) => void;
  /** Ends all faults, and releases held requests. */
  clear: () => void;
  held: () => number;
  /** Releases held requests. */
  release: () => void;
};

export type FaultPlan = {
  next: (call: string, changes: boolean) => Fault | undefined;
  released: () => Promise<void>;
} & Faults;

const usual = faults.filter((fault) => fault !== "hold");

export function openFaults(): FaultPlan {
  let planned: Required<Planned>[] = [];
  let chance: Required<Chance> | undefined;
  let held: (() => void)[] = [];

  function release(): void {
    const waiting = held;
    held = [];
    for (const go of waiting) go();
  }

  return {
    inject: ({ fault, call = "", nth = 1, times = 1 }) => void planned.push({ fault, call, nth, times }),
    random: ({ random, probability, faults: some = usual }) => {
      chance = { random, probability, faults: some };
    },
    held: () => held.length,
    release,
    clear: () => {
      planned = [];
      chance = undefined;
      release();
    },
    released: () => new Promise((resolve) => void held.push(resolve)),
    next: (call, changes) => {
      const matching = planned.filter((one) => one.call === "" || one.call === call);
      for (const one of matching) one.nth--;
      const due = matching.find(({ nth }) => nth <= 0);
      if (due) due.times--;
      planned = planned.filter(({ times }) => times > 0);
      if (due || !chance || !changes) return due?.fault;
      const { random, probability, faults: some } = chance;
      return random() < probability ? some[Math.floor(random() * some.length)] : undefined;
    },
  };
}
