import { type Section, sections } from "@muster/settings/fields.ts";
import type { Emitter, Problem, Report } from "./events.ts";
import type { Held } from "./held.ts";
import type { Memory } from "./memory.ts";
import { type Receipt, type Receipts, receiptOf } from "./receipts.ts";
import type { System } from "./system.ts";
import { isStrict, modeNow } from "./values.ts";

export type Tell = (code: Problem["code"], message: string) => Promise<void>;

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Tells the embedding client which document applies, and the server how far the device got with it. */
export function reporting(
  memory: Memory,
  { receipts, events, system, problem }: { receipts: Receipts; events: Emitter; system: System; problem: Tell },
) {
  let telling: Promise<unknown> = Promise.resolve();

  /** One after the other, so that nobody is told twice. Returns whether there was something to tell. */
  function catchUp(): Promise<boolean> {
    const result = telling.then(tellAndReport);
    telling = result.catch(() => undefined);
    return result;
  }

  /** As far as it has not happened: what interrupts it is made up for the next time. */
  async function tellAndReport(): Promise<boolean> {
    const { held, told } = memory;
    if (!held || memory.state.wipe) return false;
    const { document } = held.payload;
    const isStrictNow = isStrict(modeNow(memory, system.now()));
    const isOther = isStrictNow !== memory.isToldStrict;
    const isNews = told?.payload.document !== document || isOther;
    const isSame = (section: Section) =>
      told !== undefined && told.payload.sections[section].hash === held.payload.sections[section].hash;
    const others = sections.filter((section) => !isSame(section));
    const fetched = others.map((section) => receiptOf(section, "fetched", held));
    await tolerate(
      receipts.add([...fetched, ...sections.filter(isSame).map((section) => carried(section, held, told))]),
    );

    memory.told = held;
    memory.isToldStrict = isStrictNow;
    if (isNews) {
      const failure = await events.emit("change", {
        revision: held.payload.revision,
        ...(!isStrictNow && { document }),
        sections: isOther ? sections : others,
        hasOtherSecrets: isOther || secretsIn(told) !== secretsIn(held),
        report: reporter(held),
      });
      if (failure) await problem("handler_failed", messageOf(failure));
    }
    // the embedding client may have said more already
    const isUnsaid = (section: Section) => {
      const last = receipts.last(section);
      return last?.document !== document || last.state === "fetched";
    };
    await tolerate(receipts.add(sections.filter(isUnsaid).map((section) => receiptOf(section, "applied", held))));
    return isNews;
  }

  /** What was said of a section that is the same is true of it now. */
  function carried(section: Section, held: Held, told: Held | undefined): Receipt {
    const last = receipts.last(section);
    if (last === undefined || last.document !== told?.payload.document) return receiptOf(section, "applied", held);
    const { heldBack: _, ...said } = last;
    return { ...said, ...receiptOf(section, last.state, held) };
  }

  /** Reports about one document, as long as it is the one that applies. */
  const reporter =
    (about: Held | undefined): Report =>
    async (section, state, { document, ...more } = {}) => {
      const { held } = memory;
      if (document !== undefined && document !== held?.payload.document) return false;
      if (!held || held.payload.document !== about?.payload.document) return false;
      if (isStrict(modeNow(memory, system.now()))) return false;
      await receipts.add([{ ...receiptOf(section, state, held), ...more }]);
      return true;
    };

  /** What is not on disk now is made up for later; what applies does not wait for it. */
  async function tolerate(writing: Promise<void>): Promise<void> {
    await writing.catch((error: unknown) => problem("storage", messageOf(error)));
  }

  return { catchUp, reporter, tolerate };
}

const secretsIn = (held: Held | undefined) =>
  (held?.list ?? [])
    .map(({ id, version }) => `${id}:${version}`)
    .toSorted()
    .join();
