import type { Item, Step, Table } from "@muster/core/table/table.ts";

/**
 * The name of a step's guard: what happens in the write, and the row that it protects. Guards of one name protect
 * against the same thing, so a test drops them together. Events have none: their ids are unique.
 */
export function guardOf(steps: readonly Step[], step: Step): string | undefined {
  if (!step.guard || typeOf(step)) return undefined;
  const type = steps.map(typeOf).find((one) => one !== undefined);
  const row = rowOf(step);
  const importing = importGuardOf(steps, step);
  if (importing) return importing;
  if (type === "invitation.created" || type === "invitation.resent") {
    const isNew = step.guard.when.is === "absent";
    return row === "address" ? `invitation.offered: address ${isNew ? "new" : "known"}` : `invitation.offered: ${row}`;
  }
  return `${type ?? "no event"}: ${row}${detailOf(step, type)}`;
}

/** The table without the guards of this name. */
export const without =
  (name: string) =>
  (good: Table): Table => ({
    ...good,
    write: (...steps) => {
      const bare = (step: Step): Step[] => (step.do === "check" ? [] : [{ ...step, guard: undefined }]);
      return good.write(...steps.flatMap((step) => (guardOf(steps, step) === name ? bare(step) : [step])));
    },
  });

/** The table, and the names of all guards that were used. */
export function watched(good: Table): { table: Table; seen: Set<string> } {
  const seen = new Set<string>();
  const table: Table = {
    ...good,
    write: (...steps) => {
      for (const step of steps) {
        const name = guardOf(steps, step);
        if (name) seen.add(name);
      }
      return good.write(...steps);
    },
  };
  return { table, seen };
}

/** Guards of an import, by what the write does to it; those on the same position have the same name. */
function importGuardOf(steps: readonly Step[], step: Step): string | undefined {
  const action = importStep(steps);
  const { sk } = step.key;
  if (!action) return undefined;
  if (sk === "#org") return `import ${action}: organization`;
  if (sk === "#importing" && action === "begins") return "import begins: another runs";
  if (sk.startsWith("file#") || sk.startsWith("upl#")) {
    return `import ${action}: ${sk.startsWith("file#") ? "bytes" : "news"}`;
  }
  if (/^(chk|out)#|^imp_|^#import/.test(sk)) return `import ${action}: place`;
  return undefined;
}

function importStep(steps: readonly Step[]): string | undefined {
  const of = (begin: string) => steps.find(({ key }) => key.sk.startsWith(begin));
  const set = (step: Step | undefined): Item =>
    step?.do === "update" ? (step.change.set ?? {}) : step?.do === "put" ? step.item : {};
  const [chunk, own] = [set(of("chk#")), set(of("imp_"))];
  if (of("#imports")) return "setting";
  if (of("upl#")) return own.pass === 2 ? "is retried" : "arrives";
  if (of("#importing") && own.state === "running") return "begins";
  return stepOfChunk(chunk) ?? stepOfOwn(own) ?? (of("imp_") ? "is made" : undefined);
}

/** Returns the step of an import that sets this on one of its chunks. */
function stepOfChunk({ state, at }: Item): string | undefined {
  if (state === "open") return "opens";
  if (state === "closed") return "closes";
  return at === undefined ? undefined : "steps";
}

/** Returns the step of an import that sets this on its own row. */
function stepOfOwn(own: Item): string | undefined {
  if (own.reported !== undefined) return "is reported";
  if (own.pass !== undefined && own.state === "waiting") return "is retried";
  if (own.stop !== undefined) return own.stop === "canceled" ? "is canceled" : "stops";
  if (own.state === "canceled") return "is canceled before it runs";
  if (own.state === "failed") return "is given up";
  return own.stalls === undefined ? undefined : "is looked after";
}

function typeOf(step: Step): string | undefined {
  return step.do === "put" && step.key.pk.endsWith("#out") ? String(step.item.type) : undefined;
}

function rowOf({ key: { pk, sk } }: Step): string {
  if (sk === "#org") return "organization";
  if (sk === "#mail") return "suppression";
  if (pk.endsWith("#teams")) return sk.startsWith("name#") ? "name" : "team";
  if (pk.startsWith("adr_")) return "address";
  return pk.startsWith("acc_") && sk.startsWith("org_") ? "membership" : sk;
}

function detailOf(step: Step, type: string | undefined): string {
  if (step.do === "check" && rowOf(step) === "membership") return " of the actor";
  if (step.do !== "update") return "";
  const { set = {}, add = {} } = step.change;
  if (type === "invitation.ended" && typeof set.state === "string") return ` ${set.state}`;
  if (type === "member.transferred" && set.role) {
    return set.role === "owner" ? " of the new owner" : " of the old owner";
  }
  if (type === "member.role_changed" && add.owners) {
    return Number(add.owners) > 0 ? " gains an owner" : " loses an owner";
  }
  return "";
}
