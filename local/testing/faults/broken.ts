import { type Step, type Table, typed } from "@muster/core/table/table.ts";

/** The table with some steps changed or left out: broken variants that the test of a guard must detect. */
export function broken(table: Table, change: (step: Step) => Step | undefined): Table {
  return typed({
    ...table,
    write: (...steps) => table.write(...steps.flatMap((step) => change(step) ?? [])),
    change: (step) => {
      const changed = change(step);
      return table.change(changed?.do === "update" ? changed : step);
    },
  });
}

/** The table without the guards of the given steps. */
export function unguarded(table: Table, isMeant: (step: Step) => boolean): Table {
  return broken(table, (step) => {
    if (!isMeant(step)) return step;
    return step.do === "check" ? undefined : { ...step, guard: undefined };
  });
}

/** Opens when so many have arrived: makes an otherwise only likely race certain. */
export function gate(count: number): { pass: () => void; opened: Promise<void> } {
  let passed = 0;
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const pass = () => {
    if (++passed === count) open();
  };
  return { pass, opened };
}
